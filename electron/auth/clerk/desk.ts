import { assertNever } from '../../../shared/assert-never.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Report, Reported } from '../../audit/ship/ehr-place.ts'
import type { Log } from '../../diagnostics/log.ts'
import type { Asked, AskingWay, DeviceKey, RefreshTokens, SignedInPerson, SignInWay } from '../index.ts'
import { isSamePlace } from '../redirect-place.ts'
import { outcomeOf } from './clerk.ts'
import type { Answers, Errand, FromClerk, Outcome, Question, ToClerk } from './protocol.ts'

/** The clerk's process, as `main` holds it. */
export interface ClerkProcess<Port> {
  post(message: ToClerk, ports?: readonly Port[]): void
  /** Kills it and resolves when it is reaped. */
  end(): Promise<void>
}

export interface ClerkListener {
  message(message: FromClerk): void
  /** It has ended, asked to or not. */
  gone(): void
}

export interface DeskParts<Port> {
  /** Starts a clerk that knows the EHR. */
  hire(listener: ClerkListener): ClerkProcess<Port>
  readonly way: SignInWay
  readonly refreshTokens: RefreshTokens
  deviceKey(): Promise<DeviceKey | undefined>
  /** See index.ts. */
  keepUnlockSecret(secret: string): Promise<void>
  subjectOf(userKey: string): string | undefined
  readonly log: Log
}

/** Sign-in and tokens as `main` sees them: it asks for them, and never holds an access token. */
export interface Desk<Port> {
  /** See sign-in.ts. */
  signIn(expect: string | undefined, signal: AbortSignal, hint?: string): Promise<SignedInPerson>
  /** Has a usable access token sent over the port. Rejects `unauthorized` when the grant is over. */
  handOut(userKey: string, refused: boolean, to: Port): Promise<void>
  /** Reports what was done, in order, by a token that can do nothing else. While locked too. Rejects where it could not begin. */
  report(userKey: string, reports: readonly Report[], isOpen: () => boolean, signal: AbortSignal): Promise<Reported>
  /** Whether the EHR stands by the sign-in of this user (still-granted.ts). While locked too. Rejects `unauthorized` where it does not any more; `cancelled` by a lock too. */
  ask(userKey: string, ways: readonly AskingWay[], signal: AbortSignal): Promise<Asked>
  /** For the lock: the clerk is ended, after what it has under way, of which nothing is handed out. */
  dropAccessToken(): void
  /** Resolves when a clerk that a lock met with something under way has gone: what it was redeeming is kept. Never rejects. */
  dropped(): Promise<void>
  /** Revokes what there is to revoke, for at most 3 s, and forgets it. Never rejects. */
  signOut(userKey: string): Promise<void>
  /** Tells the EHR, for at most 3 s, that a refresh token is good for nobody any more. Gives whether it took it. */
  revoke(refreshToken: string): Promise<boolean>
}

type Answered = SignedInPerson | Reported | Asked | boolean | undefined
type Result = Outcome<Answered>

