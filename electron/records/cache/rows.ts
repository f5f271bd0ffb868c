import { type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Purpose } from '../keys/purposes.ts'

/** Where a row is kept: everything that must be said again to get it back. */
export interface RowAddress {
  readonly purpose: Purpose
  /** Empty where it is about no patient. */
  readonly patient: string
  readonly what: string
}

export interface Row {
  readonly plain: Buffer
  /** Epoch milliseconds. */
  readonly asOf: number
}

export type Change =
  | { readonly do: 'put'; readonly address: RowAddress; readonly plain: Uint8Array; /** Epoch milliseconds. */ readonly asOf: number }
  | { readonly do: 'remove'; readonly address: RowAddress }

/** Sealed rows on disk, or plain ones in memory where nothing may be kept. Every call is done when it returns. */
export interface Rows {
  /** Throws `vault-corrupt` if the row is there but does not open; it is out of the way afterwards. */
  get(address: RowAddress): Row | undefined
  put(address: RowAddress, plain: Uint8Array, asOf: number): void
  remove(address: RowAddress): void
  /** All of it or nothing, and sooner done than one by one. */
  write(changes: readonly Change[]): void
  /** Removes everything that was kept of a patient here. */
  removePatient(patient: string): void
  /** Removes what is older than `before` (epoch ms), then the least used until `maxBytes` are left. Gives the number removed. */
  prune(before: number, maxBytes: number): number
  close(): void
}

/** For a workstation without a keyring, and for tests: gone with the process. */
export function memoryRows(): Rows {
  const rows = new Map<string, Row & { readonly patient: string }>()
  const nameOf = (address: RowAddress) => JSON.stringify([address.purpose, address.patient, address.what])
  function put(address: RowAddress, plain: Uint8Array, asOf: number): void {
    rows.delete(nameOf(address))
    rows.set(nameOf(address), { plain: Buffer.from(plain), asOf, patient: address.patient })
  }
  const remove = (address: RowAddress) => void rows.delete(nameOf(address))
  return {
    get(address) {
      const name = nameOf(address)
      const row = rows.get(name)
      if (row === undefined) return undefined
      // Maps keep the order of insertion: what was used last goes to the end.
      rows.delete(name)
      rows.set(name, row)
      return row
    },
    put,
    remove,
    write(changes) {
      for (const change of changes) {
        if (change.do === 'put') put(change.address, change.plain, change.asOf)
        else remove(change.address)
      }
    },
    removePatient(patient) {
      for (const [name, row] of rows) if (row.patient === patient) rows.delete(name)
    },
    prune(before, maxBytes) {
      const size = rows.size
      let bytes = 0
      for (const [name, row] of [...rows].reverse()) {
        bytes += row.plain.length
        if (row.asOf < before || bytes > maxBytes) rows.delete(name)
      }
      return size - rows.size
    },
    close: () => rows.clear(),
  }
}

/** Rows that tell whether the disk takes them: of what was put, and of what it refused to take. */
export function watchedRows(rows: Rows, report: (failure: FailureKind | undefined) => void): Rows {
  function watched(act: () => void): void {
    try {
      act()
    } catch (error) {
      const failure = kindOf(error)
      if (failure === 'disk-full' || failure === 'disk-read-only') report(failure)
      throw error
    }
    report(undefined)
  }
  return {
    ...rows,
    put: (address, plain, asOf) => watched(() => rows.put(address, plain, asOf)),
    write: (changes) => watched(() => rows.write(changes)),
  }
}

/** Rows that are opened later than what uses them. */
export function followRows(current: () => Rows): Rows {
  return {
    get: (address) => current().get(address),
    put: (address, plain, asOf) => current().put(address, plain, asOf),
    remove: (address) => current().remove(address),
    write: (changes) => current().write(changes),
    removePatient: (patient) => current().removePatient(patient),
    prune: (before, maxBytes) => current().prune(before, maxBytes),
    close: () => current().close(),
  }
}
