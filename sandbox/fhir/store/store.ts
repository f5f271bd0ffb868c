import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Resource } from '@medplum/fhirtypes'
import type { Clock } from '../../../shared/clock.ts'
import { openDatabase } from '../../database.ts'
import { type Followers, followers } from '../search/follow.ts'
import { addTerms, removeTerms } from './index-rows.ts'
import { indexTerms } from '../search/index-terms.ts'
import { isRestricted } from './label.ts'
import { type PatientRow, readPatient, readRecord, recordColumns, type StoredRecord } from './record-row.ts'
import { indexAgainWhereNeeded } from './reindex.ts'
import { noDate, noPatient, tables } from './schema.ts'
import { keepSetting, setting } from './setting.ts'
import { numberOf, prepareOnce, type Statements, textOf } from './statements.ts'
import { type Transactions, transactions } from './transactions.ts'

/** The records of the hospital, in SQLite. It decides nothing about who may see them: `access.ts` does. */
export interface FhirStore extends Transactions {
  readonly database: DatabaseSync
  readonly statements: Statements
  readonly clock: Clock
  /** Raised with every change to a Patient or a CareTeam: what was concluded about access before no longer holds. */
  readonly accessEpoch: number
  /** Seals paging cursors. Kept with the records, so that a cursor outlives a restart. */
  readonly cursorKey: Buffer
  /** How many records are here, the deleted ones not counted. */
  count(): number
  find(type: string, id: string): StoredRecord | undefined
  /** The JSON text of a record that `find` or a search gave. */
  text(key: number): string
  /** The same for many at once: a fifth of the time that asking for each takes. */
  texts(keys: readonly number[]): ReadonlyMap<number, string>
  /** The text of one version, the current one included; undefined for an unknown version and for a deletion. */
  versionText(record: StoredRecord, version: number): { json: string; updated: number } | undefined
  patient(id: string): PatientRow | undefined
  patientByKey(key: number): PatientRow | undefined
  /** Writes a version: the first, or the one after `before`. The resource's own `meta.versionId` and `lastUpdated` are replaced. */
  put(resource: Resource & { id: string }, before?: StoredRecord): { record: StoredRecord; json: string }
  /** What a resource has from the records it belongs to, see `follow.ts`. */
  inherit: Followers['inherit']
  /** Leaves a tombstone, which answers 410. */
  remove(record: StoredRecord): void
  close(): void
}

/**
 * Opens (or makes) a store. `file` may be ':memory:'. A store that was filled under another index is indexed again here, once.
 * @throws the SQLite error where the file is not a database or cannot be written.
 */
