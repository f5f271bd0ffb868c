import { z } from 'zod'
import { permissions, StaffMember } from '../../shared/contract/index.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'

/** What must be known of a user to lock and unlock without the EHR. In the keychain: a file could be edited. */
const KnownUser = z.strictObject({
  userKey: z.string().regex(/^[a-z2-7]{26}$/),
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
export const lastAccount = 'last-user'
/** Where a user stands in the keychain. */
export const userAccount = (userKey: string) => `user/${userKey}`

export interface Users {
  /** Whose session it is, until they sign out. Rejects `keychain-corrupt` if what is there cannot be read. */
  last(): Promise<KnownUser | undefined>
  remember(user: KnownUser): Promise<void>
  /** After a sign-out nobody is waiting behind the lock. */
  leave(): Promise<void>
}

/** The users this workstation knows, in the operating system's keychain. */
export function users(keychain: Keychain): Users {
  return {
    last: async () => {
      const userKey = await keychain.get(lastAccount)
      if (userKey === undefined) return undefined
      const stored = await keychain.get(userAccount(userKey))
      if (stored === undefined) return undefined
      try {
        return KnownUser.parse(JSON.parse(stored))
      } catch (cause) {
        throw new ChartkeepError('keychain-corrupt', {}, { cause })
      }
    },
    remember: async (user) => {
      await keychain.set(userAccount(user.userKey), JSON.stringify(KnownUser.parse(user)))
      await keychain.set(lastAccount, user.userKey)
    },
    leave: () => keychain.delete(lastAccount),
  }
}
