import { z } from 'zod'
import { permissions } from '../../shared/contract/procedure.ts'
import { StaffMember } from '../../shared/contract/session.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'

const UserKey = z.string().regex(/^[a-z2-7]{26}$/)

/** What must be known of a user to lock and unlock without the EHR. In the keychain: a file could be edited. */
const KnownUser = z.strictObject({
  userKey: UserKey,
  user: StaffMember,
  permissions: z.array(z.enum(permissions)),
  fhirUser: z.string().max(200).optional(),
  issuer: z.string().max(500),
  subject: z.string().max(255),
  /** When the person last proved to the EHR who they are, in epoch milliseconds. */
  authTime: z.number(),
})
export type KnownUser = z.infer<typeof KnownUser>

/** Where it stands who is behind the lock. */
const lastAccount = 'last-user'
/** Where it stands whose sessions wait behind the lock, the newest first. */
const waitingAccount = 'waiting-users'
/** Where a user stands in the keychain. */
export const userAccount = (userKey: string) => `user/${userKey}`

/** As many as a ward's workstation sees in a shift; the oldest beyond sign in fully. */
const mostWaiting = 16

export interface Users {
  /** Whose session is behind the lock. Rejects `keychain-corrupt` if what is there cannot be read. */
  last(): Promise<KnownUser | undefined>
  /** Who this is, if they have ever signed in here. Rejects as above. */
  of(userKey: string): Promise<KnownUser | undefined>
  /** Everybody whose session waits here, until they sign out: the newest first. Who cannot be read is left out. */
  waiting(): Promise<readonly KnownUser[]>
  /** Somebody has signed in: theirs is the session. */
  remember(user: KnownUser): Promise<void>
  /** Somebody who waited is back: theirs is the session. */
  comeBack(userKey: string): Promise<void>
  /** After a sign-out nobody is waiting for that one. */
  leave(userKey: string): Promise<void>
}

/** The users this workstation knows, in the operating system's keychain: one for each process, since changes go one after the other. */
export function users(keychain: Keychain): Users {
  /** Of two at once a restart would find another one's session. */
  const turn = inTurn()

  async function known(userKey: string): Promise<KnownUser | undefined> {
    const stored = await keychain.get(userAccount(userKey))
    if (stored === undefined) return undefined
    const parsed = KnownUser.safeParse(parsedJson(stored))
    if (!parsed.success || parsed.data.userKey !== userKey) throw new ChartkeepError('keychain-corrupt')
    return parsed.data
  }

  /** Rubbish counts as nobody: whoever it was signs in fully, and stands there again. */
  async function keys(): Promise<readonly string[]> {
    const [list, last] = [await keychain.get(waitingAccount), await keychain.get(lastAccount)]
    const parsed = z.array(UserKey).safeParse(list === undefined ? [] : parsedJson(list))
    return [...new Set([...(UserKey.safeParse(last).success && last !== undefined ? [last] : []), ...(parsed.success ? parsed.data : [])])]
  }

  async function front(userKey: string): Promise<void> {
    const others = (await keys()).filter((each) => each !== userKey)
    await keychain.set(waitingAccount, JSON.stringify([userKey, ...others].slice(0, mostWaiting)))
    await keychain.set(lastAccount, userKey)
  }

  return {
    last: async () => {
      const userKey = await keychain.get(lastAccount)
      return userKey === undefined ? undefined : known(userKey)
    },
    of: known,
    waiting: async () => {
      const found = await Promise.all((await keys()).map((userKey) => known(userKey).catch(corruptAsNobody)))
      return found.filter((user) => user !== undefined)
    },
    remember: (user) =>
      turn(async () => {
        await keychain.set(userAccount(user.userKey), JSON.stringify(KnownUser.parse(user)))
        await front(user.userKey)
      }),
    comeBack: (userKey) => turn(() => front(userKey)),
    leave: (userKey) =>
      turn(async () => {
        const others = (await keys()).filter((each) => each !== userKey)
        if ((await keychain.get(lastAccount)) === userKey) await keychain.delete(lastAccount)
        if (others.length === 0) await keychain.delete(waitingAccount)
        else await keychain.set(waitingAccount, JSON.stringify(others))
      }),
  }
}

function corruptAsNobody(error: unknown): undefined {
  if (error instanceof ChartkeepError && error.kind === 'keychain-corrupt') return undefined
  throw error
}
