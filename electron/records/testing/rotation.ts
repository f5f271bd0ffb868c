import { createKeyring } from '../keys/keyring.ts'
import { createOpenVault, type OpenVault } from '../keys/open-vault.ts'
import { purposes } from '../keys/purposes.ts'
import type { RowAddress } from '../cache/rows.ts'
import { openStore, type StoreEvent } from '../cache/open-store.ts'

/** What is in the vault of a test, of which the rows are moved from under one DEK to another. */
export const rowsOf = { work: 60, cache: 300 } as const
export type RotatedName = keyof typeof rowsOf
const user = 'a'
/** In which its files were left. */
export const epoch = 3

export const addressOf = (name: RotatedName, index: number): RowAddress =>
  name === 'work' ? { purpose: 'draft', patient: `patient-${index}`, what: 'note' } : { purpose: index % 3 === 0 ? 'notes' : 'chart', patient: `patient-${index % 9}`, what: `what-${index}` }
export const textOf = (name: RotatedName, index: number) => `${name} ${index} `.repeat(90)

const clock = { now: () => 1_700_000_000_000 }

/** The files of the DEK before, with all that there is. */
export function fill(folder: string, dek: Uint8Array): void {
  for (const name of ['work', 'cache'] as const) {
    const keyring = createKeyring(Buffer.from(dek), new Set(purposes))
    const store = openStore({ folder, name, keyring, user, clock, known: 0, report: () => undefined })
    store.rows.write(Array.from({ length: rowsOf[name] }, (_, index) => ({ do: 'put', address: addressOf(name, index), plain: Buffer.from(textOf(name, index)), asOf: 1_000 + index })))
    store.raise(epoch)
    store.rows.close()
  }
}

/** The vault open as after an unlock in the middle of a rotation: under the newer DEK, with the older one to be moved from. */
export function openBetween(folder: string, older: Uint8Array, newer: Uint8Array, known: number, report: (event: StoreEvent) => void): OpenVault {
  const vault = createOpenVault({ folder, userKey: user, purposes: new Set(purposes), clock, report, isBusy: () => false, later: (act) => void setImmediate(act) })
  vault.open(folder, { generation: 2, key: Buffer.from(newer) }, { generation: 1, key: Buffer.from(older) }, known, known)
  return vault
}
