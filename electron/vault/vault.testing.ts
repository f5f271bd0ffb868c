import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Policy } from '../../shared/policy.ts'
import { epochs } from './epochs.ts'
import { keyParts } from './key-part.ts'
import type { Keychain } from './keychain.ts'
import { rotations } from './rotations.ts'
import { tries } from './tries.ts'
import { createVault } from './vault.ts'

/** Whose vault it is. */
export const user = 'abcdefghijklmnopqrstuvwxyz'

/** A process that has run for a minute, and does not wait. */
export const patientTries = (keychain: Keychain) => tries({ keychain, monotonic: () => 60_000, wait: () => Promise.resolve() })

/** A vault whose secrets are there, in a folder of its own. */
export const vaultOver = (keychain: Keychain, keeping: 'sealed' | 'memory-only' = 'sealed') =>
  createVault({ keyParts: keyParts(keychain), tries: patientTries(keychain), epochs: epochs(keychain), rotations: rotations({ keychain, clock: { now: () => 0 }, policy: () => Policy.shape.vault.parse(undefined).rotate }), keeping, userData: mkdtempSync(path.join(tmpdir(), 'chartkeep-vault-')) })

/** A vault with a PIN, and the name of the part that its slots are under. */
export async function withPin(vault: ReturnType<typeof vaultOver>): Promise<string> {
  const { fresh } = await vault.renewKeyPart(user, undefined)
  await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 1 }, 'new-pin')
  return fresh.id
}
