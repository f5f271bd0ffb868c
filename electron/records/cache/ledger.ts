import type Database from 'libsql'
import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { DatabaseName, Keyring } from '../keys/keyring.ts'
import { counting, type Count, type Entry, type Manifest, nothing, sealManifest, type Standing, standing, type Tally, unsealManifest } from './manifest.ts'

export interface LedgerParts {
  readonly database: Database.Database
  readonly name: DatabaseName
  readonly keyring: Keyring
  readonly user: string
  /** The epoch that was last seen, 0 if none was. */
  readonly epoch: number
}

interface NewRow {
  readonly patient: Buffer
  readonly asOf: number
  readonly tag: Buffer
  readonly used: number
  readonly sealed: Buffer
}

/** What may be changed; whatever is, the manifest changes with it. */
interface Book {
  put(lookup: Buffer, row: NewRow): void
  remove(lookup: Buffer): void
  rename(from: Buffer, to: Buffer): void
  removeOf(patient: Buffer): void
  /** How many were older than `before`, epoch ms. */
  removeOlder(before: number): number
}

/** The entries of a database and the manifest that answers for them: they change together or not at all. */
export interface Ledger {
  readonly standing: Standing
  epoch(): number
  change<T>(act: (book: Book) => T): T
  raise(epoch: number): void
}

const Pragma = z.tuple([z.number().int()])
const StoredManifest = z.tuple([z.instanceof(Buffer)])

/** Entries that are read at once when they are counted. */
const pageOfEntries = 4_000

/** Reads every entry once: 140 bytes each, their rows stay unread. */
export function openLedger({ database, name, keyring, user, epoch: known }: LedgerParts): Ledger {
  const columns = 'cast(lookup as blob), cast(patient as blob), cast(as_of as integer), cast(tag as blob), cast(body as integer)'
  const statements = {
    begin: database.prepare('begin immediate'),
    commit: database.prepare('commit'),
    rollback: database.prepare('rollback'),
    page: database.prepare(`select ${columns} from entries where lookup > ? order by lookup limit ${pageOfEntries}`).raw(),
    entry: database.prepare(`select ${columns} from entries where lookup = ?`).raw(),
    ofPatient: database.prepare(`select ${columns} from entries where patient = ?`).raw(),
    older: database.prepare(`select ${columns} from entries where as_of < ?`).raw(),
    insert: database.prepare('insert into entries (lookup, patient, as_of, tag, used, size, body) values (?, ?, ?, ?, ?, ?, ?)'),
    update: database.prepare('update entries set patient = ?, as_of = ?, tag = ?, used = ?, size = ? where lookup = ?'),
    rename: database.prepare('update entries set lookup = ? where lookup = ?'),
    remove: database.prepare('delete from entries where lookup = ?'),
    insertBody: database.prepare('insert into bodies (sealed) values (?)'),
    updateBody: database.prepare('insert into bodies (id, sealed) values (?, ?) on conflict (id) do update set sealed = excluded.sealed'),
    removeBody: database.prepare('delete from bodies where id = ?'),
    durability: database.prepare('pragma synchronous').raw(),
    manifest: database.prepare('select cast(sealed as blob) from manifest where id = 1').raw(),
    keep: database.prepare('insert into manifest (id, sealed) values (1, ?) on conflict (id) do update set sealed = excluded.sealed'),
  }

  /** By hand: a hundred thousand may be read at an opening. */
  function read(row: unknown): Entry & { readonly lookup: Buffer; readonly body: number } {
    if (!Array.isArray(row)) throw new ChartkeepError('vault-corrupt')
    const [lookup, patient, asOf, tag, body]: unknown[] = row
    if (!Buffer.isBuffer(lookup) || !Buffer.isBuffer(patient) || typeof asOf !== 'number' || !Buffer.isBuffer(tag) || typeof body !== 'number') throw new ChartkeepError('vault-corrupt')
    return { lookup, patient, asOf, tag, body }
  }

  /** Undefined where an entry is none: then nothing can be said of the others. */
  function countAll(): Tally | undefined {
    const count = counting(keyring, name, nothing)
    let last: Buffer = Buffer.alloc(0)
    for (;;) {
      const page = statements.page.all([last])
      try {
        for (const row of page) {
          const entry = read(row)
          count.add(entry)
          last = entry.lookup
        }
      } catch {
        return undefined
      }
      if (page.length < pageOfEntries) return count.tally()
    }
  }

  /** `null`: there is one, and it does not open. */
  function readManifest(): Manifest | null | undefined {
    const row = statements.manifest.get([])
    if (row === undefined) return undefined
    try {
      return unsealManifest(keyring, user, name, StoredManifest.parse(row)[0])
    } catch {
      return null
    }
  }

  const found = countAll()
  const manifest = readManifest()
  const state = found === undefined ? 'unreadable' : manifest === null ? 'altered' : standing(found, manifest, known)
  let tally = found ?? nothing
  let epoch = Math.max(known, manifest?.epoch ?? 0)

  function bookOf(count: Count): Book {
    const take = (entry: ReturnType<typeof read>) => {
      count.take(entry)
      statements.remove.run([entry.lookup])
      statements.removeBody.run([entry.body])
    }
    const one = (lookup: Buffer) => {
      const row = statements.entry.get([lookup])
      return row === undefined ? undefined : read(row)
    }
    const takeAll = (rows: readonly unknown[]) => {
      for (const row of rows) take(read(row))
      return rows.length
    }
    return {
      put(lookup, { patient, asOf, tag, used, sealed }) {
        const before = one(lookup)
        if (before === undefined) {
          const { lastInsertRowid } = statements.insertBody.run([sealed])
          statements.insert.run([lookup, patient, asOf, tag, used, sealed.length, Number(lastInsertRowid)])
        } else {
          count.take(before)
          statements.updateBody.run([before.body, sealed])
          statements.update.run([patient, asOf, tag, used, sealed.length, lookup])
        }
        count.add({ lookup, patient, asOf, tag })
      },
      remove(lookup) {
        const entry = one(lookup)
        if (entry !== undefined) take(entry)
      },
      rename(from, to) {
        const entry = one(from)
        if (entry === undefined) return
        count.take(entry)
        count.add({ ...entry, lookup: to })
        statements.rename.run([to, from])
      },
      removeOf: (patient) => void takeAll(statements.ofPatient.all([patient])),
      removeOlder: (before) => takeAll(statements.older.all([before])),
    }
  }

  function keep(next: Tally, nextEpoch: number): void {
    statements.keep.run([sealManifest(keyring, user, name, { ...next, epoch: nextEpoch })])
  }

  function inTransaction<T>(act: () => T): T {
    statements.begin.run([])
    try {
      const result = act()
      statements.commit.run([])
      return result
    } catch (error) {
      // Some failures have rolled back by themselves.
      if (database.inTransaction) statements.rollback.run([])
      throw error
    }
  }

  return {
    standing: state,
    epoch: () => epoch,
    change(act) {
      const count = counting(keyring, name, tally)
      const result = inTransaction(() => {
        const done = act(bookOf(count))
        keep(count.tally(), epoch)
        return done
      })
      tally = count.tally()
      return result
    },
    raise(raised) {
      const [durability] = Pragma.parse(statements.durability.get([]))
      // `main` is told of it: were it lost with the power, all would pass for older than it is.
      database.exec('pragma synchronous = full')
      try {
        inTransaction(() => keep(tally, raised))
      } finally {
        database.exec(`pragma synchronous = ${durability}`)
      }
      epoch = raised
    },
  }
}
