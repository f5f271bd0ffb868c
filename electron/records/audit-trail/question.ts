import type { AuditAction, AuditColumn, AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditFilter } from '../../../shared/contract/index.ts'

/** What each column is called where the EHR sorts by it (https://hl7.org/fhir/R4/auditevent.html#search). */
const sortNames: Readonly<Record<AuditColumn, string>> = { at: 'date', user: 'agent', kind: 'type,subtype', patient: 'patient', record: 'entity', outcome: 'outcome', source: 'source' }

const dicom = (code: string) => `http://dicom.nema.org/resources/ontology/DCM|${code}`

/** What each choice asks for: FHIR's action, or the events that it means (DICOM PS3.16 CID 400 to 403). */
const actionParameters: Readonly<Record<AuditAction, readonly [name: string, value: string]>> = {
  create: ['action', 'C'],
  read: ['action', 'R'],
  update: ['action', 'U'],
  delete: ['action', 'D'],
  execute: ['action', 'E'],
  'sign-in-out': ['subtype', `${dicom('110122')},${dicom('110123')}`],
  emergency: ['subtype', `${dicom('110127')},${dicom('110128')}`],
  // Export: what left the organization (BALP Privacy Disclosure, and DICOM's own).
  disclosure: ['type', dicom('110106')],
}

/** What an account of disclosures is made of, each asked for by itself: exports, what says that it discloses, and glasses that were broken. */
export const disclosureQuestions: readonly Only[] = [
  actionParameters.disclosure,
  ['subtype', 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle|disclose'],
  ['subtype', dicom('110127')],
]

/** A parameter that narrows further than a filter can. */
export type Only = readonly [name: string, value: string]

export interface Question {
  readonly filter: AuditFilter
  /** References of whom `filter.user` was found to be. */
  readonly users?: readonly string[] | undefined
  readonly only?: Only | undefined
  /** Absent: in whatever order the EHR gives. */
  readonly sort?: AuditSort | undefined
  readonly count: number
}

/** The parameters of `POST AuditEvent/_search`. */
export function questionParameters({ filter, users, only, sort, count }: Question): URLSearchParams {
  const parameters = new URLSearchParams()
  parameters.append('date', `ge${new Date(filter.from).toISOString()}`)
  parameters.append('date', `lt${new Date(filter.to).toISOString()}`)
  if (users !== undefined) parameters.append('agent', users.join(','))
  if (filter.patient !== undefined) parameters.append('patient', `Patient/${filter.patient}`)
  if (filter.action !== undefined) parameters.append(...actionParameters[filter.action])
  if (only !== undefined) parameters.append(...only)
  if (sort !== undefined) parameters.append('_sort', sortOf(sort))
  parameters.append('_count', String(count))
  parameters.append('_total', 'accurate')
  return parameters
}

function sortOf({ by, descending }: AuditSort): string {
  return sortNames[by].split(',').map((name) => (descending ? `-${name}` : name)).join(',')
}
