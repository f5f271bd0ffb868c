import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assess } from './assessment.ts'
import type { Flag } from './interpretation.ts'
import { gravity, readInterpretation, worstFlag } from './interpretation.ts'
import type { Finding, ObservationRow, Person } from './observation.ts'
import { readObservation } from './observation.ts'
import { readQuantity } from './quantity.ts'

const ucum = 'http://unitsofmeasure.org'
const nobody: Person = { sex: undefined, birthDate: undefined }
const man: Person = { sex: 'male', birthDate: { precision: 'day', year: 1980, month: 1, day: 1 } }
const mmol = (value: number, comparator?: string) => ({ value, unit: 'mmol/L', system: ucum, code: 'mmol/L', ...(comparator === undefined ? {} : { comparator }) })
const said = (...codes: string[]) => codes.map((code) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }] }))
const range = (low?: number, high?: number, more: object = {}) => ({ ...(low === undefined ? {} : { low: mmol(low) }), ...(high === undefined ? {} : { high: mmol(high) }), ...more })

function row(more: object, person = nobody): ObservationRow {
  const read = readObservation({ resourceType: 'Observation', status: 'final', code: { text: 'Potassium' }, effectiveDateTime: '2024-06-01', ...more }, person, 'UTC')
  if (read.kind !== 'observation') throw new Error('The test meant an observation.')
  return read
}
const flagOf = (more: object, person = nobody): Finding['assessment'] => row(more, person).assessment
const valued = (value: object, ranges: object[] | undefined, ...codes: string[]) => ({
  valueQuantity: value,
  ...(ranges === undefined ? {} : { referenceRange: ranges }),
  ...(codes.length === 0 ? {} : { interpretation: said(...codes) }),
})

describe('a result and its range', () => {
  it.each([
    [3.4, 'low'], [3.5, 'normal'], [4.2, 'normal'], [5.1, 'normal'], [5.2, 'high'],
  ] as const)('%d mmol/L of 3.5–5.1 is %s', (value, flag) => {
    expect(flagOf(valued(mmol(value), [range(3.5, 5.1)]))).toEqual({ flag, why: undefined, disagreement: undefined })
  }) // prettier-ignore

  it('without a range is not assessed, never normal', () => {
    expect(flagOf(valued(mmol(4.2), undefined))).toMatchObject({ flag: 'not-assessed', why: 'no-range' })
    expect(flagOf(valued(mmol(4.2), []))).toMatchObject({ flag: 'not-assessed', why: 'no-range' })
    expect(flagOf(valued(mmol(4.2), [{}]))).toMatchObject({ flag: 'not-assessed', why: 'no-range' })
    expect(flagOf(valued(mmol(4.2), [{ text: '3.5-5.1' }]))).toMatchObject({ flag: 'not-assessed', why: 'range-unusable' })
  })

  it('with one side of a range is judged by that side', () => {
    expect(flagOf(valued(mmol(4), [range(undefined, 5)])).flag).toBe('normal')
    expect(flagOf(valued(mmol(6), [range(undefined, 5)])).flag).toBe('high')
    expect(flagOf(valued(mmol(1), [range(2)])).flag).toBe('low')
  })

  it('in another unit than its range is not assessed', () => {
    const other = [{ low: { value: 3.5, unit: 'mg/dL' }, high: { value: 5.1, unit: 'mg/dL' } }]
    expect(flagOf(valued(mmol(4.2), other))).toMatchObject({ flag: 'not-assessed', why: 'unit-differs' })
    expect(flagOf(valued({ value: 4.2 }, [range(3.5, 5.1)]))).toMatchObject({ why: 'unit-differs' })
    expect(flagOf(valued({ value: 4.2 }, [{ low: { value: 1 } }]))).toMatchObject({ why: 'unit-differs' })
    expect(flagOf(valued({ ...mmol(4.2), unit: 'mg/dL' }, [range(3.5, 5.1)]))).toMatchObject({ flag: 'not-assessed' })
  })

  it('of a range that is upside down or half unreadable is not assessed', () => {
    expect(flagOf(valued(mmol(4.2), [range(5.1, 3.5)]))).toMatchObject({ why: 'range-unusable' })
    expect(flagOf(valued(mmol(4.2), [range(3.5, 5.1, { high: { value: '5.1' } })]))).toMatchObject({ why: 'range-unusable' })
    expect(flagOf({ ...valued(mmol(4.2), undefined), referenceRange: range(3.5, 5.1) })).toMatchObject({ why: 'range-unusable' })
  })

  it.each([
    ['<', 0.01, 0, 0.04, 'normal'],
    ['<', 0.4, 0.4, 4, 'low'],
    ['<', 1, 0.4, 4, 'not-assessed'],
    ['<', 0.1, undefined, 4, 'normal'],
    ['<', 5, undefined, 4, 'not-assessed'],
    ['>', 60, 60, undefined, 'normal'],
    ['>', 50, 60, undefined, 'not-assessed'],
    ['>', 1000, undefined, 100, 'high'],
    ['>', 4, 1, 4, 'high'],
    ['>=', 4, 1, 4, 'not-assessed'],
    ['<=', 0.4, 0.4, 4, 'not-assessed'],
  ] as const)('%s%d of %s–%s is %s', (comparator, value, low, high, flag) => {
    expect(flagOf(valued(mmol(value, comparator), [range(low, high)])).flag).toBe(flag)
  })

  it('is never judged by NaN', () => {
    expect(flagOf(valued({ ...mmol(1), value: Number.NaN }, [range(3.5, 5.1)], 'N'))).toMatchObject({ flag: 'not-assessed' })
    expect(flagOf(valued(mmol(4), [range(Number.NaN, 5.1)]))).toMatchObject({ flag: 'not-assessed' })
  })
})

