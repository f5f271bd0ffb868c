import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../shared/clock.ts'
import { followers } from '../search/follow.ts'
import { addTerms } from './index-rows.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { StoredRecord } from './record-row.ts'
import { noPatient, tables } from './schema.ts'
import { servedType } from '../access/served-types.ts'
import { keepSetting } from './setting.ts'
import { numberOf, prepareOnce, textOf } from './statements.ts'
import { openStore } from './store.ts'

/** Fills a new file with records, faster than a store in use could be: nothing reads it, and a crash throws it away. */
export interface BulkLoad {
  /** In the order in which they come: it decides between records of one date. */
  add(records: readonly PreparedRecord[]): void
  /** Keeps a value with the records, as `setting` does. */
  keep(name: string, value: string): void
  /** Builds what was put off: from here on the file can be served. */
  build(): void
  /** Closes the file; one that was not built is of no use to anybody. */
  close(): void
}

const most = 20_000

/** An index that is sorted once at the end costs a fifth of one that is kept in order all the way. */
function putOffIndexes(database: DatabaseSync): void {
  const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all()
  for (const row of rows) database.exec(`DROP INDEX "${textOf(row, 'name')}"`)
}

/**
 * Begins to fill `file`, which must not be there yet.
 * @throws the SQLite error where the file cannot be written, a full disk among them; `add` and `build` too.
 */
export function openBulkLoad({ file, clock }: { file: string; clock: Clock }): BulkLoad {
  const { database } = openStore({ file, clock })
  // No journal on disk (SQLite's defensive mode, which Node sets, allows none without): whoever is interrupted begins anew. Sorting goes to disk, since memory would grow with the population.
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = FILE; PRAGMA cache_size = -131072;')
  putOffIndexes(database)
  const statements = prepareOnce(database)
  let loaded = 0
  let pending = 0
  let last = { id: '', key: noPatient }

  // Records of one patient come together, and what belongs to a record comes after it.
  const ofThisPatient = new Map<string, StoredRecord>()
  const { inherit, follow } = followers(statements, (type, id) => ofThisPatient.get(`${type}/${id}`))
  const patientKey = (id: string): number => {
    if (last.id !== id) {
      ofThisPatient.clear()
      statements.run('INSERT INTO patient (id) VALUES (?) ON CONFLICT DO NOTHING', id)
      last = { id, key: numberOf(statements.one('SELECT key FROM patient WHERE id = ?', id) ?? {}, 'key') }
    }
    return last.key
  }

  const put = ({ type, id, json, patient: patientId, low, high, updated, isRestricted, terms }: PreparedRecord) => {
    const key = ++loaded
    const inherited = servedType(type)?.follows === undefined ? undefined : inherit(JSON.parse(json))
    const patient = inherited?.patient ?? (patientId === undefined ? noPatient : patientKey(patientId))
    const restricted = inherited?.restricted ?? isRestricted
    statements.run(
      'INSERT INTO record (key, type, id, patient, date_low, date_high, version, updated, restricted, deleted) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, 0)',
      key, type, id, patient, low, high, updated, Number(restricted),
    )
    statements.run('INSERT INTO body (key, json) VALUES (?, ?)', key, json)
    addTerms(statements, { key, patient }, terms)
    if (type === 'Patient') statements.run('UPDATE patient SET exists_here = 1, restricted = ? WHERE key = ?', Number(isRestricted), patient)
    if (inherited !== undefined) follow(key, inherited.followed)
    ofThisPatient.set(`${type}/${id}`, { key, type, id, patient, version: 1, updated, restricted, deleted: false })
  }

  const commit = () => {
    if (database.isTransaction) database.exec('COMMIT')
    pending = 0
  }

  return {
    add: (records) => {
      if (!database.isTransaction) database.exec('BEGIN')
      for (const record of records) put(record)
      pending += records.length
      if (pending >= most) commit()
    },
    keep: (name, value) => void keepSetting(statements, name, value),
    build: () => {
      commit()
      // Every index that is missing is made here, the unique one among them: an id that came twice is refused.
      database.exec(tables)
    },
    close: () => {
      if (!database.isOpen) return
      if (!database.isTransaction) database.exec('PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL;')
      database.close()
    },
  }
}
