import { join } from 'node:path'
import { leastCost } from '../../../electron/records/keys/argon2-cost.ts'
import { purposes } from '../../../electron/records/keys/purposes.ts'
import { createVaultDoor, type VaultDoor, type VaultEvent } from '../../../electron/records/keys/vault.ts'
import { Policy } from '../../../shared/policy.ts'
import { keychainFile } from './keychain-file.ts'

/** Where a profile is, the file that stands for the keychain beside it. */
export interface Profile {
  readonly vault: string
  readonly keychain: string
}

export const profileIn = (folder: string): Profile => ({ vault: join(folder, 'vault'), keychain: join(folder, 'keychain.json') })

const pin = '736104'
const policy = Policy.parse({ ehr: { fhirBase: 'https://ehr.example.org/fhir', clientId: 'test' } }).pin

/** The vault of one person, as `records` has it and as `main` serves it. */
export interface Desk {
  readonly door: VaultDoor
  /** Anything that a vault reports is a loss here: nothing is to be put aside, nothing to be other than it was left. */
  readonly events: readonly VaultEvent[]
  begin(): Promise<void>
  unlock(): Promise<void>
  close(): void
}

export function deskOf({ vault, keychain }: Profile): Desk {
  const keys = keychainFile(keychain)
  const events: VaultEvent[] = []
  // An EHR that holds no shares.
  const share = { get: () => Promise.resolve(undefined), inHand: () => undefined, forget: () => undefined }
  const door = createVaultDoor({ folder: vault, userKey: 'user-a', purposes: new Set(purposes), policy: () => policy, clock: { now: () => Date.now() }, cost: () => Promise.resolve(leastCost), keys, share, report: (event) => void events.push(event), begun: () => Promise.resolve(() => undefined), isBusy: () => false, later: (act, ms) => void setTimeout(act, ms).unref() })
  return {
    door,
    events,
    begin: () => door.setPin(pin, false),
    unlock: async () => keys.settle(await door.unlock(pin)),
    close: () => keys.leave(door.close()),
  }
}