describe('the word of the laboratory and the range together', () => {
  const together = (value: number, code: string) => flagOf(valued(mmol(value), [range(3.5, 5.1)], code))

  it('show the worse, and say that they differ', () => {
    expect(together(6, 'N')).toEqual({ flag: 'high', why: undefined, disagreement: { laboratory: 'normal', range: 'high' } })
    expect(together(4, 'H')).toEqual({ flag: 'high', why: undefined, disagreement: { laboratory: 'high', range: 'normal' } })
    expect(together(4, 'HH')).toMatchObject({ flag: 'critical-high', disagreement: { range: 'normal' } })
    expect(together(4, 'A')).toMatchObject({ flag: 'abnormal', disagreement: { range: 'normal' } })
  })

  it('do not differ where one only says more', () => {
    expect(together(7, 'HH')).toEqual({ flag: 'critical-high', why: undefined, disagreement: undefined })
    expect(together(6, 'A')).toEqual({ flag: 'high', why: undefined, disagreement: undefined })
    expect(together(7, 'AA')).toEqual({ flag: 'critical-high', why: undefined, disagreement: undefined })
    expect(together(4, 'N')).toEqual({ flag: 'normal', why: undefined, disagreement: undefined })
  })

  it('name no direction where they name opposite ones', () => {
    expect(together(2, 'H')).toMatchObject({ flag: 'abnormal', disagreement: { laboratory: 'high', range: 'low' } })
    expect(together(2, 'HH')).toMatchObject({ flag: 'critical-abnormal' })
    expect(flagOf(valued(mmol(4), undefined, 'HH', 'LL')).flag).toBe('critical-abnormal')
  })

  it('of which one is not understood let nothing be called normal', () => {
    expect(together(4, 'ZZ')).toMatchObject({ flag: 'not-assessed', why: 'interpretation-not-understood' })
    expect(flagOf(valued(mmol(4), [range(3.5, 5.1)], 'N', 'ZZ'))).toMatchObject({ flag: 'not-assessed' })
    expect(flagOf({ ...valued(mmol(4), [range(3.5, 5.1)]), interpretation: 'N' })).toMatchObject({ flag: 'not-assessed' })
    expect(together(4, 'POS')).toMatchObject({ flag: 'not-assessed', why: 'interpretation-open' })
    expect(together(6, 'ZZ').flag).toBe('high')
    expect(flagOf(valued(mmol(4), undefined, 'H', 'ZZ')).flag).toBe('high')
  })

  it('heed no code of another system', () => {
    const local = { interpretation: [{ coding: [{ system: 'urn:local', code: 'N' }] }], valueString: 'seen' }
    expect(flagOf(local)).toMatchObject({ flag: 'not-assessed' })
  })

  it('say nothing about change: better than last time is not normal', () => {
    expect(flagOf(valued(mmol(4), undefined, 'B'))).toMatchObject({ flag: 'not-assessed', why: 'no-range' })
    expect(together(4, 'U').flag).toBe('normal')
  })

  it('call a coded or worded result what the laboratory called it, and nothing else', () => {
    expect(flagOf({ valueString: 'Many', interpretation: said('A') }).flag).toBe('abnormal')
    expect(flagOf({ valueCodeableConcept: { text: 'Negative' }, interpretation: said('N') }).flag).toBe('normal')
    expect(flagOf({ valueString: 'Negative' })).toMatchObject({ flag: 'not-assessed', why: 'not-a-number' })
  })

  it('cannot make normal what has no value', () => {
    expect(flagOf({ interpretation: said('N') })).toMatchObject({ flag: 'not-assessed' })
    expect(flagOf({ interpretation: said('N'), dataAbsentReason: { text: 'Haemolysed' } }).flag).toBe('not-assessed')
    expect(flagOf({ interpretation: said('AA') }).flag).toBe('critical-abnormal')
  })

  it('are not read past an extension that changes the meaning', () => {
    const modified = { ...valued(mmol(4), [range(3.5, 5.1)], 'N'), modifierExtension: [{ url: 'urn:unknown' }] }
    expect(flagOf(modified)).toMatchObject({ flag: 'not-assessed', why: 'unknown-modifier' })
    expect(flagOf({ ...valued(mmol(4), [range(3.5, 5.1)]), implicitRules: 'urn:other' })).toMatchObject({ why: 'unknown-modifier' })
  })
})

