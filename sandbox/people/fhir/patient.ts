import type { CareTeam, Coverage, Extension, Flag, HumanName, Patient } from '@medplum/fhirtypes'
import { drawAddress, drawPhone, recordNumber } from '../address.ts'
import { dateOf, type Day, instantOf } from '../calendar.ts'
import { type Concept, hl7, snomed } from '../codes/concept.ts'
import { findings } from '../codes/findings.ts'
import { ageOn, isWritten, type Person } from '../person.ts'
import { type Colleague, colleagues } from '../staff.ts'
import { primaryPhysician } from '../timeline.ts'
import { organization } from './organizations.ts'
import { practitioner, type Scribe } from './scribe.ts'

const omb = 'urn:oid:2.16.840.1.113883.6.238'
const core = 'http://hl7.org/fhir/us/core/StructureDefinition'

function ombExtension(name: 'us-core-race' | 'us-core-ethnicity', coding: Concept): Extension {
  return {
    url: `${core}/${name}`,
    extension: [
      { url: 'ombCategory', valueCoding: { system: omb, ...coding } },
      { url: 'text', valueString: coding.display },
    ],
  }
}

function names({ name }: Person): HumanName[] {
  const { family, given, prefix, suffix } = name
  const official: HumanName = {
    use: 'official',
    family,
    ...(given.length > 0 && { given: [...given] }),
    ...(prefix !== undefined && { prefix: [prefix] }),
    ...(suffix !== undefined && { suffix: [...suffix] }),
  }
  return name.latin === undefined ? [official] : [official, { use: 'usual', family: name.latin.family, given: [...name.latin.given] }]
}

/** The patient. There is no social security number, and nothing that looks like one. */
export function patientResource({ person, meta }: Scribe): Patient {
  const { tradition, rng } = person
  const home = rng.fork('home')
  const ethnicity = tradition.hispanic ? { code: '2135-2', display: 'Hispanic or Latino' } : { code: '2186-5', display: 'Not Hispanic or Latino' }
  return {
    resourceType: 'Patient',
    id: person.id,
    ...meta('us-core-patient'),
    extension: [
      ombExtension('us-core-race', tradition.race),
      ombExtension('us-core-ethnicity', ethnicity),
      { url: `${core}/us-core-birthsex`, valueCode: person.gender === 'unknown' ? 'UNK' : person.sex === 'female' ? 'F' : 'M' },
    ],
    identifier: [
      {
        use: 'usual',
        type: hl7('v2-0203', 'MR', 'Medical record number'),
        system: 'https://sandbox.chartkeep.example/mrn',
        value: recordNumber(person.seed, person.index),
        assigner: organization('hospital'),
      },
    ],
    active: true,
    name: names(person),
    telecom: [drawPhone(home)],
    gender: person.gender,
    birthDate: person.birthDate,
    ...(person.died !== undefined && (person.profile.isDeathUndated === true ? { deceasedBoolean: true } : { deceasedDateTime: instantOf(person.died, 290) })),
    address: [drawAddress(home)],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', ...tradition.language }], text: tradition.language.display }, preferred: true }],
    generalPractitioner: [practitioner(primaryPhysician(person))],
    managingOrganization: organization('hospital'),
  }
}

/** The active care team. A restricted record has the one physician. */
export function careTeamResource({ person, newId, subject, meta }: Scribe): CareTeam & { id: string } {
  const physician = primaryPhysician(person)
  const nurses = [colleagues.nurseDay, colleagues.nurseNight, colleagues.nurseWard]
  const nurse: Colleague = nurses[person.index % nurses.length] ?? colleagues.nurseDay
  const seesCardiology = ['heart-failure', 'coronary-disease', 'atrial-fibrillation'] as const
  const members: readonly { colleague: Colleague; role: Concept }[] = [
    { colleague: physician, role: findings.primaryCarePhysician },
    ...(person.profile.isRestricted === true ? [] : [{ colleague: nurse, role: findings.nurse }]),
    ...(seesCardiology.some((disease) => person.diseases.has(disease)) ? [{ colleague: colleagues.cardiology, role: findings.cardiologist }] : []),
  ]
  return {
    resourceType: 'CareTeam',
    id: newId('CareTeam'),
    ...meta('us-core-careteam'),
    status: 'active',
    name: 'Primary care team',
    subject,
    period: { start: dateOf(person.from) },
    participant: members.map(({ colleague, role }) => ({ role: [snomed(role)], member: practitioner(colleague) })),
    managingOrganization: [organization('hospital')],
  }
}

