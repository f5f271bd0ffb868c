import { createHash } from 'node:crypto'
import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordNumber } from './address.ts'
import { caseNames } from './cases.ts'
import { allergens } from './codes/allergens.ts'
import { systems } from './codes/concept.ts'
import { cardiology, imaging, noteTypes, outsideDocuments, radiology } from './codes/documents.ts'
import { drugs } from './codes/drugs.ts'
import { encounterTypes, procedures } from './codes/encounters.ts'
import { findings, reactions } from './codes/findings.ts'
import { implants } from './codes/implants.ts'
import { frequencies, type Instrument, instruments } from './codes/instruments.ts'
import { analytes, panels, qualitative, urineColor } from './codes/laboratory.ts'
import { observations } from './codes/observations.ts'
import { problems } from './codes/problems.ts'
import { units } from './codes/units.ts'
import { vaccines } from './codes/vaccines.ts'
import { generateHospital, patientRecord } from './hospital.ts'
import { objects, of, references, today } from './population.testing.ts'
import { staff } from './staff.ts'

const everybody: readonly Resource[] = [...generateHospital({ seed: 1, patients: 50, today })]
const links: ReadonlyMap<Resource, readonly string[]> = new Map(everybody.map((resource) => [resource, references(resource)]))

function fingerprint(resources: Iterable<Resource>): string {
  const hash = createHash('sha256')
  for (const resource of resources) hash.update(JSON.stringify(resource))
  return hash.digest('hex')
}

