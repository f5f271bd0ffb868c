import type { CodeableConcept, Organization, Practitioner, PractitionerRole, Reference } from '@medplum/fhirtypes'
import type { Role } from '../../types.ts'
import type { Concept } from '../codes/concept.ts'
import { hl7 } from '../codes/concept.ts'
import { opaqueId } from '../random.ts'
import { type Colleague, colleagues, type Specialty } from '../staff.ts'
import { practitioner } from './scribe.ts'

const core = (name: string) => ({ meta: { profile: [`http://hl7.org/fhir/us/core/StructureDefinition/${name}`] } })

/** The hospital, its laboratory, and those who pay: the same for every seed. */
const names = {
  hospital: 'Millbrook Falls General Hospital',
  laboratory: 'Millbrook Falls Laboratory',
  medicare: 'Medicare (synthetic)',
  medicaid: 'Medicaid (synthetic)',
  private: 'Heron Valley Mutual Health (synthetic)',
} as const

export type OrganizationKey = keyof typeof names

export function organization(key: OrganizationKey): Reference<Organization> {
  return { reference: `Organization/${opaqueId(`organization/${key}`)}`, display: names[key] }
}

/** NUCC health care provider taxonomy: https://taxonomy.nucc.org */
const specialties: Record<Specialty | 'nurse', Concept> = {
  family: { code: '207Q00000X', display: 'Family Medicine Physician' },
  internal: { code: '207R00000X', display: 'Internal Medicine Physician' },
  cardiology: { code: '207RC0000X', display: 'Cardiovascular Disease Physician' },
  pediatrics: { code: '208000000X', display: 'Pediatrics Physician' },
  nurse: { code: '163W00000X', display: 'Registered Nurse' },
}

/** No code system that we know of has an officer for compliance or privacy: these are the hospital's own, as is allowed. */
const ownRoles = 'https://sandbox.chartkeep.example/CodeSystem/staff-role'
/** What a role is called where no specialty says more. */
const plainRoles: Record<Role, CodeableConcept> = {
  physician: { text: 'Physician' },
  nurse: { text: 'Nurse' },
  'front-desk': { text: 'Front desk' },
  support: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/practitioner-role', code: 'ict', display: 'ICT professional' }], text: 'Support' },
  compliance: { coding: [{ system: ownRoles, code: 'compliance-officer', display: 'Compliance officer' }], text: 'Compliance officer' },
  privacy: { coding: [{ system: ownRoles, code: 'privacy-officer', display: 'Privacy officer' }], text: 'Privacy officer' },
}

function roleOf(colleague: Colleague, place: number): PractitionerRole {
  const specialty = colleague.role === 'nurse' ? specialties.nurse : colleague.specialty && specialties[colleague.specialty]
  const coded = specialty && { coding: [{ system: 'http://nucc.org/provider-taxonomy', ...specialty }], text: specialty.display }
  return {
    resourceType: 'PractitionerRole',
    id: opaqueId(`role/${place}`),
    ...core('us-core-practitionerrole'),
    active: true,
    practitioner: practitioner(colleague),
    organization: organization('hospital'),
    code: [coded ?? plainRoles[colleague.role]],
    ...(colleague.specialty !== undefined && coded && { specialty: [coded] }),
    telecom: [{ system: 'phone', value: `(555) 555-01${String(60 + place)}`, use: 'work' }],
  }
}

/**
 * Practitioners have a staff number and no NPI: every ten digits that pass its check might belong to somebody.
 * No password, no scope and no token is derived from anything here.
 */
function practitionerOf(colleague: Colleague, place: number): Practitioner {
  const { practitioner: id, family, given, prefix, suffix } = colleague
  return {
    resourceType: 'Practitioner',
    id,
    ...core('us-core-practitioner'),
    identifier: [{ system: 'https://sandbox.chartkeep.example/staff-number', value: String(1001 + place) }],
    active: true,
    name: [{ use: 'official', family, given: [given], ...(prefix !== undefined && { prefix: [prefix] }), ...(suffix !== undefined && { suffix: [suffix] }) }],
  }
}

/** Everything that is there before the first patient. */
export function* institution(): Generator<Organization | Practitioner | PractitionerRole> {
  // The keys of an object literal are its keys: nothing adds to it.
  for (const key of Object.keys(names) as OrganizationKey[]) {
    const type = key === 'hospital' || key === 'laboratory' ? hl7('organization-type', 'prov', 'Healthcare Provider') : hl7('organization-type', 'pay', 'Payer')
    yield { resourceType: 'Organization', id: opaqueId(`organization/${key}`), ...core('us-core-organization'), active: true, type: [type], name: names[key] }
  }
  const everybody = Object.values<Colleague>(colleagues)
  yield* everybody.map(practitionerOf)
  yield* everybody.map(roleOf)
}
