import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { kindOf } from '../../../shared/errors.ts'
import type { Change, RowAddress, Rows } from '../cache/rows.ts'
import { fromBytes, toBytes } from './versioned.ts'

/** A row that is somebody's work: what has to be known of it without opening it. */
const Entry = z.strictObject({ purpose: z.enum(['draft', 'outbox']), patient: z.string(), what: z.string() })
export type WorkEntry = z.infer<typeof Entry>

const address = { purpose: 'draft', patient: '', what: 'directory' } as const

/** The rows of work, and which there are: rows cannot be listed by themselves, since their names are keyed hashes. */
export interface WorkDirectory {
  /** Rows that are entered as they are put, in the same step, and taken out as they are removed. */
  readonly rows: Rows
  /** In the order in which they were put first. */
  entries(): readonly WorkEntry[]
}

/** `changed`: other rows are there than before. */
export function createWorkDirectory(rows: Rows, clock: Clock, changed: () => void): WorkDirectory {
  function entries(): readonly WorkEntry[] {
    try {
      const row = rows.get(address)
      return row === undefined ? [] : fromBytes(z.array(Entry), row.plain)
    } catch (error) {
      // What it named is there all the same, and is entered again when it is read.
      if (kindOf(error) === 'vault-corrupt' || kindOf(error) === 'vault-newer') return []
      throw error
    }
  }

  /** What it takes to bring the directory in line with these changes; nothing where it is. */
  function entering(changes: readonly Change[]): readonly Change[] {
    if (!changes.some((change) => isWork(change.address))) return []
    const before = entries()
    let after = before
    for (const change of changes) {
      if (!isWork(change.address)) continue
      const has = after.some(same(change.address))
      if (change.do === 'put' && !has) after = [...after, entryOf(change.address)]
      if (change.do === 'remove' && has) after = after.filter((entry) => !same(change.address)(entry))
    }
    return after === before ? [] : [{ do: 'put', address, plain: toBytes(after), asOf: clock.now() }]
  }

  function write(changes: readonly Change[]): void {
    const own = entering(changes)
    rows.write([...changes, ...own])
    if (own.length > 0) changed()
  }

  /** What was found, or not, where something else was entered. A disk that takes nothing keeps nobody from reading. */
  function mend(change: Change): void {
    try {
      const own = entering([change])
      if (own.length === 0) return
      rows.write(own)
      changed()
    } catch {
      // It is mended when it is read the next time.
    }
  }

  return {
    entries,
    rows: {
      ...rows,
      get(found) {
        try {
          const row = rows.get(found)
          if (isWork(found)) mend(row === undefined ? { do: 'remove', address: found } : { do: 'put', address: found, plain: row.plain, asOf: row.asOf })
          return row
        } catch (error) {
          if (isWork(found) && kindOf(error) === 'vault-corrupt') mend({ do: 'remove', address: found })
          throw error
        }
      },
      put: (put, plain, asOf) => write([{ do: 'put', address: put, plain, asOf }]),
      remove: (removed) => write([{ do: 'remove', address: removed }]),
      write,
    },
  }
}

/** A note, a file that is attached to one, that it was sent, a change on its way: not their parts, nor where somebody was reading. */
function isWork({ purpose, patient, what }: RowAddress): boolean {
  if (patient === '') return false
  return purpose === 'outbox' || (purpose === 'draft' && /^(?:note$|attachment\/|sent\/)/.test(what))
}

const entryOf = ({ purpose, patient, what }: RowAddress): WorkEntry => Entry.parse({ purpose, patient, what })

const same =
  (one: RowAddress) =>
  (entry: WorkEntry): boolean =>
    entry.purpose === one.purpose && entry.patient === one.patient && entry.what === one.what
