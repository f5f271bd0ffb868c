import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../shared/clock.ts'
import type { Policy } from '../../shared/policy.ts'
import type { People } from '../session/people.ts'
import type { VaultPort } from '../session/ports.ts'
import { epochs } from './epochs.ts'
import type { Keys } from './open-keys.electron.ts'
import { presenceCheck } from './presence.ts'
import { rotations } from './rotations.ts'
import { touchId } from './touch-id.electron.ts'
import { tries } from './tries.ts'
import { createUnlockHelp } from './unlock-help.ts'
import type { UnlockSecret } from './unlock-secret.ts'
import { createVault } from './vault.ts'

export interface OpenVaultParts {
  readonly keys: Keys
  readonly secret: UnlockSecret
  /** Folder of the application's own data. */
  readonly userData: string
  policy(): Policy
  /** Known once the vault is: they ask it what a PIN is good for. */
  people(): Pick<People, 'subjectOf' | 'authTimeOf'>
  readonly clock: Clock
  monotonic(): number
}

/** Main's half of the vaults, with the tries of a PIN, who may grant more, and what stands beside it. */
export function openVault({ keys, secret, userData, policy, people, clock, monotonic }: OpenVaultParts): VaultPort {
  const { opened, watched, key, parts } = keys
  const { keychain } = watched
  const counted = tries({ keychain, monotonic, wait })
  return createVault({
    keyParts: parts,
    tries: counted,
    help: key && createUnlockHelp({ tries: counted, secret, deviceId: key.deviceId, subjectOf: (userKey) => people().subjectOf(userKey), policy: () => policy().pin, clock, monotonic, wait, draw: (below) => randomInt(below) }),
    epochs: epochs(keychain),
    rotations: rotations({ keychain, clock, policy: () => policy().vault.rotate }),
    presence: presenceCheck({ policy: () => policy().unlock, port: touchId(), authTime: (userKey) => people().authTimeOf(userKey), clock, wait }),
    keeping: opened.keeping,
    userData,
  })
}
