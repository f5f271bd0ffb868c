import type { Encounter, Procedure } from '@medplum/fhirtypes'
import { instantOf } from '../calendar.ts'
import { hl7, snomed } from '../codes/concept.ts'
import { encounterTypes, procedures } from '../codes/encounters.ts'
import { problems } from '../codes/problems.ts'
import type { Visit } from '../timeline.ts'
import { organization } from './organizations.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

/** v3-ActCode. */
const classes = {
  inpatient: { code: 'IMP', display: 'inpatient encounter' },
  emergency: { code: 'EMER', display: 'emergency' },
  video: { code: 'VR', display: 'virtual' },
  ambulatory: { code: 'AMB', display: 'ambulatory' },
} as const

function classOf({ type }: Visit): (typeof classes)[keyof typeof classes] {
  return type === 'inpatient' || type === 'emergency' || type === 'video' ? classes[type] : classes.ambulatory
}

function endOf(visit: Visit): string | undefined {
  if (visit.ending === 'still-there') return undefined
  // A death in hospital is at ten to five in the morning, as `Patient.deceasedDateTime` says.
  if (visit.ending === 'died') return instantOf(visit.day + visit.nights, 290)
  if (visit.type === 'inpatient') return instantOf(visit.day + visit.nights, 660)
  return instantOf(visit.day, visit.minute + (visit.type === 'emergency' ? 200 : 30))
}

export function encounterResource({ newId, subject, meta }: Scribe, visit: Visit): Encounter & { id: string } {
  const end = endOf(visit)
  const disposition = visit.ending === 'died' ? hl7('discharge-disposition', 'exp', 'Expired') : hl7('discharge-disposition', 'home', 'Home')
  return {
    resourceType: 'Encounter',
    id: newId('Encounter'),
    ...meta('us-core-encounter'),
    status: end === undefined ? 'in-progress' : 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', ...classOf(visit) },
    type: [snomed(encounterTypes[visit.type])],
    subject,
    participant: [{ type: [hl7('v3-ParticipationType', 'PPRF', 'primary performer')], individual: practitioner(visit.clinician) }],
    period: { start: instantOf(visit.day, visit.minute), ...(end !== undefined && { end }) },
    ...(visit.reason !== undefined && { reasonCode: [snomed(problems[visit.reason])] }),
    ...(visit.type === 'inpatient' && end !== undefined && { hospitalization: { dischargeDisposition: disposition } }),
    serviceProvider: organization('hospital'),
  }
}

export function procedureResources({ newId, subject, meta }: Scribe, visit: Visit, encounters: EncounterIds): Procedure[] {
  return visit.procedures.map((key, place) => ({
    resourceType: 'Procedure',
    id: newId('Procedure'),
    ...meta('us-core-procedure'),
    status: 'completed',
    code: snomed(procedures[key]),
    subject,
    ...during(encounters, visit.day),
    performedDateTime: instantOf(visit.day, visit.minute + 10 + place * 5),
    performer: [{ actor: practitioner(visit.clinician) }],
    ...(visit.reason !== undefined && { reasonCode: [snomed(problems[visit.reason])] }),
  }))
}
