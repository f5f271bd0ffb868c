import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Log } from '../../diagnostics/log.ts'
import type { Auth, AuthParts, DeviceKey, SignInWay } from '../index.ts'
import type { Answers, ClerkStart, Errand, FromClerk, Outcome, Question, ToClerk } from './protocol.ts'

/** Where an access token goes: the clerk's end of a port to `records`. */
export interface TokenPort {
  /**
   * Resolves when `records` has it, or has gone: until then the clerk must not be ended, or the token ends with it.
   * Rejects `timeout`.
   */
  handOver(text: string): Promise<void>
}

/** The way to `main`. */
export interface ClerkHost {
  post(message: FromClerk): void
  onMessage(listener: (message: ToClerk, ports: readonly TokenPort[]) => void): void
}

/** The part of sign-in that `main` does. */
type MainsPart = Pick<AuthParts, 'way' | 'refreshTokens' | 'deviceKey' | 'keepUnlockSecret' | 'subjectOf' | 'log'>

export interface ClerkEnvironment {
  openAuth(start: ClerkStart, mains: MainsPart): Auth
}

/**
 * Runs the clerk: the process in which tokens are asked for, so that no access token was ever in `main`, which outlives
 * the lock. It is ended when it has nothing more to do.
 */
export function runClerk(host: ClerkHost, { openAuth }: ClerkEnvironment): void {
  const questions = askMain(host)
  /** What a lock cuts short, and whoever asked goes on with by another clerk. */
  const cutShort = new Set<AbortController>()
  const cancelling = new Map<number, AbortController>()
  const subjects = new Map<string, string>()
  let auth: Auth | undefined
  let underWay = 0
  let received = 0
  /** Whose sign-in has brought a token that nobody has taken yet. */
  let untaken: string | undefined
  let lingering: NodeJS.Timeout | undefined

  async function run(office: Auth, errand: Errand, [port]: readonly TokenPort[]): Promise<Answer> {
    switch (errand.kind) {
      case 'sign-in': {
        const cancel = new AbortController()
        cancelling.set(errand.request, cancel)
        const person = await office.signIn(errand.expect, cancel.signal, errand.hint).finally(() => cancelling.delete(errand.request))
        untaken = person.userKey
        return person
      }
      case 'hand-out': {
        const token = await office.accessToken(errand.userKey, errand.refused)
        untaken = undefined
        await port?.handOver(JSON.stringify(token))
        return undefined
      }
      case 'report': {
        const reported = await unlessCut(errand, (signal) => office.report(errand.userKey, errand.reports, errand.isOpen, signal))
        if (reported.failure === undefined) linger()
        return reported
      }
      case 'ask':
        return unlessCut(errand, (signal) => office.ask(errand.userKey, errand.ways, signal))
      case 'sign-out':
        if (untaken === errand.userKey) untaken = undefined
        lingering = stopped(lingering)
        return office.signOut(errand.userKey).then(() => undefined)
      case 'revoke':
        return office.revoke(errand.refreshToken)
    }
  }

  function unlessCut<T>({ request }: Errand, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cancel = new AbortController()
    cancelling.set(request, cancel)
    cutShort.add(cancel)
    return work(cancel.signal).finally(() => {
      cancelling.delete(request)
      cutShort.delete(cancel)
    })
  }

  async function carryOut(errand: Errand, ports: readonly TokenPort[]): Promise<void> {
    const office = auth
    if (!office) return
    received = errand.request
    underWay += 1
    if (errand.kind !== 'sign-in' && errand.kind !== 'revoke' && errand.subject !== undefined) subjects.set(errand.userKey, errand.subject)
    const outcome = await outcomeOf(run(office, errand, ports))
    host.post({ kind: 'done', request: errand.request, outcome })
    await office.settled()
    underWay -= 1
    tellFree()
  }

  /** Whoever works is reported on every few seconds: a clerk for each of them would cost more than one that waits. */
  function linger(): void {
    clearTimeout(lingering)
    lingering = setTimeout(() => {
      lingering = undefined
      tellFree()
    }, lingerMs)
  }

  function tellFree(): void {
    if (underWay === 0 && untaken === undefined && lingering === undefined) host.post({ kind: 'free', after: received })
  }

  host.onMessage((message, ports) => {
    switch (message.kind) {
      case 'start':
        auth ??= openAuth(message.start, {
          ...questions.mainsPart(message.start.way),
          subjectOf: (userKey) => subjects.get(userKey),
        })
        return
      case 'answer':
        return questions.answered(message.request, message.outcome)
      case 'cancel':
        return cancelling.get(message.request)?.abort()
      case 'drop':
        auth?.dropAccessToken()
        untaken = undefined
        lingering = stopped(lingering)
        for (const cancel of cutShort) cancel.abort()
        return tellFree()
      default:
        void carryOut(message, ports)
    }
  })
}

/** Milliseconds after a report in which the clerk stays for the next one. */
const lingerMs = 20_000

function stopped(timer: NodeJS.Timeout | undefined): undefined {
  clearTimeout(timer)
}

type Answer = Extract<Extract<FromClerk, { kind: 'done' }>['outcome'], { ok: true }>['value']

/** A failure crosses as its kind: a message may quote what must not. */
export function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  return work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, failure: kindOf(error) }),
  )
}

/** The window, the browser and the keychain, as seen from here: questions to `main`. */
function askMain(host: ClerkHost) {
  const waiting = new Map<number, (outcome: Outcome<unknown>) => void>()
  let last = 0

  async function ask<Q extends Question>(question: Q): Promise<Answers[Q['what']]> {
    last += 1
    const request = last
    const outcome = await new Promise<Outcome<unknown>>((resolve) => {
      waiting.set(request, resolve)
      host.post({ kind: 'ask', request, question })
    })
    if (!outcome.ok) throw new ChartkeepError(outcome.failure)
    // `main` is the only one at the other end, and `Answers` is what it gives.
    return outcome.value as Answers[Q['what']]
  }

  function wayOf(name: SignInWay['name']): SignInWay {
    let redirectUri = ''
    return {
      name,
      redirectUri: async () => {
        redirectUri = await ask({ what: 'redirect-uri' })
        return redirectUri
      },
      page: {
        // What a redirect is, `main` sees by the redirect URI: a function does not cross.
        open: (url, { allowOrigin }) => ask({ what: 'page', url, redirectUri, allowOrigin }),
        close: () => host.post({ kind: 'close-page' }),
      },
    }
  }

  async function deviceKey(): Promise<DeviceKey | undefined> {
    const device = await ask({ what: 'device' })
    return device && { ...device, sign: (bytes) => ask({ what: 'sign', bytes }) }
  }

  // The table of events is looked at where the line is written.
  const tell = (event: unknown, fields: unknown) => host.post({ kind: 'log', event: String(event), fields: { ...(fields as object | undefined) } })
  const log: Log = { event: tell, foreign: tell }

  return {
    mainsPart: (way: SignInWay['name']): Omit<MainsPart, 'subjectOf'> => ({
      way: wayOf(way),
      deviceKey,
      keepUnlockSecret: (secret) => ask({ what: 'keep-unlock-secret', secret }),
      log,
      refreshTokens: {
        read: (userKey) => ask({ what: 'read-refresh', userKey }),
        store: (userKey, token, follows = false) => ask({ what: 'store-refresh', userKey, token, follows }),
        remove: (userKey) => ask({ what: 'remove-refresh', userKey }),
      },
    }),
    answered: (request: number, outcome: Outcome<unknown>) => {
      waiting.get(request)?.(outcome)
      waiting.delete(request)
    },
  }
}