describe('the population', () => {
  it('is the same to the byte for the same seed, number and day, and another for another seed', () => {
    const small = (seed: number) => fingerprint(generateHospital({ seed, patients: 4, today }))
    expect(small(5)).toBe(small(5))
    expect(small(5)).not.toBe(small(6))
  })

  it('does not change the first patients when more are asked', () => {
    const three = [...generateHospital({ seed: 3, patients: 3, today })]
    const five = [...generateHospital({ seed: 3, patients: 5, today })]
    expect(fingerprint(five.slice(0, three.length))).toBe(fingerprint(three))
  })

  it('is generated as it is read: the first patient of ten million comes at once', () => {
    const resources = generateHospital({ seed: 1, patients: 10_000_000, today })
    for (const resource of resources) if (resource.resourceType === 'Patient') break
    expect(resources.next().done).toBe(true)
  })

  it('has fifty people, and years of data for those who have any', () => {
    expect(of(everybody, 'Patient')).toHaveLength(50)
    expect(of(everybody, 'Observation').length).toBeGreaterThan(10_000)
    for (const type of ['Encounter', 'Condition', 'MedicationRequest', 'MedicationDispense', 'AllergyIntolerance', 'DiagnosticReport', 'Immunization', 'Procedure', 'DocumentReference', 'CareTeam', 'Coverage', 'Goal', 'Flag', 'Appointment', 'Binary', 'CarePlan', 'Consent', 'Device', 'FamilyMemberHistory', 'ImagingStudy', 'Medication', 'QuestionnaireResponse', 'ServiceRequest', 'Task'] as const) {
      expect(of(everybody, type).length, type).toBeGreaterThan(5)
    }
  })

  it('has a hundred records and more a head beyond the cases, and so over a million at ten thousand people', () => {
    const heads = 60
    let records = 0
    for (let place = 0; place < heads; place += 1) records += [...patientRecord({ seed: 1, patients: 0, today }, caseNames.length + place)].length
    expect(records / heads).toBeGreaterThan(100)
  })

  it('has who pays, for most: a payer that is there, and the member whom it insures', () => {
    const coverages = of(everybody, 'Coverage')
    const payers = new Set(of(everybody, 'Organization').map(({ id }) => `Organization/${id}`))
    for (const { payor, beneficiary, subscriberId, status } of coverages.filter((each) => each.status !== 'entered-in-error')) {
      expect([payers.has(payor?.[0]?.reference ?? ''), beneficiary?.reference?.startsWith('Patient/'), /^SYN-\d{6}$/.test(subscriberId ?? ''), status]).toEqual([true, true, true, 'active'])
    }
    const insured = new Set(coverages.map(({ beneficiary }) => beneficiary?.reference))
    expect(insured.size).toBeGreaterThan(35)
    // Some have none, as people have.
    expect(insured.size).toBeLessThan(50)
  })

  it('refuses a seed, a number or a day that is none', () => {
    for (const wrong of [{ seed: 1.5, patients: 1, today }, { seed: 1, patients: -1, today }, { seed: Number.NaN, patients: 1, today }, { seed: 1, patients: 1, today: 'soon' }]) {
      expect(() => [...generateHospital(wrong)]).toThrow(RangeError)
    }
  })

  it('has an id of its own for every resource, in the shape of a UUID', () => {
    const ids = everybody.map(({ resourceType, id }) => `${resourceType}/${id}`)
    expect(new Set(ids).size).toBe(ids.length)
    expect(everybody.every(({ id }) => /^[0-9a-f-]{36}$/.test(id ?? ''))).toBe(true)
  })

  it('refers to nothing that is not there', () => {
    const known = new Set(everybody.map(({ resourceType, id }) => `${resourceType}/${id}`))
    expect([...links.values()].flat().filter((link) => !known.has(link))).toEqual([])
  })

  it('never refers from one patient to the record of another', () => {
    const owner = new Map<string, string>()
    for (const [resource, found] of links) {
      const subject = found.find((link) => link.startsWith('Patient/'))
      if (subject !== undefined) owner.set(`${resource.resourceType}/${resource.id}`, subject)
    }
    // The bytes of a document belong to whom the document belongs to, and name nobody.
    for (const { id, securityContext } of of(everybody, 'Binary')) owner.set(`Binary/${id}`, owner.get(securityContext?.reference ?? '') ?? '')
    const crossed = [...links].filter(([resource, found]) =>
      found.some((link) => owner.has(link) && owner.get(link) !== owner.get(`${resource.resourceType}/${resource.id}`)),
    )
    expect(crossed.map(([{ resourceType, id }]) => `${resourceType}/${id}`)).toEqual([])
  })

  it('gives everybody who may sign in a practitioner and a role', () => {
    const practitioners = new Set(of(everybody, 'Practitioner').map(({ id }) => id))
    expect(staff.map(({ role }) => role).toSorted()).toEqual(['compliance', 'front-desk', 'front-desk', 'nurse', 'nurse', 'nurse', 'physician', 'physician', 'physician', 'physician', 'privacy', 'support', 'support'])
    expect(staff.every(({ practitioner }) => practitioners.has(practitioner))).toBe(true)
    expect(of(everybody, 'PractitionerRole')).toHaveLength(staff.length)
    expect(new Set(staff.map(({ username }) => username)).size).toBe(staff.length)
  })

  it('makes every care team of people of the staff', () => {
    const known = new Set(staff.map(({ practitioner }) => `Practitioner/${practitioner}`))
    expect(of(everybody, 'CareTeam').every(({ participant }) => participant?.every(({ member }) => known.has(member?.reference ?? '')))).toBe(true)
  })
})

describe('what nobody real could be known by', () => {
  it('gives no two patients of a hundred thousand the same record number, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const numbers = Array.from({ length: 5_000 }, (_, place) => recordNumber(seed, place * 20))
        return new Set(numbers).size === numbers.length && numbers.every((number) => /^\d{8}$/.test(number))
      }),
      { numRuns: 20 },
    )
  })

  it('holds nothing that looks like a social security number, and no telephone number that could ring', () => {
    const text = everybody.map((resource) => JSON.stringify(resource)).join('\n')
    expect(text).not.toMatch(/(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/)
    expect(text).not.toMatch(/us-ssn|us-npi/)
    const phones = [...text.matchAll(/\(\d{3}\) \d{3}-\d{4}/g)].map(([phone]) => phone)
    expect(phones.length).toBeGreaterThan(50)
    expect(phones.filter((phone) => !/^\(555\) 555-01\d\d$/.test(phone))).toEqual([])
  })
})