/** One insurance, or none. Types by the Source of Payment Typology (NAHDO). */
export function coverageResources({ person, newId, subject, meta }: Scribe): Coverage[] {
  const rng = person.rng.fork('coverage')
  const isOld = ageOn(person, person.until) >= 65
  const ticket = rng.unit()
  const payer = isOld ? 'medicare' : ticket < 0.66 ? 'private' : ticket < 0.9 ? 'medicaid' : undefined
  if (payer === undefined) return []
  const type = { medicare: { code: '1', display: 'Medicare' }, medicaid: { code: '2', display: 'Medicaid' }, private: { code: '5', display: 'Private Health Insurance' } }[payer]
  const member = `SYN-${rng.int(100_000, 999_999)}`
  return [
    {
      resourceType: 'Coverage',
      id: newId('Coverage'),
      ...meta('us-core-coverage'),
      identifier: [{ type: hl7('v2-0203', 'MB', 'Member Number'), system: 'https://sandbox.chartkeep.example/member', value: member }],
      status: 'active',
      type: { coding: [{ system: 'https://nahdo.org/sopt', ...type }], text: type.display },
      subscriberId: member,
      beneficiary: subject,
      relationship: hl7('subscriber-relationship', 'self', 'Self'),
      period: { start: dateOf(person.from) },
      payor: [organization(payer)],
    },
  ]
}

/** Who was asked about resuscitation, what was answered, and when; undefined where nobody asked. */
export function codeStatusOf(person: Person): { readonly status: 'full' | 'do-not-resuscitate'; readonly day: Day } | undefined {
  const rng = person.rng.fork('flags')
  const age = ageOn(person, person.until)
  const drawn = age < 72 ? undefined : rng.chance(0.3) ? 'full' : rng.chance(0.2) ? 'do-not-resuscitate' : undefined
  const status = person.profile.codeStatus ?? drawn
  return status && { status, day: rng.int(Math.max(person.from, person.until - 900), person.until) }
}

/**
 * Code status is a Flag of the category advance-directive: `Flag` is what US EHRs give a client for a banner.
 * Where there is no such flag, nobody has asked: "not recorded", which is not the same as full code.
 */
export function flagResources({ person, newId, subject, meta }: Scribe): Flag[] {
  const flag = (category: ReturnType<typeof hl7>, finding: Concept, from: Day): Flag => ({
    resourceType: 'Flag',
    id: newId('Flag'),
    ...meta(),
    status: 'active',
    category: [category],
    code: snomed(finding),
    subject,
    period: { start: dateOf(from) },
    author: practitioner(primaryPhysician(person)),
  })
  const codeStatus = codeStatusOf(person)
  const rng = person.rng.fork('falls')
  const mayFall = ageOn(person, person.until) >= 80 && isWritten(person, rng, 0.5)
  return [
    ...(codeStatus === undefined ? [] : [flag(hl7('flag-category', 'advance-directive', 'Advance Directive'), codeStatus.status === 'full' ? findings.forResuscitation : findings.notForResuscitation, codeStatus.day)]),
    ...(mayFall ? [flag(hl7('flag-category', 'safety', 'Safety'), findings.atRiskOfFalls, rng.int(Math.max(person.from, person.until - 900), person.until))] : []),
  ]
}
