import { kindOf } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { Log } from '../diagnostics/log.ts'
import type { Keychain } from '../vault/keychain.ts'
import { type Ages, agesIn, Ledger, unknownAges, withOrders, withPerson, withSignIn } from './contact-ledger.ts'
import type { AuthPort } from './ports.ts'
import { type Clocks, countTime, elapsedSince } from './steady-time.ts'

/** Where it stands in the keychain: a file could be put back. */
export const contactAccount = 'contact'

/** How long this workstation, and each of its people, have not been heard by the EHR. Survives restarts; no clock that is set back makes it less. */
export interface Contact {
  /** Resolves when what was kept is known, or cannot be: then nobody is. Never rejects. */
  ready(): Promise<void>
  /** Milliseconds since this process began, or more: a count that never goes back. */
  steady(): number
  ages(userKey: string): Ages
  /** Orders were asked for, and the EHR answered. */
  heardOrders(): void
  /** The EHR took a token of this person. */
  heardPerson(userKey: string): void
  /** A full sign-in. Resolves when it is kept, or cannot be; never rejects. */
  signedIn(userKey: string): Promise<void>
  /** What is known is kept now. Never rejects. */
  keep(): Promise<void>
}

export interface ContactParts {
  readonly keychain: Pick<Keychain, 'get' | 'set'>
  clocks(): Clocks
  /** Of policy: milliseconds. */
  limit(): number
  readonly log: Pick<Log, 'event'>
}

/** While nobody answers, no more than that is lost to who cuts the power; while somebody does, nothing is that matters. Milliseconds. */
const keepEvery = { unheard: 60_000, heard: 600_000 } as const
/** Longer than an order's poll, or a refresh of what is on the screen, keeps silent. Milliseconds. */
const silence = 120_000

export function createContact({ keychain, clocks, limit, log }: ContactParts): Contact {
  const steady = countTime(clocks)
  let ledger: Ledger | undefined
  /** What `steady` said when the ledger said what it says. */
  let at = 0
  let loading: Promise<void> | undefined
  let keeping: Promise<void> = Promise.resolve()
  let keptAt = 0
  let refused = false

  function begin(): Ledger {
    at = steady()
    return { steady: 0, clocks: clocks(), people: {} }
  }

  /** The ledger as of now. */
  function upToNow(): Ledger | undefined {
    const now = steady()
    if (ledger !== undefined) ledger = { ...ledger, steady: ledger.steady + now - at, clocks: clocks() }
    at = now
    return ledger
  }

  async function load(): Promise<void> {
    const stored = await keychain.get(contactAccount)
    if (ledger !== undefined) return
    const parsed = Ledger.safeParse(stored === undefined ? undefined : parsedJson(stored))
    // Rubbish tells of nobody: everybody signs in fully.
    const read = begin()
    ledger = parsed.success ? { ...parsed.data, steady: parsed.data.steady + elapsedSince(parsed.data.clocks, read.clocks), clocks: read.clocks } : read
    keptAt = parsed.success ? parsed.data.steady : 0
  }

  function keep(): Promise<void> {
    keeping = keeping.then(async () => {
      const now = upToNow()
      if (now === undefined) return
      keptAt = now.steady
      try {
        await keychain.set(contactAccount, JSON.stringify(rounded(now)))
        refused = false
      } catch (error) {
        // A keychain that is locked may ask its person each time: it is left alone until somebody comes or goes.
        refused = true
        log.event('keychain.failed', { operation: 'set', failure: kindOf(error) })
      }
    })
    return keeping
  }

  function keepNowAndThen({ steady, orders = 0, people }: Ledger): void {
    const last = Math.max(orders, ...Object.values(people).map(({ heard }) => heard))
    const every = steady - last > silence ? keepEvery.unheard : keepEvery.heard
    if (!refused && Object.keys(people).length > 0 && steady - keptAt >= every) void keep()
  }

  function hear(heard: (now: Ledger) => Ledger): void {
    const now = upToNow()
    if (now === undefined) return
    ledger = heard(now)
    // Who stays shut stays so although this process ends now.
    if (countOver(ledger) > countOver(now)) void keep()
    else keepNowAndThen(ledger)
  }

  return {
    ready() {
      if (ledger !== undefined) return Promise.resolve()
      loading ??= load().catch(() => undefined).finally(() => {
        loading = undefined
      })
      return loading
    },
    steady,
    ages(userKey) {
      const now = upToNow()
      if (now === undefined) return unknownAges
      keepNowAndThen(now)
      return agesIn(now, userKey)
    },
    heardOrders: () => hear((now) => withOrders(now, limit())),
    heardPerson: (userKey) => hear((now) => withPerson(now, userKey, limit())),
    signedIn(userKey) {
      // Where the keychain has not told what it holds, this is the first that is known.
      ledger = withSignIn(upToNow() ?? begin(), userKey)
      return keep()
    },
    keep,
  }
}

const countOver = ({ people }: Ledger): number => Object.values(people).filter(({ over }) => over === true).length

/** A keychain holds little. */
function rounded(ledger: Ledger): Ledger {
  const people = Object.entries(ledger.people).map(([userKey, { signedIn, heard, over }]) => [userKey, { signedIn: Math.round(signedIn), heard: Math.round(heard), ...(over ? { over } : {}) }] as const)
  return {
    steady: Math.round(ledger.steady),
    clocks: { wall: Math.round(ledger.clocks.wall), uptime: Math.round(ledger.clocks.uptime), ...(ledger.clocks.boot === undefined ? {} : { boot: ledger.clocks.boot }) },
    ...(ledger.orders === undefined ? {} : { orders: Math.round(ledger.orders) }),
    people: Object.fromEntries(people),
  }
}

/** Sign-in that is entered into the ledger before anybody hears of it. */
export function heardSignIn<Auth extends Pick<AuthPort, 'signIn'>>(auth: Auth, contact: Pick<Contact, 'signedIn'>): Auth {
  return {
    ...auth,
    signIn: async (...asked) => {
      const signedIn = await auth.signIn(...asked)
      await contact.signedIn(signedIn.who.userKey)
      return signedIn
    },
  }
}
