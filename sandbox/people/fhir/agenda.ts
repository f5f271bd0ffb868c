import type { Appointment, ServiceRequest, Task } from '@medplum/fhirtypes'
import type { Booking, Due, Errand } from '../agenda.ts'
import { dateOf, instantOf } from '../calendar.ts'
import { hl7, loinc, snomed } from '../codes/concept.ts'
import { findings } from '../codes/findings.ts'
import { panels } from '../codes/laboratory.ts'
import { problems } from '../codes/problems.ts'
import { colleagues, titled } from '../staff.ts'
import { primaryPhysician } from '../timeline.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

const minutes = 30

export function appointmentResource({ person, newId, subject, meta }: Scribe, { day, minute, status, reason, isVideo, with: colleague }: Booking): Appointment {
  return {
    resourceType: 'Appointment',
    id: newId('Appointment'),
    ...meta(),
    status,
    ...(status === 'cancelled' && { cancelationReason: hl7('appointment-cancellation-reason', 'pat', 'Patient') }),
    appointmentType: hl7('v2-0276', reason === undefined ? 'CHECKUP' : 'FOLLOWUP', reason === undefined ? 'A routine check-up, such as an annual physical' : 'A follow up visit from a previous appointment'),
    ...(reason !== undefined && { reasonCode: [snomed(problems[reason])] }),
    description: `${isVideo ? 'Video visit' : 'Visit'} with ${titled(colleague)}`,
    start: instantOf(day, minute),
    end: instantOf(day, minute + minutes),
    minutesDuration: minutes,
    created: instantOf(Math.max(person.born, day - 30), 600),
    participant: [
      { actor: subject, required: 'required', status: status === 'cancelled' ? 'declined' : 'accepted' },
      { actor: practitioner(colleague), required: 'required', status: 'accepted' },
    ],
  }
}

const kinds = {
  renewal: 'Renew a prescription',
  call: 'Telephone a critical result',
  screening: 'Arrange a screening',
} as const satisfies Record<Errand['kind'], string>

/** `requests`: the ids of the prescriptions, by their place. */
export function taskResource({ person, newId, subject, meta }: Scribe, { day, status, kind, words, isUrgent, prescription }: Errand, requests: readonly string[], encounters: EncounterIds): Task {
  const about = prescription === undefined ? undefined : requests[prescription]
  return {
    resourceType: 'Task',
    id: newId('Task'),
    ...meta(),
    status,
    intent: 'order',
    priority: isUrgent ? 'urgent' : 'routine',
    code: { text: kinds[kind] },
    description: words,
    ...(about !== undefined && { focus: { reference: `MedicationRequest/${about}` } }),
    for: subject,
    ...during(encounters, day),
    authoredOn: instantOf(day, 420),
    lastModified: instantOf(day, status === 'requested' ? 420 : 425),
    requester: practitioner(kind === 'screening' ? primaryPhysician(person) : colleagues.nurseDay),
    owner: practitioner(kind === 'screening' ? colleagues.deskMorning : primaryPhysician(person)),
  }
}

/** Blood work that is ordered and waits to be drawn. */
export function dueResource({ person, newId, subject, meta }: Scribe, { panel, ordered }: Due, encounters: EncounterIds): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    id: newId('ServiceRequest'),
    ...meta('us-core-servicerequest'),
    status: 'active',
    intent: 'order',
    category: [snomed(findings.laboratoryProcedure)],
    priority: 'routine',
    code: loinc(panels[panel]),
    subject,
    ...during(encounters, ordered),
    authoredOn: dateOf(ordered),
    requester: practitioner(primaryPhysician(person)),
  }
}
