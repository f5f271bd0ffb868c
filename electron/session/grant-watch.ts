import { kindOf, type FailureKind } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import { type Asked, type AskingWay, askingWays } from '../auth/still-granted.ts'
import type { Log } from '../diagnostics/log.ts'
import { isOpen, type Locked, type Open, type Session, type SessionEvent, type SignedIn } from './machine.ts'
import type { AuthPort } from './ports.ts'
import { hasPin } from './states.ts'

export interface GrantWatchParts {
  session(): Session
  dispatch(event: SessionEvent): void
  /** Whose sessions wait here behind the one on the screen. */
  waiting(): readonly SignedIn[]
  /** Durable soon, and until a full sign-in lifts it. */
  requireSignIn(userKey: string): void
  readonly auth: Pick<AuthPort, 'ask'>
  policy(): Pick<Policy, 'session'>
  /** Orders reach this workstation: what becomes of its people it is told, and asks nobody. */
  hearsOrders(): boolean
  /** The EHR stands by this person: it is a contact (ADR 0113). */
  heard(userKey: string): void
  /** Milliseconds of a count that never goes back, and goes on in sleep. */
  steady(): number
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  /** From 0 to 1. */
  random(): number
  readonly log: Pick<Log, 'event'>
}

/** Asks the EHR whether it stands by whoever is here, where no order would tell (ADR 0125). Input of nobody, it puts no limit off but the offline one. */
export interface GrantWatch {
  /** Asks, where it is time. */
  look(): void
  /** Before data of this user is shown: resolves when the EHR has answered, or soon. Never rejects. */
  beforeData(userKey: string): Promise<void>
  /** Nothing is asked any more; resolves when what is being spent is kept, or soon. Never rejects. */
  close(): Promise<void>
}

/** Milliseconds. */
const [patience, givenUpAfter] = [1_500, 15_000]
/** For what was asked when the application ends, within what that may take (windows/quit.ts). Milliseconds. */
const lastWord = 2_000
/** What was answered just now is not asked again before data. Milliseconds. */
const justNow = 10_000
/** Whoever is found locked is asked for soon, once it can be known whether orders come. Milliseconds. */
const soon = 20_000
/** Behind a lock nothing is shown, and an unlock asks: it is the offline limit alone that has to be kept off. Milliseconds. */
const lockedEvery = 900_000

