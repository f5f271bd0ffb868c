import { openDesk } from '../auth/open-desk.electron.ts'
import type { SignInPage } from '../auth/sign-in-page.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import type { FollowedPolicy } from '../policy/follow.ts'
import type { Keys } from '../vault/open-keys.electron.ts'
import type { UnlockSecret } from '../vault/unlock-secret.ts'
import type { Contact } from './contact.ts'
import { createPeople, noDesk, type People, type PeopleParts } from './people.ts'
import type { VaultPort } from './ports.ts'

export interface OpenPeopleParts extends Pick<PeopleParts, 'within'> {
  readonly policy: Pick<FollowedPolicy, 'isSet' | 'inForce'>
  readonly keys: Keys
  readonly secret: UnlockSecret
  readonly vault: Pick<VaultPort, 'pinState'>
  readonly contact: Pick<Contact, 'ready'>
  /** Where the EHR's sign-in page is shown. */
  readonly page: SignInPage
  /** The script of the process that speaks to the EHR's sign-in. */
  readonly clerkScript: string
  readonly log: Log
}

/** Who is at this workstation, as the EHR says it by policy, and what a PIN is good for. */
export function openPeople({ policy, keys, secret, vault, contact, page, clerkScript, log, within }: OpenPeopleParts): People {
  const { deviceKey, refreshTokens, users } = keys
  const people: People = createPeople({
    desk: async () =>
      policy.isSet()
        ? openDesk({ script: clerkScript, inForce: policy.inForce(), page, refreshTokens, deviceKey, keepUnlockSecret: secret.keep, subjectOf: (userKey) => people.subjectOf(userKey), log })
        : noDesk(),
    users,
    vault: {
      // What a PIN is good for hangs on this too; it may have been out of reach until now.
      pinState: async (userKey) => {
        await contact.ready()
        return vault.pinState(userKey)
      },
    },
    log,
    newCorrelation,
    within,
  })
  return people
}
