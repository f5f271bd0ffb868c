import type { AuditEvent, CodeableConcept, Coding } from '@medplum/fhirtypes'
import { assertNever } from '../../shared/assert-never.ts'
import type { Ending, GlassWitness, Grant } from './grants.ts'

const dicom = (code: string, display: string): Coding => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code, display })
const hl7 = (system: string, code: string, display: string): Coding => ({ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display })

const purposeNames = { BTG: 'break the glass', ETREAT: 'Emergency Treatment' } as const

function endingWords(how: Ending): string {
  switch (how) {
    case 'expired':
      return 'The time was over.'
    case 'given-back':
      return 'The person ended it.'
    case 'barred':
      return 'The account was barred.'
    default:
      return assertNever(how)
  }
}

/** DICOM PS3.16 CID 403, a security alert: who was let in to whom, why, on which client, until when. */
function auditEvent(grant: Grant, subtype: Coding, at: number, details: readonly (readonly [type: string, value: string])[]): AuditEvent {
  const purpose: CodeableConcept = { coding: [hl7('v3-ActReason', grant.purpose, purposeNames[grant.purpose])] }
  return {
    resourceType: 'AuditEvent',
    type: dicom('110113', 'Security Alert'),
    subtype: [subtype],
    action: 'E',
    recorded: new Date(at).toISOString(),
    outcome: '0',
    purposeOfEvent: [purpose],
    agent: [{ who: { reference: `Practitioner/${grant.practitioner}` }, requestor: true, purposeOfUse: [purpose] }],
    source: { observer: { display: 'Chartkeep sandbox EHR' } },
    entity: [
      {
        what: { reference: `Patient/${grant.patient}` },
        type: hl7('audit-entity-type', '1', 'Person'),
        role: hl7('object-role', '1', 'Patient'),
        detail: details.map(([type, valueString]) => ({ type, valueString })),
      },
    ],
  }
}

/** A witness that files an AuditEvent for each beginning and end. `file` throws where it cannot. */
export function auditingWitness(file: (event: AuditEvent) => void): GlassWitness {
  return {
    began(grant, clientId) {
      const until = new Date(grant.until).toISOString()
      file(auditEvent(grant, dicom('110127', 'Emergency Override Started'), grant.began, [['grant', grant.id], ['reason', grant.reason], ['until', until], ['client', clientId]]))
    },
    ended(grant, how, at) {
      file(auditEvent(grant, dicom('110128', 'Emergency Override Stopped'), at, [['grant', grant.id], ['ending', endingWords(how)]]))
    },
  }
}