export function createGrantWatch(parts: GrantWatchParts): GrantWatch {
  const { auth, log, steady } = parts
  let underWay: { readonly who: SignedIn; readonly done: Promise<void>; readonly cancel: AbortController } | undefined
  /** Whom all of this is about, since when, and what is known of asking for them. */
  let about: { readonly signIn: string; useless: readonly AskingWay[]; doubted: readonly AskingWay[]; askedAt: number; answeredAt: number; share: number } | undefined
  let failure: FailureKind | undefined
  let closed = false

  const share = () => 0.5 + parts.random() / 2

  /** Another sign-in is another grant, and may be by another server's rules. */
  function aboutWhom(session: Open | Locked): NonNullable<typeof about> {
    const signIn = `${session.who.userKey} ${session.who.authTime}`
    if (about?.signIn !== signIn) {
      const part = share()
      const ahead = isOpen(session) ? 0 : Math.max(0, everyOf(session) - soon) * part
      about = { signIn, useless: [], doubted: [], askedAt: steady() - ahead, answeredAt: Number.NEGATIVE_INFINITY, share: part }
    }
    return about
  }

  function everyOf(session: Open | Locked): number {
    const { introspectSeconds, offlineSeconds } = parts.policy().session
    return isOpen(session) ? introspectSeconds * 1_000 : Math.min(lockedEvery, offlineSeconds * 250)
  }

  /** An open session refreshes by itself, and is refused then. */
  function waysFor(session: Open | Locked): readonly AskingWay[] {
    const { useless } = aboutWhom(session)
    return askingWays.filter((way) => !useless.includes(way) && (way === 'introspection' || !isOpen(session)))
  }

  /** Where a PIN does not open it, there is nothing that the EHR's word could change. */
  function askable(): Open | Locked | undefined {
    const session = parts.session()
    if (closed || parts.hearsOrders()) return undefined
    if (isOpen(session)) return session
    return session.state === 'locked' && !session.needsSignIn && hasPin(session.who) ? session : undefined
  }

  /** One refusal may pass, or be a firewall's; two in a row are how it is. What is not there, or gives too much, is not asked again. */
  function giveUp(found: Asked['useless'], mine: NonNullable<typeof about>): void {
    const sure = found.filter(({ way, why }) => why !== 'refused' || mine.doubted.includes(way))
    for (const { way, why } of sure) log.event('token.asking-useless', { way, why })
    mine.useless = [...mine.useless, ...sure.map(({ way }) => way)]
    mine.doubted = found.map(({ way }) => way)
  }

  /** Their session as it is now, wherever it waits: behind a lock, a sign-in, or another one's. */
  function asNow({ userKey }: SignedIn): { readonly who: SignedIn | undefined; readonly isHere: boolean } {
    const session = parts.session()
    const here = 'who' in session ? session.who : session.state === 'signingIn' ? session.back?.who : undefined
    const isHere = here?.userKey === userKey
    return { who: isHere ? here : parts.waiting().find((each) => each.userKey === userKey), isHere }
  }

  function begin(session: Open | Locked): Promise<void> {
    const { who } = session
    const ways = waysFor(session)
    if (ways.length === 0) return Promise.resolve()
    const mine = aboutWhom(session)
    mine.askedAt = steady()
    mine.share = share()
    const cancel = new AbortController()
    const done = ask(who, ways, cancel.signal, mine).finally(() => {
      if (underWay?.cancel === cancel) underWay = undefined
    })
    underWay = { who, done, cancel }
    return done
  }

  async function ask(who: SignedIn, ways: readonly AskingWay[], signal: AbortSignal, mine: NonNullable<typeof about>): Promise<void> {
    const began = steady()
    const late = AbortSignal.timeout(givenUpAfter)
    try {
      const { stands, useless } = await auth.ask(who.userKey, ways, AbortSignal.any([signal, late]))
      log.event('token.asked', { ms: Math.round(steady() - began), stands })
      giveUp(useless, mine)
      failure = undefined
      if (!stands) return
      mine.answeredAt = steady()
      parts.heard(who.userKey)
    } catch (error) {
      notTold(late.aborted && kindOf(error) === 'cancelled' ? 'timeout' : kindOf(error), who)
    }
  }

  function refused(asked: SignedIn): void {
    const { who, isHere } = asNow(asked)
    // Whoever has signed in again meanwhile has another grant.
    if (who !== undefined && who.authTime !== asked.authTime) return
    if (isHere) parts.dispatch({ type: 'token-refused' })
    // The screen is another one's: it holds for when they come back.
    else parts.requireSignIn(asked.userKey)
  }

  function notTold(kind: FailureKind, who: SignedIn): void {
    if (kind === 'unauthorized') return refused(who)
    if (kind !== failure && kind !== 'cancelled') log.event('token.not-asked', { failure: kind })
    failure = kind
  }

  return {
    look() {
      const session = askable()
      if (session === undefined || underWay !== undefined) return
      const { askedAt, share: part } = aboutWhom(session)
      if (steady() - askedAt >= everyOf(session) * part) void begin(session)
    },
    async beforeData(userKey) {
      const session = askable()
      if (session?.who.userKey !== userKey || steady() - aboutWhom(session).answeredAt < justNow) return
      const asking = underWay?.who.userKey === userKey ? underWay.done : begin(session)
      await parts.within(asking, patience)
    },
    async close() {
      closed = true
      underWay?.cancel.abort()
      // A refresh token that is being spent has its successor in the answer, and nowhere else.
      if (underWay !== undefined) await parts.within(underWay.done, lastWord)
    },
  }
}
