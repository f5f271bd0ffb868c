import type { FamilyMemberHistory } from '@medplum/fhirtypes'
import { dateOf } from '../calendar.ts'
import { type Concept, hl7, snomed } from '../codes/concept.ts'
import { problems } from '../codes/problems.ts'
import { familyOf, type Kinship } from '../family.ts'
import { ageOn } from '../person.ts'
import { quantity } from '../codes/units.ts'
import type { Scribe } from './scribe.ts'

/** v3-RoleCode. */
const kinships: Record<Kinship, Concept> = {
  mother: { code: 'MTH', display: 'mother' },
  father: { code: 'FTH', display: 'father' },
  sister: { code: 'SIS', display: 'sister' },
  brother: { code: 'BRO', display: 'brother' },
}

export function familyResources({ person, newId, subject, meta }: Scribe): FamilyMemberHistory[] {
  const told = person.rng.fork('family-told').int(person.from, person.until)
  // A child cannot tell; the parents can, and did.
  const asked = dateOf(ageOn(person, told) < 0 ? person.until : told)
  return familyOf(person).map(({ kinship, conditions, diedAt, isUnknown }) => ({
    resourceType: 'FamilyMemberHistory',
    id: newId('FamilyMemberHistory'),
    ...meta(),
    status: isUnknown === true ? 'health-unknown' : 'completed',
    patient: subject,
    date: asked,
    relationship: hl7('v3-RoleCode', kinships[kinship].code, kinships[kinship].display),
    sex: { coding: [{ system: 'http://hl7.org/fhir/administrative-gender', code: kinship === 'mother' || kinship === 'sister' ? 'female' : 'male' }] },
    ...(isUnknown === true && { dataAbsentReason: hl7('history-absent-reason', 'subject-unknown', 'Subject Unknown') }),
    ...(diedAt !== undefined && { deceasedAge: quantity(diedAt, 'year') }),
    ...(conditions.length > 0 && {
      condition: conditions.map(({ problem, atAge, wasFatal }) => ({
        code: snomed(problems[problem]),
        ...(atAge > 0 && { onsetAge: quantity(atAge, 'year') }),
        ...(wasFatal && { contributedToDeath: true }),
      })),
    }),
  }))
}
