import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import type { TrailEntry } from '../audit-trail/trail.ts'
import { csvBegin, csvLine } from './csv.ts'

/** A form in which entries leave the application. */
interface TrailForm {
  /** What stands before the first entry. */
  readonly begin: string
  line(entry: TrailEntry): string
}

/** One resource a line, as it came (https://hl7.org/fhir/uv/bulkdata/export.html: `application/fhir+ndjson`). */
const ndjson: TrailForm = { begin: '', line: ({ resource }) => `${JSON.stringify(resource)}\n` }

const columns: readonly (readonly [name: string, cell: (row: AuditRow) => string | undefined])[] = [
  // ISO 8601 in UTC: sorts as text, and means the same moment wherever the file is read.
  ['recorded', ({ at }) => (at === undefined ? undefined : new Date(at).toISOString())],
  ['user_id', ({ user }) => user.reference],
  ['user_name', ({ user }) => user.name],
  ['action', ({ action }) => action],
  ['what', ({ kind }) => kind],
  ['what_in_words', ({ words }) => words],
  ['patient_id', ({ patient }) => patient],
  ['record', ({ record }) => record],
  ['outcome', ({ outcome }) => outcome],
  ['purpose', ({ purposes }) => purposes.join(' ')],
  ['reported_by', ({ source }) => source],
  ['network_address', ({ address }) => address],
  ['details', ({ details }) => details.map(({ type, value }) => `${type}: ${value}`).join('; ')],
  ['entry_id', ({ id }) => id],
]

const csv: TrailForm = { begin: csvBegin + csvLine(columns.map(([name]) => name)), line: ({ row }) => csvLine(columns.map(([, cell]) => cell(row) ?? '')) }

export const trailForms = { csv, ndjson } as const
