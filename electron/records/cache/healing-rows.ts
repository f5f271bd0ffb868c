import { ChartkeepError } from '../../../shared/errors.ts'
import { databaseCode } from './disk-failure.ts'
import type { Rows } from './rows.ts'

/**
 * Rows over a database that may turn out damaged at any read: it is then put aside and begun anew, once for each damage, and the call
 * behaves as if nothing had been kept. `open` puts aside what does not open; `putAside` what did and should not have.
 */
export function healingRows(open: () => Rows, putAside: () => void, report: () => void): Rows {
  let rows = open()

  function healed<T>(act: (rows: Rows) => T): T {
    try {
      return act(rows)
    } catch (error) {
      if (!isDatabaseDamage(error)) throw error
      rows.close()
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
    removePatient: (patient) => healed((current) => current.removePatient(patient)),
    prune: (before, maxBytes) => healed((current) => current.prune(before, maxBytes)),
    close: () => rows.close(),
  }
}

/** Damage of the file, as the driver tells it; a single row that does not open is damage of that row alone. */
function isDatabaseDamage(error: unknown): boolean {
  return error instanceof ChartkeepError && error.kind === 'vault-corrupt' && databaseCode(error.cause) !== undefined
}

/** Where the disk refuses: nothing is found, and every attempt to keep something says why it was not. */
export function refusingRows(failure: () => ChartkeepError): Rows {
  const refuse = (): never => {
    throw failure()
  }
  return { get: () => undefined, put: refuse, remove: () => undefined, removePatient: () => undefined, prune: () => 0, close: () => undefined }
}
