import type { Immunization, Medication, MedicationDispense, MedicationRequest } from '@medplum/fhirtypes'
import { dateOf, type Day } from '../calendar.ts'
import { cvx, hl7, snomed } from '../codes/concept.ts'
import { type Drug, drugConcept, type DrugKey, drugName, drugs } from '../codes/drugs.ts'
import { problems } from '../codes/problems.ts'
import { quantity, units } from '../codes/units.ts'
import { vaccines } from '../codes/vaccines.ts'
import type { Dose, Prescription } from '../course.ts'
import type { Person } from '../person.ts'
import { opaqueId } from '../random.ts'
import { dosage } from '../sig.ts'
import { primaryPhysician } from '../timeline.ts'
import { organization } from './organizations.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

function statusOf({ until, ending }: Prescription, { died }: Person): NonNullable<MedicationRequest['status']> {
  if (ending !== undefined) return ending
  if (until !== undefined) return 'completed'
  return died === undefined ? 'active' : 'stopped'
}

/** The hospital's list of drugs, for who refers to it. */
export function* formulary(): Generator<Medication> {
  // The keys of an object literal are its keys: nothing adds to it.
  for (const drug of Object.keys(drugs) as DrugKey[]) {
    yield { resourceType: 'Medication', id: opaqueId(`medication/${drug}`), status: 'active', code: drugConcept(drug) }
  }
}

/** A drug as a code, or as a reference: servers do the one or the other, and a client must read both. */
function medicationOf({ profile }: Person, drug: DrugKey): Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference'> {
  return profile.hasDrugsByReference === true
    ? { medicationReference: { reference: `Medication/${opaqueId(`medication/${drug}`)}`, display: drugName(drug) } }
    : { medicationCodeableConcept: drugConcept(drug) }
}

export function medicationRequestResource({ person, newId, subject, meta }: Scribe, prescription: Prescription, encounters: EncounterIds): MedicationRequest & { id: string } {
  const { drug, sig, from, until, stopReason, reason, isReported } = prescription
  const status = statusOf(prescription, person)
  const why = stopReason ?? (status === 'stopped' ? 'Patient died' : undefined)
  return {
    resourceType: 'MedicationRequest',
    id: newId('MedicationRequest'),
    ...meta('us-core-medicationrequest'),
    status,
    ...(why !== undefined && { statusReason: { text: why } }),
    intent: 'order',
    category: [hl7('medicationrequest-category', 'community', 'Community')],
    reportedBoolean: isReported ?? false,
    ...medicationOf(person, drug),
    subject,
    ...during(encounters, from),
    authoredOn: dateOf(from),
    requester: practitioner(primaryPhysician(person)),
    reasonCode: [snomed(problems[reason])],
    dosageInstruction: [dosage(drug, sig)],
    ...(isReported !== true && { dispenseRequest: { validityPeriod: { start: dateOf(from), ...(until !== undefined && { end: dateOf(until) }) } } }),
  }
}

const daysOfSupply = 90
const keptFills = 4

/** The last fills of what is taken every day. What is taken when needed, or bought over the counter, has none. */
export function dispenseResources({ person, newId, subject, meta }: Scribe, prescription: Prescription, requestId: string, until: Day): MedicationDispense[] {
  const { drug, sig, from, until: end, isReported, ending } = prescription
  const { form, code }: Drug = drugs[drug]
  if (sig.asNeededFor !== undefined || isReported === true || ending !== undefined || code === undefined || form !== 'tablet') return []
  const last = Math.min(end ?? until, until)
  const fills = Math.floor((last - from) / daysOfSupply)
  const kept = Math.min(keptFills, fills)
  return Array.from({ length: kept }, (_, place): MedicationDispense => {
    const day = from + (fills - kept + place + 1) * daysOfSupply
    return {
      resourceType: 'MedicationDispense',
      id: newId('MedicationDispense'),
      ...meta('us-core-medicationdispense'),
      status: 'completed',
      ...medicationOf(person, drug),
      subject,
      performer: [{ actor: organization('hospital') }],
      authorizingPrescription: [{ reference: `MedicationRequest/${requestId}` }],
      type: hl7('v3-ActCode', place === 0 && fills === kept ? 'FF' : 'RF', place === 0 && fills === kept ? 'First Fill' : 'Refill'),
      quantity: { ...quantity(sig.amount * sig.times * daysOfSupply, 'tablet'), unit: units.tablet.unit },
      daysSupply: quantity(daysOfSupply, 'day'),
      whenHandedOver: dateOf(day),
      dosageInstruction: [dosage(drug, sig)],
    }
  })
}

export function immunizationResource({ newId, subject, meta }: Scribe, { vaccine, day, isRefused }: Dose, encounters: EncounterIds): Immunization {
  return {
    resourceType: 'Immunization',
    id: newId('Immunization'),
    ...meta('us-core-immunization'),
    status: isRefused === true ? 'not-done' : 'completed',
    ...(isRefused === true && { statusReason: hl7('v3-ActReason', 'PATOBJ', 'patient objection') }),
    vaccineCode: cvx(vaccines[vaccine]),
    patient: subject,
    ...during(encounters, day),
    occurrenceDateTime: dateOf(day),
    primarySource: encounters.has(day),
  }
}
