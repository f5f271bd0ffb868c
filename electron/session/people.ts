import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import type { Desk } from '../auth/clerk/desk.ts'
import type { Log } from '../diagnostics/log.ts'
import type { KnownUser, Users } from '../vault/users.ts'
import type { SessionFailure, SignedIn } from './machine.ts'
import type { AuthPort, TokenPort, VaultPort } from './ports.ts'

export interface PeopleParts {
  /** Opened at the first use. */
  desk(): Promise<Desk<TokenPort>>
  readonly users: Users
  readonly vault: Pick<VaultPort, 'pinState'>
  readonly log: Log
  newCorrelation(): string
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
}

/** What the next desk waits for the clerk of the one before it: longer than an EHR takes that answers. Milliseconds. */
const lastErrand = 5_000

export interface People extends AuthPort {
  /** Whoever left the workstation locked, with what a PIN may open for them; nobody where nobody did, or where who it was cannot be read. */
  last(): Promise<{ readonly who: SignedIn | undefined; readonly failure?: SessionFailure }>
  /** See desk.ts. */
  readonly report: Desk<TokenPort>['report']
  readonly revoke: Desk<TokenPort>['revoke']
  subjectOf(userKey: string): string | undefined
  /** When the user last proved to the EHR, in full, who they are: epoch milliseconds. */
  authTimeOf(userKey: string): number | undefined
  /** The policy changed: what comes next is asked of the EHR as it says now, and of a refresh token once it is spent by nobody else. */
  reopen(): void
}

/** Who is at this workstation: the EHR's word at sign-in, the keychain's memory of it afterwards. */
export function createPeople({ desk, users, vault, log, newCorrelation, within }: PeopleParts): People {
  const met = new Map<string, KnownUser>()
  let opened: Desk<TokenPort> | undefined
  /** One for all who ask meanwhile: two desks would each spend the same refresh token. */
  let opening: Promise<Desk<TokenPort>> | undefined
  async function open(): Promise<Desk<TokenPort>> {
    const mine = (opening ??= desk())
    try {
      const found = await mine
      if (opening === mine) opened = found
      return found
    } catch (error) {
      if (opening === mine) opening = undefined
      throw error
    }
  }
  /** What the desk before this one was redeeming is kept. */
  let leaving: Promise<unknown> = Promise.resolve()
  const openAfter = async () => {
    await leaving
    return open()
  }
  /** A keychain that does not answer now keeps nobody from their work: what they do is not kept, and the screen says so. */
  const pinState = (userKey: string) =>
    vault.pinState(userKey).catch((error: unknown) => {
      if (!kindOf(error).startsWith('keychain-')) throw error
      return 'unavailable' as const
    })
  async function withPin(known: KnownUser): Promise<SignedIn> {
    met.set(known.userKey, known)
    return { ...signedIn(known), pin: await pinState(known.userKey) }
  }

  return {
    last: async () => {
      try {
        const known = await users.last()
        return { who: known && (await withPin(known)) }
      } catch (error) {
        // Never deleted because it could not be read; a full sign-in writes it anew.
        const failure = { kind: kindOf(error), correlation: newCorrelation() }
        log.event('app.failed', { failure: failure.kind, correlation: failure.correlation })
        return { who: undefined, failure }
      }
    },
    reopen: () => {
      const before = opened
      opening = undefined
      if (before === undefined) return
      opened = undefined
      before.dropAccessToken()
      leaving = within(Promise.all([leaving, before.dropped()]), lastErrand)
    },
    waiting: async () => Promise.all((await users.waiting()).map(withPin)),
    comeBack: (userKey) => users.comeBack(userKey).catch((error: unknown) => log.event('keychain.failed', { operation: 'set', failure: kindOf(error) })),
    authTimeOf: (userKey) => met.get(userKey)?.authTime,
    subjectOf: (userKey) => met.get(userKey)?.subject,
    pinState,
    fhirUser: (userKey) => met.get(userKey)?.fhirUser,
    signIn: async (...asked) => {
      const person = await (await open()).signIn(...asked)
      const { userKey, user, permissions, fhirUser, issuer, sub, authTime } = person
      const known: KnownUser = { userKey, user, permissions: [...permissions], issuer, subject: sub, authTime, ...(fhirUser === undefined ? {} : { fhirUser }) }
      await users.remember(known).catch((error: unknown) => log.event('keychain.failed', { operation: 'set', failure: kindOf(error) }))
      return { who: await withPin(known), fhirUser }
    },
    handOutToken: async (userKey, refused, to) => (await openAfter()).handOut(userKey, refused, to),
    report: async (...asked) => (await openAfter()).report(...asked),
    revoke: async (refreshToken) => (await open()).revoke(refreshToken),
    ask: async (...asked) => (await openAfter()).ask(...asked),
    dropAccessToken: () => opened?.dropAccessToken(),
    dropped: async () => void (await Promise.all([leaving, opened?.dropped()])),
    signOut: async (userKey) => {
      await users.leave(userKey).catch((error: unknown) => log.event('keychain.failed', { operation: 'delete', failure: kindOf(error) }))
      await (await openAfter()).signOut(userKey)
      met.delete(userKey)
    },
  }
}

function signedIn({ userKey, user, subject, permissions, authTime }: KnownUser): Omit<SignedIn, 'pin'> {
  return { userKey, user, sub: subject, permissions, authTime }
}

/** For a workstation without a policy: there is no EHR to sign in to. */
export function noDesk(): Promise<Desk<TokenPort>> {
  return Promise.reject(new ChartkeepError('sign-in-discovery'))
}
