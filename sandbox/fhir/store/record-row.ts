import { numberOf, type Row, textOf } from './statements.ts'

/** A record as the store knows it, without its JSON. */
export interface StoredRecord {
  readonly key: number
  readonly type: string
  readonly id: string
  /** The key of the patient it is about, see `PatientRow`; 0 for none. */
  readonly patient: number
  readonly version: number
  /** Epoch milliseconds of the last change. */
  readonly updated: number
  /** It carries a confidentiality label of its own, R or V. */
  readonly restricted: boolean
  readonly deleted: boolean
}

/** A patient as access is decided. */
export interface PatientRow {
  readonly key: number
  readonly id: string
  readonly restricted: boolean
}

/** Columns of `record` (as `r`) that make a `StoredRecord`, for the queries that find some. */
export const recordColumns = 'r.key, r.type, r.id, r.patient, r.version, r.updated, r.restricted, r.deleted'

/** Reads what `recordColumns` selected. */
export const readRecord = (row: Row): StoredRecord => ({
  key: numberOf(row, 'key'),
  type: textOf(row, 'type'),
  id: textOf(row, 'id'),
  patient: numberOf(row, 'patient'),
  version: numberOf(row, 'version'),
  updated: numberOf(row, 'updated'),
  restricted: numberOf(row, 'restricted') === 1,
  deleted: numberOf(row, 'deleted') === 1,
})

/** Reads the columns `key`, `id` and `restricted` of `patient`. */
export const readPatient = (row: Row): PatientRow => ({
  key: numberOf(row, 'key'),
  id: textOf(row, 'id'),
  restricted: numberOf(row, 'restricted') === 1,
})