describe('of several ranges the one that applies', () => {
  const group = (code: string) => ({ appliesTo: [{ coding: [{ system: 'http://snomed.info/sct', code }] }] })
  const [male, female] = [group('248153007'), group('248152002')]
  const years = (low?: number, high?: number) => ({
    age: { ...(low === undefined ? {} : { low: { value: low, system: ucum, code: 'a' } }), ...(high === undefined ? {} : { high: { value: high, system: ucum, code: 'a' } }) },
  })
  const therapeutic = { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/referencerange-meaning', code: 'therapeutic' }] } }

  it('is that of the patient’s sex', () => {
    const ranges = [range(1, 2, female), range(3, 5, male)]
    expect(flagOf(valued(mmol(4), ranges), man).flag).toBe('normal')
    expect(flagOf(valued(mmol(1.5), ranges), man).flag).toBe('low')
    expect(row(valued(mmol(4), ranges), man).range).toMatchObject({ kind: 'range', low: { number: 3 } })
  })

  it('is none when the sex is not known, and then nothing is assessed', () => {
    const ranges = [range(1, 2, { ...female, text: 'F 1-2' }), range(3, 5, { ...male, text: 'M 3-5' })]
    expect(row(valued(mmol(4), ranges))).toMatchObject({ range: { kind: 'several', texts: ['F 1-2', 'M 3-5'] }, assessment: { flag: 'not-assessed', why: 'range-unusable' } })
    expect(flagOf(valued(mmol(4), [range(3, 5, male)])).flag).toBe('not-assessed')
  })

  it('is that of the age at the time of the specimen, and none at a limit', () => {
    const ranges = [range(1, 2, years(undefined, 12)), range(3, 5, years(18))]
    expect(flagOf(valued(mmol(4), ranges), man).flag).toBe('normal')
    expect(flagOf({ ...valued(mmol(4), ranges), effectiveDateTime: '1990-06-01' }, man).flag).toBe('high')
    expect(flagOf({ ...valued(mmol(4), ranges), effectiveDateTime: '1998-01-01' }, man).flag).toBe('not-assessed')
    expect(flagOf({ ...valued(mmol(4), ranges), effectiveDateTime: undefined }, man).flag).toBe('not-assessed')
  })

  it('is not a therapeutic one', () => {
    expect(flagOf(valued(mmol(4), [range(3, 5, therapeutic)])).why).toBe('no-range')
    expect(flagOf(valued(mmol(4), [range(10, 20, therapeutic), range(3, 5)])).flag).toBe('normal')
  })

  it('is none for a group that nobody here can judge', () => {
    expect(flagOf(valued(mmol(4), [range(3, 5, { appliesTo: [{ text: 'Third trimester' }] })]), man).flag).toBe('not-assessed')
    expect(flagOf(valued(mmol(4), [range(3, 5), range(1, 2)]), man).flag).toBe('not-assessed')
  })
})

describe('flags, whatever the data', () => {
  const anyCode = fc.constantFrom('N', 'H', 'HH', 'L', 'LL', 'A', 'AA', 'U', 'POS', 'R', 'ZZ', 'toString')
  const number = fc.double({ min: -1e4, max: 1e4, noNaN: true })

  it('never fall as the value rises', () => {
    const steps: readonly Flag[] = ['low', 'normal', 'high']
    fc.assert(
      fc.property(number, number, number, number, (a, b, c, d) => {
        const [low = 0, high = 0] = [a, b].sort((x, y) => x - y)
        const [lesser = 0, greater = 0] = [c, d].sort((x, y) => x - y)
        const at = (value: number) => steps.indexOf(flagOf(valued(mmol(value), [range(low, high)])).flag)
        expect(at(lesser)).toBeGreaterThanOrEqual(0)
        expect(at(lesser)).toBeLessThanOrEqual(at(greater))
      }),
    )
  })

  it('are normal only with a usable range around the value, or the laboratory’s own N', () => {
    const shape = fc.oneof(fc.anything(), fc.record({ low: fc.anything(), high: fc.anything() }), fc.record({ low: number.map(mmol), high: number.map(mmol), text: fc.string() }))
    fc.assert(
      fc.property(fc.oneof(number.map((value) => mmol(value)), fc.anything()), fc.oneof(fc.array(shape), fc.anything()), fc.array(anyCode, { maxLength: 2 }), (value, ranges, codes) => {
        const read = row({ valueQuantity: value, referenceRange: ranges, interpretation: said(...codes) }, man)
        if (read.assessment.flag !== 'normal') return
        expect(read.value.kind).not.toBe('malformed')
        const number = read.value.kind === 'quantity' ? read.value.quantity.number : Number.NaN
        const isWithin =
          read.range.kind === 'range' &&
          (read.range.low !== undefined || read.range.high !== undefined) &&
          number >= (read.range.low?.number ?? Number.NEGATIVE_INFINITY) &&
          number <= (read.range.high?.number ?? Number.POSITIVE_INFINITY)
        expect(codes.includes('N') || isWithin).toBe(true)
        expect(codes.every((code) => code === 'N' || code === 'U')).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('are never less grave than what the laboratory said, in any order of its codes', () => {
    fc.assert(
      fc.property(number, number, number, fc.array(anyCode, { minLength: 1, maxLength: 3 }), (value, low, high, codes) => {
        const alone = readInterpretation(said(...codes))
        const flag = flagOf(valued(mmol(value), [range(low, high)], ...codes)).flag
        if (alone.kind === 'flag') expect(gravity(flag)).toBeGreaterThanOrEqual(gravity(alone.flag))
        expect(readInterpretation(said(...codes.toReversed())).kind).toBe(alone.kind)
      }),
    )
  })

  it('are worst the same way round from both sides', () => {
    const any = fc.constantFrom<Flag>('critical-high', 'high', 'normal', 'low', 'critical-low', 'abnormal', 'critical-abnormal', 'not-assessed')
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(worstFlag(a, b)).toBe(worstFlag(b, a))
        expect(gravity(worstFlag(a, b))).toBe(Math.max(gravity(a), gravity(b)))
      }),
    )
  })

  it('have a reason exactly when nothing was assessed', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (value, ranges, interpretation) => {
        const { assessment } = row({ valueQuantity: value, referenceRange: ranges, interpretation })
        expect(assessment.why !== undefined).toBe(assessment.flag === 'not-assessed')
      }),
    )
    expect(assess(readQuantity(mmol(1)), { kind: 'malformed' }, { kind: 'not-recorded' }).why).toBe('range-unusable')
  })
})
