import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAllergies } from './allergy.ts'

const snomed = 'http://snomed.info/sct'
const status = (kind: 'clinical' | 'verification', code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/allergyintolerance-${kind}`, code }] })
const allergy = (more: object = {}): object => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: status('clinical', 'active'),
  verificationStatus: status('verification', 'confirmed'),
  code: { text: 'Penicillin' },
  ...more,
})
const coded = (code: string, system = snomed): object => ({ code: { coding: [{ system, code, display: 'whatever' }] } })
const names = (list: readonly { kind: string; agent?: { kind: string; text?: string } }[]) => list.map((row) => row.agent?.text ?? row.kind)

describe('no known allergies', () => {
  it('is said only where it was asserted', () => {
    expect(readAllergies([]).state).toBe('none-recorded')
    expect(readAllergies([allergy(coded('716186003'))])).toMatchObject({ state: 'asserted-none', active: [], assertions: [{ scope: 'any', verification: 'confirmed' }] })
    expect(readAllergies([allergy(coded('no-known-allergies', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'))]).state).toBe('asserted-none')
  })

  it('is not said where only drugs were asked about', () => {
    expect(readAllergies([allergy(coded('409137002'))])).toMatchObject({ state: 'asserted-none-in-part', assertions: [{ scope: 'medication' }] })
  })

  it('is not said where the assertion was refuted, resolved, entered in error, or modified', () => {
    const none = coded('716186003')
    const lapsed = [
      allergy({ ...none, verificationStatus: status('verification', 'refuted') }),
      allergy({ ...none, verificationStatus: status('verification', 'entered-in-error') }),
      allergy({ ...none, clinicalStatus: status('clinical', 'resolved') }),
    ]
    for (const entry of lapsed) expect(readAllergies([entry]).state).toBe('none-recorded')
    expect(readAllergies([allergy({ ...none, modifierExtension: [{ url: 'urn:not' }] })]).state).toBe('listed')
  })

  it('is not said of the code of another system', () => {
    expect(readAllergies([allergy(coded('716186003', 'urn:local'))]).state).toBe('listed')
  })

  it('is not said when something in the list cannot be read', () => {
    expect(readAllergies([allergy(coded('716186003')), { resourceType: 'AllergyIntolerance', code: 7 }]).state).toBe('unreadable')
  })

  it('stands back behind an allergy, and the contradiction is said', () => {
    expect(readAllergies([allergy(coded('716186003')), allergy()])).toMatchObject({ state: 'listed', contradictory: true })
    expect(readAllergies([allergy(coded('409137002')), allergy({ category: ['food'] })])).toMatchObject({ state: 'listed', contradictory: false })
  })

  it('is not the same as not knowing', () => {
    expect(readAllergies([allergy(coded('no-allergy-info', 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips'))]).state).toBe('not-known')
  })
})

describe('an allergy', () => {
  it('is shown by its agent, gravest first, and what nobody assessed above what was found low', () => {
    const list = readAllergies([
      allergy({ code: { text: 'Pollen' }, criticality: 'low' }),
      allergy({ code: { text: 'Latex' } }),
      allergy({ code: { text: 'Peanut' }, criticality: 'high', reaction: [{ manifestation: [{ text: 'Rash' }], severity: 'mild' }] }),
      allergy({ code: { text: 'Bee venom' }, criticality: 'high', reaction: [{ manifestation: [{ text: 'Anaphylaxis' }], severity: 'severe' }] }),
      7,
    ])
    expect(names(list.active)).toEqual(['malformed', 'Bee venom', 'Peanut', 'Latex', 'Pollen'])
  })

  it('has an empty list of reactions where none was recorded, and the worst severity of several', () => {
    expect(readAllergies([allergy()]).active[0]).toMatchObject({ reactions: [], severity: 'not-recorded', criticality: 'not-recorded' })
    const reaction = [{ manifestation: [{ text: 'Rash' }], severity: 'mild' }, { severity: 'severe' }]
    expect(readAllergies([allergy({ reaction })]).active[0]).toMatchObject({ severity: 'severe', reactions: [{ manifestations: [{ text: 'Rash' }] }, { manifestations: [] }] })
  })

  it('takes its agent from the reaction where the code is missing, and says when there is none', () => {
    const reaction = [{ substance: { text: 'Amoxicillin' }, manifestation: [] }]
    expect(names(readAllergies([allergy({ code: undefined, reaction })]).active)).toEqual(['Amoxicillin'])
    expect(readAllergies([allergy({ code: undefined })]).active[0]).toMatchObject({ agent: { kind: 'not-recorded' } })
    expect(readAllergies([allergy({ code: { coding: [{ system: snomed, code: '1' }] } })]).active[0]).toMatchObject({ agent: { kind: 'code-only', code: '1' } })
  })

  it('that was refuted is history and marked as that; entered in error it is nowhere', () => {
    const list = readAllergies([
      allergy({ verificationStatus: status('verification', 'refuted') }),
      allergy({ code: { text: 'Egg' }, verificationStatus: status('verification', 'entered-in-error') }),
      allergy({ code: { text: 'Milk' }, clinicalStatus: status('clinical', 'resolved') }),
    ])
    expect(list).toMatchObject({ state: 'none-recorded', active: [], history: [{ clinicalStatus: 'resolved' }, { verification: 'refuted' }] })
  })

  it('counts as active without a clinical status', () => {
    expect(readAllergies([allergy({ clinicalStatus: undefined })])).toMatchObject({ state: 'listed', active: [{ clinicalStatus: 'not-recorded' }] })
  })

  it('never becomes "none" through bad data, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { minLength: 1 }), (entries) => {
        expect(readAllergies(entries).state).toBe('unreadable')
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('code', 'reaction', 'criticality', 'category', 'clinicalStatus', 'onsetDateTime', 'onsetAge', 'recorder', 'contained', 'modifierExtension'), fc.anything(), (key, value) => {
        expect(['listed', 'unreadable']).toContain(readAllergies([allergy({ [key]: value })]).state)
      }),
    )
  })
})
