import type Database from 'libsql'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { diskFailure } from './disk-failure.ts'
import type { Row, RowAddress, Rows } from './rows.ts'
import { seal, unseal, type UsageContext } from './seal.ts'

export interface SealedRowsParts {
  readonly database: Database.Database
  readonly keyring: Keyring
  /** Opaque key of the user whose rows these are. */
  readonly user: string
  readonly clock: Clock
  /** What happens to a row that does not open: a cache drops it, a draft is kept for whoever can repair it. */
  readonly damaged: 'drop' | 'keep-aside'
}

/** How stale the time of last use may be, in ms: not every look is worth a write. */
const useGrain = 10 * 60_000

const StoredRow = z.tuple([z.number(), z.number(), z.instanceof(Buffer)])
const Sum = z.tuple([z.number()])
const UsedRow = z.tuple([z.instanceof(Buffer), z.number()])

/** Rows in an encrypted database, each sealed for its usage context on top. */
export function sealedRows({ database, keyring, user, clock, damaged }: SealedRowsParts): Rows {
  // Prepared once: parsing SQL costs more than a read. Cast: a damaged row may claim to hold TEXT, of which the driver dies when it is no UTF-8.
  const statements = {
    get: database.prepare('select cast(as_of as integer), cast(used as integer), cast(sealed as blob) from rows where lookup = ?').raw(),
    touch: database.prepare('update rows set used = ? where lookup = ?'),
    put: database.prepare(
      'insert into rows (lookup, patient, as_of, used, size, sealed) values (?, ?, ?, ?, ?, ?) on conflict (lookup) do update set as_of = excluded.as_of, used = excluded.used, size = excluded.size, sealed = excluded.sealed',
    ),
    remove: database.prepare('delete from rows where lookup = ?'),
    rename: database.prepare('update rows set lookup = ? where lookup = ?'),
    removePatient: database.prepare('delete from rows where patient = ?'),
    removeOld: database.prepare('delete from rows where as_of < ?'),
    bytes: database.prepare('select cast(coalesce(sum(size), 0) as integer) from rows').raw(),
    leastUsed: database.prepare('select cast(lookup as blob), cast(size as integer) from rows order by used limit 100').raw(),
  }
  const lookupOf = ({ purpose, patient, what }: RowAddress) => keyring.lookup('row', user, purpose, patient, what)
  const ownerOf = (patient: string) => keyring.lookup('patient', user, patient)
  const contextOf = ({ purpose, patient, what }: RowAddress, asOf: number): UsageContext => ({ user, purpose, patient, what, asOf })

  // The driver takes a lone Buffer for named parameters: they always go in an array.
  function get(address: RowAddress): Row | undefined {
    const lookup = lookupOf(address)
    const found = statements.get.get([lookup])
    if (found === undefined) return undefined
    const stored = StoredRow.safeParse(found)
    try {
      if (!stored.success) throw new ChartkeepError('vault-corrupt')
      const [asOf, used, sealed] = stored.data
      const plain = unseal(keyring, contextOf(address, asOf), sealed)
      if (clock.now() - used > useGrain) touch(lookup)
      return { plain, asOf }
    } catch (error) {
      if (diskFailure(error).kind === 'vault-corrupt') {
        if (damaged === 'drop') statements.remove.run([lookup])
        else statements.rename.run([keyring.lookup('aside', lookup.toString('hex'), String(clock.now())), lookup])
      }
      throw error
    }
  }

  /** A disk that does not take the time of the look keeps nobody from the row. */
  function touch(lookup: Buffer): void {
    try {
      statements.touch.run([clock.now(), lookup])
    } catch (error) {
      const { kind } = diskFailure(error)
      if (kind !== 'disk-full' && kind !== 'disk-read-only') throw error
    }
  }

  function prune(before: number, maxBytes: number): number {
    let removed = statements.removeOld.run([before]).changes
    let [bytes] = Sum.parse(statements.bytes.get([]))
    while (bytes > maxBytes) {
      const batch = z.array(UsedRow).parse(statements.leastUsed.all([]))
      if (batch.length === 0) break
      for (const [lookup, size] of batch) {
        if (bytes <= maxBytes) break
        statements.remove.run([lookup])
        bytes -= size
        removed += 1
      }
    }
    return removed
  }

  return {
    get: (address) => onDisk(() => get(address)),
    put(address, plain, asOf) {
      onDisk(() => {
        const sealed = seal(keyring, contextOf(address, asOf), plain)
        statements.put.run([lookupOf(address), ownerOf(address.patient), asOf, clock.now(), sealed.length, sealed])
      })
    },
    remove: (address) => onDisk(() => void statements.remove.run([lookupOf(address)])),
    removePatient: (patient) => onDisk(() => void statements.removePatient.run([ownerOf(patient)])),
    prune: (before, maxBytes) => onDisk(() => prune(before, maxBytes)),
    close: () => database.close(),
  }
}

function onDisk<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw diskFailure(error)
  }
}
