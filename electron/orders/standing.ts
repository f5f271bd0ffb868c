import { ChartkeepError } from '../../shared/errors.ts'
import { inTurn } from '../in-turn.ts'
import type { AuthPort, VaultPort } from '../session/ports.ts'
import type { Keychain } from '../vault/keychain.ts'

/** What holds for a person here until it is lifted. `sign-in`: their PIN alone opens nothing before they have signed in fully. */
const standings = ['out', 'sign-in'] as const
type Standing = (typeof standings)[number]

/** Where it stands in the keychain: an order must not be undone by removing a file. */
export const standingAccount = (userKey: string) => `order/${userKey}`

export interface Standings {
  of(userKey: string): Promise<Standing | undefined>
  /** Durable when it resolves. Who is locked out stays so, whatever comes after. */
  set(userKey: string, standing: Standing): Promise<void>
  lift(userKey: string): Promise<void>
  /** How many orders were set against each person since the start, for who has to know whether one came meanwhile. */
  counts(): ReadonlyMap<string, number>
}

export function createStandings(keychain: Keychain): Standings {
  const counts = new Map<string, number>()
  /** This process alone changes them: the keychain is asked once for each person. */
  const known = new Map<string, Standing | undefined>()
  /** The strictest that was set since the last lift was asked for. */
  const ordered = new Map<string, Standing>()
  /** In the order in which they were called: of two at once, the later would be lost to the earlier. */
  const turn = inTurn()
  async function of(userKey: string): Promise<Standing | undefined> {
    if (known.has(userKey)) return known.get(userKey)
    const stored = await keychain.get(standingAccount(userKey))
    // An order came while it was read, and is newer.
    if (known.has(userKey)) return known.get(userKey)
    // What cannot be read does not let anybody in.
    const standing = stored === undefined ? ordered.get(userKey) : (standings.find((each) => each === stored) ?? 'out')
    known.set(userKey, standing)
    return standing
  }
  return {
    of,
    counts: () => counts,
    set: (userKey, standing) => {
      counts.set(userKey, (counts.get(userKey) ?? 0) + 1)
      ordered.set(userKey, strictest(standing, ordered.get(userKey)))
      // It holds for this process at once, and whatever the keychain says of it.
      if (standing === 'out' || known.has(userKey)) known.set(userKey, strictest(standing, known.get(userKey)))
      return turn(async () => {
        if (standing === 'sign-in' && (await of(userKey)) === 'out') return
        known.set(userKey, standing)
        await keychain.set(standingAccount(userKey), standing)
      })
    },
    lift: (userKey) => {
      const before = ordered.get(userKey)
      ordered.delete(userKey)
      return turn(async () => {
        try {
          if ((await of(userKey)) === undefined) return
          await keychain.delete(standingAccount(userKey))
          // What was set since this was asked for holds.
          known.set(userKey, ordered.get(userKey))
        } catch (error) {
          if (before !== undefined) ordered.set(userKey, strictest(before, ordered.get(userKey)))
          throw error
        }
      })
    },
  }
}

const strictest = (one: Standing, other: Standing | undefined): Standing => (one === 'out' || other === 'out' ? 'out' : 'sign-in')

/** A vault that gives no part of its key for somebody against whom an order stands: their PIN is as good as void until it is lifted. */
export function guardedVault(vault: VaultPort, standings: Pick<Standings, 'of'>): VaultPort {
  return {
    ...vault,
    releaseKeyPart: async (userKey, part) => {
      if ((await standings.of(userKey)) !== undefined) throw new ChartkeepError('locked')
      return vault.releaseKeyPart(userKey, part)
    },
    challenge: async (userKey) => {
      if ((await standings.of(userKey)) !== undefined) throw new ChartkeepError('locked')
      return vault.challenge(userKey)
    },
    answerChallenge: async (userKey, typed) => {
      if ((await standings.of(userKey)) !== undefined) throw new ChartkeepError('locked')
      return vault.answerChallenge(userKey, typed)
    },
    renewKeyPart: async (userKey, named) => {
      if ((await standings.of(userKey)) === 'out') throw new ChartkeepError('locked')
      return vault.renewKeyPart(userKey, named)
    },
  }
}

/**
 * Sign-in that lifts what stands against a person: the EHR would not have let them in, were they still locked out. What was ordered while they
 * were signing in is newer than the EHR's word, and holds. Rejects `forbidden` then.
 */
export function liftingSignIn<Auth extends Pick<AuthPort, 'signIn' | 'waiting'>>(auth: Auth, standings: Pick<Standings, 'lift' | 'counts' | 'of'>, failed: (error: unknown) => void): Auth {
  return {
    ...auth,
    /** Nobody comes back to a session that is locked out; one that has to sign in fully has no PIN to come back by. */
    waiting: async () => {
      const people = await Promise.all((await auth.waiting()).map(async (who) => ({ who, standing: await standings.of(who.userKey) })))
      return people.flatMap(({ who, standing }) => (standing === 'out' ? [] : [standing === undefined ? who : { ...who, pin: 'void' as const }]))
    },
    signIn: async (...asked) => {
      const before = new Map(standings.counts())
      const isOrderedMeanwhile = (userKey: string) => standings.counts().get(userKey) !== before.get(userKey)
      const signedIn = await auth.signIn(...asked)
      const { userKey } = signedIn.who
      if (isOrderedMeanwhile(userKey)) throw new ChartkeepError('forbidden')
      await standings.lift(userKey).catch(failed)
      if (isOrderedMeanwhile(userKey)) throw new ChartkeepError('forbidden')
      return signedIn
    },
  }
}
