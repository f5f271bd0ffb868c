import type { AllergyIntolerance, Condition, Goal } from '@medplum/fhirtypes'
import { dateOf, dateTo } from '../calendar.ts'
import { type Allergy } from '../allergies.ts'
import { allergenConcept, allergens } from '../codes/allergens.ts'
import { hl7, snomed } from '../codes/concept.ts'
import { findings, reactions } from '../codes/findings.ts'
import { problems } from '../codes/problems.ts'
import type { Goal as Aim, Problem } from '../course.ts'
import { primaryPhysician } from '../timeline.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

const verifications = {
  confirmed: 'Confirmed',
  unconfirmed: 'Unconfirmed',
  refuted: 'Refuted',
  'entered-in-error': 'Entered in Error',
} as const

const statuses = { active: 'Active', inactive: 'Inactive', resolved: 'Resolved' } as const

/** A problem or a diagnosis. Invariants con-3 to con-5: what was entered in error has no clinical status, what has abated is not active. */
export function conditionResource({ person, newId, subject, meta }: Scribe, problem: Problem, encounters: EncounterIds): Condition & { id: string } {
  const { onset, precision, recorded, abated, list, verification = 'confirmed', note } = problem
  const status = verification === 'refuted' ? 'inactive' : abated === undefined ? 'active' : 'resolved'
  const isProblem = list === 'problem-list-item'
  return {
    resourceType: 'Condition',
    id: newId('Condition'),
    ...meta(isProblem ? 'us-core-condition-problems-health-concerns' : 'us-core-condition-encounter-diagnosis'),
    ...(verification !== 'entered-in-error' && { clinicalStatus: hl7('condition-clinical', status, statuses[status]) }),
    verificationStatus: hl7('condition-ver-status', verification, verifications[verification]),
    category: [hl7('condition-category', list, isProblem ? 'Problem List Item' : 'Encounter Diagnosis')],
    code: snomed(problems[problem.problem]),
    subject,
    ...during(encounters, recorded),
    onsetDateTime: dateTo(precision, onset),
    ...(abated !== undefined && { abatementDateTime: dateOf(abated) }),
    recordedDate: dateOf(recorded),
    recorder: practitioner(primaryPhysician(person)),
    ...(note !== undefined && { note: [{ text: note }] }),
  }
}

export function goalResource({ newId, subject, meta }: Scribe, { text, from }: Aim, condition: string | undefined): Goal & { id: string } {
  return {
    resourceType: 'Goal',
    id: newId('Goal'),
    ...meta('us-core-goal'),
    lifecycleStatus: 'active',
    description: { text },
    subject,
    startDate: dateOf(from),
    ...(condition !== undefined && { addresses: [{ reference: `Condition/${condition}` }] }),
  }
}

function allergyResource({ person, newId, subject, meta }: Scribe, allergy: Allergy): AllergyIntolerance {
  const { allergen, type, criticality, reaction, recorded, verification } = allergy
  const status = verification === 'refuted' ? 'inactive' : 'active'
  return {
    resourceType: 'AllergyIntolerance',
    id: newId('AllergyIntolerance'),
    ...meta('us-core-allergyintolerance'),
    // Invariant ait-2: no clinical status on what was entered in error.
    ...(verification !== 'entered-in-error' && { clinicalStatus: hl7('allergyintolerance-clinical', status, statuses[status]) }),
    verificationStatus: hl7('allergyintolerance-verification', verification, verifications[verification]),
    type,
    category: [allergens[allergen].category],
    criticality,
    code: allergenConcept(allergen),
    patient: subject,
    recordedDate: dateOf(recorded),
    recorder: practitioner(primaryPhysician(person)),
    ...(reaction !== undefined && { reaction: [{ manifestation: [snomed(reactions[reaction.manifestation])], severity: reaction.severity }] }),
  }
}

/** The allergy list; the statement that there is none; or nothing at all, where nobody asked. */
export function allergyResources(scribe: Scribe): AllergyIntolerance[] {
  const { person, newId, subject, meta } = scribe
  const status = person.allergies
  switch (status.kind) {
    case 'listed':
      return status.allergies.map((allergy) => allergyResource(scribe, allergy))
    case 'none-known':
      return [
        {
          resourceType: 'AllergyIntolerance',
          id: newId('AllergyIntolerance'),
          ...meta('us-core-allergyintolerance'),
          clinicalStatus: hl7('allergyintolerance-clinical', 'active', 'Active'),
          verificationStatus: hl7('allergyintolerance-verification', 'confirmed', 'Confirmed'),
          code: snomed(findings.noKnownAllergy),
          patient: subject,
          recordedDate: dateOf(status.asserted),
          recorder: practitioner(primaryPhysician(person)),
        },
      ]
    case 'not-recorded':
      return []
  }
}