/** A desk that hires a clerk when there is an errand, and lets it go when there is none. */
export function createDesk<Port>(parts: DeskParts<Port>): Desk<Port> {
  const { way, log } = parts
  const refreshTokens = holdUnkept(parts.refreshTokens)
  const underWay = new Map<number, (result: Result) => void>()
  let clerk: ClerkProcess<Port> | undefined
  let last = 0
  let drops = 0
  /** A clerk that has heard of a lock holds what it held before it: what comes after waits until it has gone. */
  let dropping: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  function hired(): ClerkProcess<Port> {
    if (clerk) return clerk
    const mine = parts.hire({
      message: (message) => receive(mine, message),
      gone: () => {
        if (clerk !== mine) return
        clerk = undefined
        dropped()
        for (const settle of underWay.values()) settle({ ok: false, failure: 'internal' })
        underWay.clear()
      },
    })
    clerk = mine
    return mine
  }

  function dropped(): void {
    dropping?.resolve()
    dropping = undefined
  }

  function letGo(): void {
    const leaving = clerk
    clerk = undefined
    dropped()
    void leaving?.end()
  }

  function receive(from: ClerkProcess<Port>, message: FromClerk): void {
    switch (message.kind) {
      case 'done':
        underWay.get(message.request)?.(message.outcome)
        underWay.delete(message.request)
        return
      case 'ask':
        void outcomeOf(answer(message.question)).then((outcome) => from.post({ kind: 'answer', request: message.request, outcome }))
        return
      case 'close-page':
        way.page.close()
        return
      case 'free':
        // An errand that it has not heard of yet may be on its way to it.
        if (clerk === from && message.after === last && underWay.size === 0) letGo()
        return
      case 'log':
        log.foreign(message.event, message.fields)
        return
      default:
        assertNever(message)
    }
  }

  async function answer(question: Question): Promise<Answers[Question['what']]> {
    switch (question.what) {
      case 'redirect-uri':
        return way.redirectUri()
      case 'page': {
        const { url, redirectUri, allowOrigin } = question
        return way.page.open(url, { isRedirect: (found) => URL.canParse(found) && isSamePlace(new URL(found), redirectUri), allowOrigin })
      }
      case 'read-refresh':
        return refreshTokens.read(question.userKey)
      case 'store-refresh':
        return refreshTokens.store(question.userKey, question.token, question.follows).then(() => undefined)
      case 'remove-refresh':
        return refreshTokens.remove(question.userKey).then(() => undefined)
      case 'device': {
        const key = await parts.deviceKey()
        return key && { deviceId: key.deviceId, publicJwk: key.publicJwk }
      }
      case 'keep-unlock-secret':
        return parts.keepUnlockSecret(question.secret).then(() => undefined)
      case 'sign': {
        const key = await parts.deviceKey()
        if (!key) throw new ChartkeepError('internal')
        return key.sign(question.bytes)
      }
      default:
        return assertNever(question)
    }
  }

  async function send(errandOf: (request: number) => Errand, ports: readonly Port[] = [], signal?: AbortSignal): Promise<Answered> {
    last += 1
    const request = last
    const to = hired()
    const cancel = () => to.post({ kind: 'cancel', request })
    const result = new Promise<Result>((resolve) => underWay.set(request, resolve))
    signal?.addEventListener('abort', cancel, { once: true })
    to.post(errandOf(request), ports)
    const outcome = await result
    signal?.removeEventListener('abort', cancel)
    if (!outcome.ok) throw new ChartkeepError(outcome.failure)
    return outcome.value
  }

  const desk: Desk<Port> = {
    async signIn(expect, signal, hint) {
      if (signal.aborted) throw new ChartkeepError('cancelled')
      const person = await send((request) => ({ kind: 'sign-in', request, expect, hint }), [], signal)
      if (typeof person !== 'object' || !('userKey' in person)) throw new ChartkeepError('internal')
      return person
    },
    async handOut(userKey, refused, to) {
      await send((request) => ({ kind: 'hand-out', request, userKey, subject: parts.subjectOf(userKey), refused }), [to])
    },
    async report(userKey, reports, isOpen, signal) {
      await dropping?.promise
      const before = drops
      const reported = await send((request) => ({ kind: 'report', request, userKey, subject: parts.subjectOf(userKey), isOpen: isOpen(), reports }), [], signal)
      if (typeof reported !== 'object' || !('taken' in reported)) throw new ChartkeepError('internal')
      // The lock came in between, and another clerk goes on.
      if (reported.failure !== 'cancelled' || signal.aborted || drops === before) return reported
      // What was taken before is taken, whatever becomes of the rest.
      const rest = await desk.report(userKey, reports.slice(reported.taken), isOpen, signal).catch((error: unknown): Reported => ({ taken: 0, failure: kindOf(error) }))
      return { ...rest, taken: reported.taken + rest.taken }
    },
    async ask(userKey, ways, signal) {
      await dropping?.promise
      if (signal.aborted) throw new ChartkeepError('cancelled')
      const asked = await send((request) => ({ kind: 'ask', request, userKey, subject: parts.subjectOf(userKey), ways }), [], signal)
      if (typeof asked !== 'object' || !('stands' in asked)) throw new ChartkeepError('internal')
      return asked
    },
    dropAccessToken() {
      drops += 1
      if (underWay.size === 0) return letGo()
      dropping ??= resolvable()
      clerk?.post({ kind: 'drop' })
    },
    dropped: async () => dropping?.promise,
    async signOut(userKey) {
      await send((request) => ({ kind: 'sign-out', request, userKey, subject: parts.subjectOf(userKey) })).catch(() => undefined)
    },
    revoke: async (refreshToken) => (await send((request) => ({ kind: 'revoke', request, refreshToken }))) === true,
  }
  return desk
}

function resolvable(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** A refresh token that the keychain does not take outlives the clerk here: the one in the keychain is spent. */
function holdUnkept(keychain: RefreshTokens): RefreshTokens {
  const held = new Map<string, string>()
  const release = (userKey: string, token: string) => {
    if (held.get(userKey) === token) held.delete(userKey)
  }
  const store: RefreshTokens['store'] = async (userKey, token, follows = false) => {
    // One that is held has no place in the keychain that it could take.
    const isOnlyHeld = held.has(userKey)
    held.set(userKey, token)
    try {
      await keychain.store(userKey, token, follows && !isOnlyHeld)
      release(userKey, token)
    } catch (error) {
      if (kindOf(error) === 'unauthorized') release(userKey, token)
      throw error
    }
  }
  return {
    store,
    async read(userKey) {
      const token = held.get(userKey)
      if (token === undefined) return keychain.read(userKey)
      // Told at its first try; the newest one is good, kept or not.
      await store(userKey, token).catch(() => undefined)
      return token
    },
    remove: (userKey) => {
      held.delete(userKey)
      return keychain.remove(userKey)
    },
  }
}
