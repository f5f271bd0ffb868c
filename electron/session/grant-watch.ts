import { kindOf, type FailureKind } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import { type Asked, type AskingWay, askingWays } from '../auth/still-granted.ts'
import type { Log } from '../diagnostics/log.ts'
import { isOpen, type Session, type SessionEvent, type SignedIn, whoIsAt } from './machine.ts'
import type { AuthPort } from './ports.ts'
import { hasPin } from './states.ts'

export interface GrantWatchParts {
  session(): Session
  dispatch(event: SessionEvent): void
  /** Whose sessions wait here, behind the one on the screen; whoever is on it may be among them. */
  waiting(): readonly SignedIn[]
  /** A limit has passed for them, so that only a full sign-in opens their session. */
  isPast(who: SignedIn): boolean
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

/** Asks the EHR whether it stands by whoever is here, or waits here, where no order would tell (ADR 0125). Input of nobody, it puts no limit off but the offline one. */
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

/** Somebody whom the EHR may be asked about: their session is open, or behind a lock, their own or another one's. */
interface Askable {
  readonly who: SignedIn
  readonly isOpen: boolean
}

/** What is known of asking for one sign-in of a person. */
interface Asking {
  readonly authTime: number
  useless: readonly AskingWay[]
  doubted: readonly AskingWay[]
  askedAt: number
  answeredAt: number
  share: number
  isRefused: boolean
}

export function createGrantWatch(parts: GrantWatchParts): GrantWatch {
  const { auth, log, steady } = parts
  const underWay = new Map<string, { readonly done: Promise<void>; readonly cancel: AbortController }>()
  const known = new Map<string, Asking>()
  let failure: FailureKind | undefined
  let closed = false

  const share = () => 0.5 + parts.random() / 2

  /** Another sign-in is another grant, and may be by another server's rules. */
  function askingFor(person: Askable): Asking {
    const { userKey, authTime } = person.who
    const before = known.get(userKey)
    if (before?.authTime === authTime) return before
    const part = share()
    const ahead = person.isOpen ? 0 : Math.max(0, everyOf(person) - soon) * part
    const fresh = { authTime, useless: [], doubted: [], askedAt: steady() - ahead, answeredAt: Number.NEGATIVE_INFINITY, share: part, isRefused: false }
    known.set(userKey, fresh)
    return fresh
  }

  function everyOf(person: Askable): number {
    const { introspectSeconds, offlineSeconds } = parts.policy().session
    return person.isOpen ? introspectSeconds * 1_000 : Math.min(lockedEvery, offlineSeconds * 250)
  }

  /** An open session refreshes by itself, and is refused then. */
  function waysFor(person: Askable): readonly AskingWay[] {
    const { useless } = askingFor(person)
    return askingWays.filter((way) => !useless.includes(way) && (way === 'introspection' || !person.isOpen))
  }

  /** Where a PIN does not open it, there is nothing that the EHR's word could change. */
  function onScreen(): Askable | undefined {
    const session = parts.session()
    if (closed || parts.hearsOrders()) return undefined
    if (isOpen(session)) return { who: session.who, isOpen: true }
    return session.state === 'locked' && !session.needsSignIn && hasPin(session.who) ? { who: session.who, isOpen: false } : undefined
  }

  /** Likewise. While somebody signs in, who it is may be one of them, and another grant is on its way. */
  function behind(): readonly Askable[] {
    const session = parts.session()
    if (closed || parts.hearsOrders() || session.state === 'signingIn') return []
    return parts.waiting().filter((who) => who.userKey !== whoIsAt(session) && hasPin(who) && !parts.isPast(who)).map((who) => ({ who, isOpen: false }))
  }

  const isDue = (person: Askable): boolean => {
    const { askedAt, share: part, isRefused } = askingFor(person)
    return !isRefused && waysFor(person).length > 0 && steady() - askedAt >= everyOf(person) * part
  }

  /** One refusal may pass, or be a firewall's; two in a row are how it is. What is not there, or gives too much, is not asked again. */
  function giveUp(found: Asked['useless'], mine: Asking): void {
    const sure = found.filter(({ way, why }) => why !== 'refused' || mine.doubted.includes(way))
    const isNew = (way: AskingWay) => ![...known.values()].some(({ useless }) => useless.includes(way))
    for (const { way, why } of sure) if (isNew(way)) log.event('token.asking-useless', { way, why })
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

  function begin(person: Askable): Promise<void> {
    const { who } = person
    const ways = waysFor(person)
    if (ways.length === 0) return Promise.resolve()
    const mine = askingFor(person)
    mine.askedAt = steady()
    mine.share = share()
    const cancel = new AbortController()
    const done = ask(who, ways, cancel.signal, mine).finally(() => {
      if (underWay.get(who.userKey)?.cancel === cancel) underWay.delete(who.userKey)
    })
    underWay.set(who.userKey, { done, cancel })
    return done
  }

  async function ask(who: SignedIn, ways: readonly AskingWay[], signal: AbortSignal, mine: Asking): Promise<void> {
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
      notTold(late.aborted && kindOf(error) === 'cancelled' ? 'timeout' : kindOf(error), who, mine)
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

  function notTold(kind: FailureKind, who: SignedIn, mine: Asking): void {
    if (kind === 'unauthorized') {
      mine.isRefused = true
      return refused(who)
    }
    if (kind !== failure && kind !== 'cancelled') log.event('token.not-asked', { failure: kind })
    failure = kind
  }

  return {
    look() {
      // One after the other.
      if (underWay.size > 0) return
      const here = onScreen()
      const due = [...(here === undefined ? [] : [here]), ...behind()].find(isDue)
      if (due !== undefined) void begin(due)
    },
    async beforeData(userKey) {
      const person = onScreen()
      if (person?.who.userKey !== userKey || steady() - askingFor(person).answeredAt < justNow) return
      const asking = underWay.get(userKey)?.done ?? begin(person)
      await parts.within(asking, patience)
    },
    async close() {
      closed = true
      const left = [...underWay.values()]
      for (const { cancel } of left) cancel.abort()
      // A refresh token that is being spent has its successor in the answer, and nowhere else.
      if (left.length > 0) await parts.within(Promise.all(left.map(({ done }) => done)), lastWord)
    },
  }
}