describe('the codes', () => {
  type Entry = { readonly code?: string; readonly display: string }
  const table = (...parts: readonly Record<string, Entry>[]) =>
    new Map(parts.flatMap((part) => Object.values(part)).flatMap(({ code, display }) => (code === undefined ? [] : [[code, display] as const])))
  const allergensOf = (system: 'snomed' | 'rxnorm') => Object.fromEntries(Object.entries<Entry & { system: string }>(allergens).filter(([, each]) => each.system === system))
  const printed = Object.fromEntries(Object.entries(units).map(([key, { code, unit }]) => [key, { code, display: unit }]))
  const tables: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
    [systems.snomed, table(problems, findings, reactions, encounterTypes, procedures, implants, allergensOf('snomed'))],
    [systems.loinc, table(observations, analytes, panels, qualitative, noteTypes, imaging, outsideDocuments, { radiology, cardiology, urineColor }, ...Object.values<Instrument>(instruments).map(({ code, items, total }) => ({ code, total, ...Object.fromEntries(items.map((item) => [item.code, item])) })), Object.fromEntries(frequencies.map((each) => [each.code, each])), { consent: { code: '59284-0', display: 'Consent Document' } })],
    [systems.rxnorm, table(drugs, allergensOf('rxnorm'))],
    [systems.cvx, table(vaccines)],
    [systems.ucum, table(printed)],
  ])

  it('are all in the tables, each with the display of its table', () => {
    const strangers = new Set<string>()
    for (const resource of everybody) {
      for (const { system, code, display, unit } of objects(resource)) {
        const known = tables.get(String(system))
        if (known !== undefined && known.get(String(code)) !== (display ?? unit)) strangers.add(`${String(system)} ${String(code)}`)
      }
    }
    expect([...strangers]).toEqual([])
  })

  it('have the check digit that SNOMED CT (Verhoeff) and LOINC (mod 10) demand', () => {
    expect([isVerhoeff('44054006'), isVerhoeff('44054007'), isLoinc('2823-3'), isLoinc('2832-3')]).toEqual([true, false, true, false])
    for (const code of tables.get(systems.snomed)?.keys() ?? []) expect(isVerhoeff(code), code).toBe(true)
    for (const code of tables.get(systems.loinc)?.keys() ?? []) if (!code.startsWith('LP') && !code.startsWith('LA')) expect(isLoinc(code), code).toBe(true)
  })

  it('name no concept twice in one table', () => {
    for (const part of [problems, findings, reactions, encounterTypes, procedures, analytes, vaccines, observations, units]) {
      const codes = Object.values(part).map(({ code }) => code)
      expect(new Set(codes).size).toBe(codes.length)
    }
  })
})

/** The dihedral check of SNOMED CT identifiers: https://confluence.ihtsdotools.org/display/DOCRELFMT/6.3+Verhoeff+check-digit */
function isVerhoeff(id: string): boolean {
  const base = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
  const multiply = (a: number, b: number) => (a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)) : b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5)
  let check = 0
  for (const [place, character] of [...id].toReversed().entries()) {
    let digit = Number(character)
    for (let turn = 0; turn < place % 8; turn++) digit = base[digit] ?? 0
    check = multiply(check, digit)
  }
  return check === 0
}

/** LOINC's check digit: Luhn over the part before the dash. */
function isLoinc(code: string): boolean {
  const [number = '', check] = code.split('-')
  const sum = [...number].toReversed().reduce((total, character, place) => {
    const doubled = Number(character) * (place % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return (10 - (sum % 10)) % 10 === Number(check)
}