export function openStore({ file, clock }: { file: string; clock: Clock }): FhirStore {
  const database = openDatabase(file)
  database.exec('PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;')
  database.exec(tables)
  const statements = prepareOnce(database)
  const cursorKey = Buffer.from(
    setting(statements, 'cursor-key') ?? keepSetting(statements, 'cursor-key', randomBytes(32).toString('base64')),
    'base64',
  )
  let accessEpoch = 0
  const { atomically } = transactions(database, () => {
    // What was concluded from writes that are undone no longer holds either.
    accessEpoch += 1
  })

  const patientKey = (id: string): number => {
    const known = statements.one('SELECT key FROM patient WHERE id = ?', id)
    if (known !== undefined) return numberOf(known, 'key')
    statements.run('INSERT INTO patient (id) VALUES (?)', id)
    return patientKey(id)
  }

  const find = (type: string, id: string): StoredRecord | undefined => {
    const row = statements.one(`SELECT ${recordColumns} FROM record r WHERE r.type = ? AND r.id = ?`, type, id)
    return row === undefined ? undefined : readRecord(row)
  }

  const text = (key: number): string => {
    const row = statements.one('SELECT json FROM body WHERE key = ?', key)
    if (row === undefined) throw new Error('A record without a body.')
    return textOf(row, 'json')
  }

  const belonging = followers(statements, find)

  const keepPast = (record: StoredRecord) =>
    statements.run(
      'INSERT INTO past (key, version, updated, json) SELECT ?, ?, ?, (SELECT json FROM body WHERE key = ?)',
      record.key, record.version, record.updated, record.key,
    )

  const changed = (type: string) => {
    if (type === 'Patient' || type === 'CareTeam') accessEpoch += 1
  }

  const put: FhirStore['put'] = (resource, before) => {
    const { resourceType: type, id } = resource
    const version = (before?.version ?? 0) + 1
    // A clock that stands still or goes back must not give two versions one time, or the later one the earlier.
    const updated = Math.max(clock.now(), (before?.updated ?? 0) + 1)
    const lastUpdated = version === 1 ? (resource.meta?.lastUpdated ?? new Date(updated).toISOString()) : new Date(updated).toISOString()
    const stored = { ...resource, meta: { ...resource.meta, versionId: String(version), lastUpdated } }
    const json = JSON.stringify(stored)
    const indexed = indexTerms(stored)
    const inherited = belonging.inherit(stored)
    const patient = inherited?.patient ?? (indexed.patient === undefined ? noPatient : patientKey(indexed.patient))
    const restricted = inherited?.restricted ?? isRestricted(stored)
    const columns = [
      patient, indexed.date?.low ?? noDate, indexed.date?.high ?? noDate, version, Date.parse(lastUpdated), Number(restricted),
    ]
    let key = before?.key
    if (before === undefined || key === undefined) {
      const row = statements.one(
        'INSERT INTO record (type, id, patient, date_low, date_high, version, updated, restricted, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING key',
        type, id, ...columns,
      )
      key = numberOf(row ?? {}, 'key')
      statements.run('INSERT INTO body (key, json) VALUES (?, ?)', key, json)
    } else {
      const old: Resource = JSON.parse(text(key))
      keepPast(before)
      removeTerms(statements, { key, patient: before.patient }, indexTerms(old).terms)
      statements.run(
        'UPDATE record SET patient = ?, date_low = ?, date_high = ?, version = ?, updated = ?, restricted = ? WHERE key = ?', ...columns, key,
      )
      statements.run('UPDATE body SET json = ? WHERE key = ?', json, key)
    }
    addTerms(statements, { key, patient }, indexed.terms)
    if (type === 'Patient') {
      statements.run('UPDATE patient SET exists_here = 1, restricted = ? WHERE key = ?', Number(isRestricted(stored)), patient)
    }
    changed(type)
    const record: StoredRecord = { key, type, id, patient, version, updated: Date.parse(lastUpdated), restricted, deleted: false }
    if (inherited !== undefined) belonging.follow(key, inherited.followed)
    if (before !== undefined && before.restricted !== restricted) belonging.pass(record)
    return { record, json }
  }

  const store: FhirStore = {
    database,
    statements,
    clock,
    cursorKey,
    get accessEpoch() {
      return accessEpoch
    },
    count: () => numberOf(statements.one('SELECT count(*) AS n FROM record WHERE deleted = 0') ?? {}, 'n'),
    find,
    text,
    texts: (keys) => {
      const rows = statements.all('SELECT key, json FROM body WHERE key IN (SELECT value FROM json_each(?))', JSON.stringify(keys))
      return new Map(rows.map((row) => [numberOf(row, 'key'), textOf(row, 'json')]))
    },
    versionText: (record, version) => {
      if (version === record.version) return record.deleted ? undefined : { json: text(record.key), updated: record.updated }
      const row = statements.one('SELECT json, updated FROM past WHERE key = ? AND version = ? AND json IS NOT NULL', record.key, version)
      return row === undefined ? undefined : { json: textOf(row, 'json'), updated: numberOf(row, 'updated') }
    },
    patient: (id) => {
      const row = statements.one('SELECT key, id, restricted FROM patient WHERE id = ? AND exists_here = 1', id)
      return row === undefined ? undefined : readPatient(row)
    },
    patientByKey: (key) => {
      const row = statements.one('SELECT key, id, restricted FROM patient WHERE key = ? AND exists_here = 1', key)
      return row === undefined ? undefined : readPatient(row)
    },
    put: (resource, before) => atomically(() => put(resource, before)),
    inherit: belonging.inherit,
    remove: (record) =>
      atomically(() => {
        // What a withdrawn document contains goes with it; who wrote it stays known.
        for (const follower of belonging.of(record)) if (follower.type === 'Binary') store.remove(follower)
        const old: Resource = JSON.parse(text(record.key))
        keepPast(record)
        removeTerms(statements, record, indexTerms(old).terms)
        statements.run('DELETE FROM body WHERE key = ?', record.key)
        const updated = Math.max(clock.now(), record.updated + 1)
        statements.run('UPDATE record SET deleted = 1, version = version + 1, updated = ? WHERE key = ?', updated, record.key)
        if (record.type === 'Patient') statements.run('UPDATE patient SET exists_here = 0 WHERE key = ?', record.patient)
        changed(record.type)
      }),
    atomically,
    close: () => database.close(),
  }

  indexAgainWhereNeeded(statements, store)
  return store
}
