import type { AuditEvent } from '@medplum/fhirtypes'
import { textOf } from '../store/statements.ts'
import type { FhirStore } from '../store/store.ts'

/** One AuditEvent, by its id. */
export function auditEvent(store: FhirStore, id: string): AuditEvent | undefined {
  const found = store.find('AuditEvent', id)
  // As below.
  return found === undefined || found.deleted ? undefined : (JSON.parse(store.text(found.key)) as AuditEvent)
}

/** The newest AuditEvents that are Security Alerts (DICOM 110113), `most` of them. */
export function securityAlerts(store: FhirStore, most: number): readonly AuditEvent[] {
  const found = store.statements.all("SELECT b.json FROM record r JOIN body b ON b.key = r.key WHERE r.type = 'AuditEvent' AND r.deleted = 0 AND json_extract(b.json, '$.type.code') = '110113' ORDER BY r.key DESC LIMIT ?", most)
  // The store holds no other than it has checked on arrival.
  return found.map((row) => JSON.parse(textOf(row, 'json')) as AuditEvent)
}
