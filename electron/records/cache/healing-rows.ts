import { ChartkeepError } from '../../../shared/errors.ts'
import { databaseCode } from './disk-failure.ts'
import type { Rows } from './rows.ts'

/** Rows, and what is behind them as it is now. */
export interface RowsWithin<R extends Rows> extends Rows {
  within<T>(act: (rows: R) => T): T
}

/**
 * Rows over a database that may turn out damaged at any read: it is then put aside and begun anew, once for each damage, and the call
 * behaves as if nothing had been kept. `open` puts aside what does not open; `putAside` what did and should not have. Where a disk fails neither is done: it is opened
 * again with the next call.
 */
export function healingRows<R extends Rows>(open: () => R, putAside: () => void, report: () => void): RowsWithin<R> {
  let rows: R | undefined = open()

  function healed<T>(act: (rows: R) => T): T {
    try {
      rows ??= open()
      return act(rows)
    } catch (error) {
      if (!isDatabaseDamage(error)) throw error
      rows?.close()
      rows = undefined
      putAside()
      rows = open()
      report()
      return act(rows)
    }
  }

  return {
    get: (address) => healed((current) => current.get(address)),
    put: (address, plain, asOf) => healed((current) => current.put(address, plain, asOf)),
    remove: (address) => healed((current) => current.remove(address)),
    write: (changes) => healed((current) => current.write(changes)),
    removePatient: (patient) => healed((current) => current.removePatient(patient)),
    prune: (before, maxBytes) => healed((current) => current.prune(before, maxBytes)),
    close: () => rows?.close(),
    within: healed,
  }
}

/** Damage of the file, as the driver tells it; a single row that does not open is damage of that row alone. */
export function isDatabaseDamage(error: unknown): boolean {
  return error instanceof ChartkeepError && error.kind === 'vault-corrupt' && databaseCode(error.cause) !== undefined
}

/**
 * Rows of a database that the disk does not let open: nothing is found, and every attempt to keep something opens it first, or says why it
 * was not kept. `open` throws `disk-full`, `disk-read-only`.
 */
export function awaitedRows<R extends Rows>(open: () => RowsWithin<R>): RowsWithin<R> {
  let rows: RowsWithin<R> | undefined
  return {
    get: (address) => rows?.get(address),
    put(address, plain, asOf) {
      rows ??= open()
      rows.put(address, plain, asOf)
    },
    remove: (address) => rows?.remove(address),
    write(changes) {
      rows ??= open()
      rows.write(changes)
    },
    removePatient: (patient) => rows?.removePatient(patient),
    prune: (before, maxBytes) => rows?.prune(before, maxBytes) ?? 0,
    close: () => rows?.close(),
    within(act) {
      rows ??= open()
      return rows.within(act)
    },
  }
}
