import type { AuditEvent } from '@medplum/fhirtypes'

export interface DeskStep {
  /** Of the order, of the alert, or of the workstation whose challenge was answered. */
  readonly of: 'orders' | 'alerts' | 'workstations'
  readonly id: string
  /** `order.wipe.agreed`, `alert.taken`. */
  readonly step: string
  readonly reason: string
  /** How whoever called was identified, and by what. */
  readonly identifiedBy?: string | undefined
  readonly identification?: string | undefined
  readonly practitioner: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** DICOM PS3.16 CID 403: what the desk ordered, agreed to or took back, and what it did with alerts, is a security alert in the EHR's own trail. */
export function deskEvent({ of, id, step, reason, identifiedBy, identification, practitioner, at }: DeskStep): AuditEvent {
  const said = { reason, identifiedBy, identification }
  return {
    resourceType: 'AuditEvent',
    type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110113', display: 'Security Alert' },
    subtype: [{ system: 'https://chartkeep.example/CodeSystem/lockout', code: step }],
    action: 'E',
    recorded: new Date(at).toISOString(),
    outcome: '0',
    agent: [{ who: { reference: `Practitioner/${practitioner}` }, requestor: true }],
    source: { observer: { display: 'Chartkeep sandbox EHR' } },
    entity: [{ what: { identifier: { system: `https://chartkeep.example/lockout/${of}`, value: id } }, detail: Object.entries(said).flatMap(([type, valueString]) => (valueString === undefined ? [] : [{ type, valueString }])) }],
  }
}
