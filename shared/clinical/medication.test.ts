import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { riskyNotation } from './dosage.ts'
import { readMedications } from './medication.ts'
import { formatDoseQuantity } from './quantity.ts'
import { tallMan } from './tall-man.ts'

const at = { now: Date.UTC(2024, 5, 15, 12), zone: 'America/New_York' }
const rxnorm = (display: string) => ({ coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1', display }] })
const order = (more: object = {}): object => ({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Aspirin' }, ...more })
const read = (...resources: unknown[]) => readMedications(resources, at)
const first = (more: object) => {
  const row = read(order(more)).current[0]
  if (row?.kind !== 'medication') throw new Error('The test meant a medication.')
  return row
}

describe('the name of a drug', () => {
  it('is whole, generic first, and says what else was written', () => {
    const concept = { ...rxnorm('lisinopril 10 MG Oral Tablet [Zestril]'), text: 'Zestril 10 mg' }
    expect(first({ medicationCodeableConcept: concept }).name).toMatchObject({ display: 'lisinopril 10 MG Oral Tablet [Zestril]', asWritten: 'Zestril 10 mg' })
    const inWords = (text: string, display: string) => first({ medicationCodeableConcept: { ...rxnorm(display), text } }).name
    expect(inWords('albuterol 90 mcg/puff inhaler', 'NDA020503 200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler')).toMatchObject({ display: 'albuterol 90 mcg/puff inhaler', asWritten: undefined })
    expect(inWords('Lantus (insulin glargine) pen', '3 ML insulin glargine 100 UNT/ML Pen Injector [Lantus]')).toMatchObject({ display: '3 ML insulin glargine 100 UNT/ML Pen Injector [Lantus]', asWritten: 'Lantus (insulin glargine) pen' })
    expect(inWords('Tablet of luck', 'aspirin 81 MG Oral Tablet')).toMatchObject({ display: 'aspirin 81 MG Oral Tablet' })
    expect(first({ medicationCodeableConcept: { text: 'Zestril' } }).name).toMatchObject({ display: 'Zestril', asWritten: undefined })
  })

  it('has tall-man letters for look-alikes, word by word', () => {
    expect(tallMan('Hydroxyzine hydrochloride 25 MG')).toBe('hydrOXYzine hydrochloride 25 MG')
    expect(tallMan('HYDRALAZINE/hydrochlorothiazide')).toBe('hydrALAZINE/hydroCHLOROthiazide')
    expect(tallMan('prednisone')).toBe('predniSONE')
    expect(tallMan('prednisonex')).toBe('prednisonex')
    expect(tallMan('metformin XR')).toBe('metFORMIN XR')
  })

  it('is the same name, whatever letters are tall', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('DOBUTamine', 'dopamine in dextrose', 'ﬂuoxetine', 'İbuprofen')), (name) => {
        expect(tallMan(name).toLowerCase()).toBe(name.toLowerCase())
        expect(tallMan(tallMan(name))).toBe(tallMan(name))
      }),
    )
  })

  it('is found behind a reference: contained, included, or in words', () => {
    const contained = [{ resourceType: 'Medication', id: 'm', code: { text: 'Warfarin' } }]
    expect(first({ medicationCodeableConcept: undefined, contained, medicationReference: { reference: '#m' } }).name).toMatchObject({ display: 'Warfarin' })
    const drug = { resourceType: 'Medication', id: 'm9', code: { text: 'Heparin' } }
    const list = read(drug, order({ medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/m9' } }))
    expect(list.current).toMatchObject([{ name: { display: 'Heparin' } }])
    expect(first({ medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/x', display: 'Insulin' } }).name).toMatchObject({ display: 'Insulin' })
    expect(first({ medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/x' } }).name).toEqual({ kind: 'not-recorded' })
  })
})

describe('the medication list', () => {
  it('puts what is taken, was taken and is planned apart, by name', () => {
    const list = read(
      order({ medicationCodeableConcept: { text: 'warfarin' } }),
      order({ medicationCodeableConcept: { text: 'Aspirin' }, status: 'on-hold' }),
      order({ status: 'stopped' }),
      order({ status: 'completed' }),
      order({ intent: 'plan' }),
      order({ status: 'entered-in-error' }),
    )
    expect(list.current.map((row) => row.kind === 'medication' && [row.name.kind === 'recorded' && row.name.display, row.status])).toEqual([['Aspirin', 'on-hold'], ['warfarin', 'active']])
    expect([list.past.length, list.planned.length]).toEqual([2, 1])
  })

  it('keeps a status that nobody knows among the current ones', () => {
    expect(read(order({ status: 'unknown' }), order({ status: undefined }), order({ status: 7 })).current.map((row) => row.kind === 'medication' && row.status)).toEqual(['unknown', 'unknown', 'unknown'])
  })

  it('never lists a drug that must not be given', () => {
    expect(read(order({ doNotPerform: true }))).toMatchObject({ current: [], prohibited: [{ prohibited: true }] })
  })

  it('says since when, by whom, that somebody only told it, and that its end is past', () => {
    const statement = { resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: { text: 'Ginkgo' }, effectivePeriod: { start: '2020', end: '2023-01' } }
    expect(read(statement).current[0]).toMatchObject({ reported: true, since: { precision: 'year' }, isPastItsEnd: true, prescriber: { kind: 'not-recorded' } })
    expect(first({ authoredOn: '2024-01-02', requester: { display: 'Ruth Adler, MD' } })).toMatchObject({ since: { precision: 'day' }, prescriber: { value: 'Ruth Adler, MD' }, reported: false })
  })

  it('reads anything without throwing, and drops nothing of it', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (entries) => {
        expect(read(...entries).current).toHaveLength(entries.length)
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('medicationCodeableConcept', 'medicationReference', 'dosageInstruction', 'requester', 'dispenseRequest', 'intent', 'contained', 'authoredOn'), fc.anything(), (key, value) => {
        const { current, planned } = read(order({ [key]: value }))
        expect(current.length + planned.length).toBe(1)
      }),
    )
  })
})

describe('directions', () => {
  const directions = (...dosage: object[]) => first({ dosageInstruction: dosage }).directions

  it('stand in their sequence, as they were written', () => {
    expect(directions({ sequence: 2, text: 'then 20 mg' }, { sequence: 1, text: '10 mg for 3 days' }).map(({ text }) => text)).toEqual(['10 mg for 3 days', 'then 20 mg'])
    expect(first({}).directions).toEqual([])
  })

  it('have doses with a leading and without a trailing zero', () => {
    const [line] = directions({ doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'mg' } }], asNeededCodeableConcept: { text: 'pain' }, timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } } })
    expect(line).toMatchObject({ asNeeded: { kind: 'for', reason: { text: 'pain' } }, schedule: { frequency: '2', period: '1', periodUnit: 'd' } })
    expect(line?.dose.kind === 'one' && formatDoseQuantity(line.dose.quantity)).toBe('0.5 mg')
  })

  it('that cannot be read say so instead of losing a dose', () => {
    expect(directions({ doseAndRate: [{ doseQuantity: { value: '5', unit: 'mg' } }] })[0]?.dose).toEqual({ kind: 'malformed' })
    expect(read(order({ dosageInstruction: 'one daily' })).current[0]?.kind).toBe('malformed')
  })

  it.each([
    ['take .5 mg daily', ['no-leading-zero']],
    ['take 5.0 mg daily', ['trailing-zero']],
    ['inject 10 U daily', ['abbreviated-units']],
    ['50 µg QD', ['microgram-sign', 'error-prone-abbreviation']],
    ['take 0.5 mg, 10.05 mL, 100 mg (2.5 tablets)', []],
  ])('point at risky notation in "%s"', (text, risks) => {
    expect(riskyNotation(text)).toEqual(risks)
  })
})
