import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFhirJson } from './decimal.ts'
import { readLaboratory } from './laboratory.ts'
import { formatQuantity } from './quantity.ts'
import { readResultValue } from './result-value.ts'

const zone = 'America/Chicago'
const nobody = { sex: undefined, birthDate: undefined }
const ucum = 'http://unitsofmeasure.org'
const result = (id: string, loinc: string, more: object = {}): object => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: loinc, display: `Test ${loinc}` }] },
  effectiveDateTime: '2024-06-01T08:00:00-05:00', ...more,
}) // prettier-ignore
const of = (value: number, code = 'mmol/L') => ({ valueQuantity: { value, unit: code, system: ucum, code } })
const read = (...resources: unknown[]) => readLaboratory(resources, nobody, zone)

describe('laboratory results', () => {
  it('stand in the panels that their reports name, the others alone', () => {
    const report = { resourceType: 'DiagnosticReport', id: 'r', status: 'corrected', code: { text: 'Basic metabolic panel' }, effectiveDateTime: '2024-06-01', result: [{ reference: 'Observation/na' }, { reference: 'https://ehr.example/fhir/Observation/k/_history/2' }, { reference: 'Observation/cut' }] }
    const { panels } = read(report, result('k', '2823-3'), result('na', '2951-2'), result('tsh', '3016-3'))
    expect(panels).toMatchObject([
      { kind: 'single', name: { text: 'Test 3016-3' }, missing: 0 },
      { kind: 'report', status: 'corrected', name: { text: 'Basic metabolic panel' }, rows: [{ id: 'na' }, { id: 'k' }], missing: 1 },
    ])
  })

  it('stand in a panel Observation where that is how they are grouped', () => {
    const panel = result('p', '24320-4', { hasMember: [{ reference: 'Observation/k' }] })
    expect(read(panel, result('k', '2823-3')).panels).toMatchObject([{ kind: 'report', id: 'p', rows: [{ id: 'k' }] }])
  })

  it('that were entered in error are named, without their value, and are in no trend', () => {
    const lab = read(result('k', '2823-3', { ...of(9.9), status: 'entered-in-error' }), result('k2', '2823-3', of(4)))
    expect(lab.withdrawn).toMatchObject([{ kind: 'withdrawn', id: 'k' }])
    expect(JSON.stringify(lab)).not.toContain('9.9')
    expect(lab.tests[0]?.trend.series[0]?.points).toHaveLength(1)
  })

  it('keep their status: preliminary and corrected are not final', () => {
    const { tests } = read(result('a', '1', { status: 'preliminary' }), result('b', '1', { status: 'corrected' }), result('c', '1', { status: 'made-up' }))
    expect(tests[0]?.rows.map(({ status }) => status).sort()).toEqual(['corrected', 'preliminary', 'unknown'])
  })

  it('are shown with the digits that the laboratory sent', () => {
    const json = `{"resourceType":"Observation","id":"k","status":"final","code":{"text":"Potassium"},"valueQuantity":{"value":4.0,"unit":"mmol/L"}}`
    const value = read(parseFhirJson(json)).tests[0]?.rows[0]?.value
    expect(value?.kind === 'quantity' && formatQuantity(value.quantity)).toBe('4.0 mmol/L')
  })

  it('that cannot be read are told, not dropped', () => {
    expect(read(7, { resourceType: 'Observation', id: 'x', code: 'K' }, { resourceType: 'DiagnosticReport', id: 'y', code: [] }).malformed).toEqual([
      { kind: 'malformed', id: undefined, resourceType: undefined },
      { kind: 'malformed', id: 'x', resourceType: 'Observation' },
      { kind: 'malformed', id: 'y', resourceType: 'DiagnosticReport' },
    ])
  })
})

describe('the trend of a test', () => {
  it('never has two units in one series', () => {
    const { trend } = read(
      result('1', '2345-7', { ...of(5.5, 'mmol/L'), effectiveDateTime: '2024-01-01' }),
      result('2', '2345-7', { ...of(99, 'mg/dL'), effectiveDateTime: '2024-03-01' }),
      result('3', '2345-7', { ...of(101, 'mg/dL'), effectiveDateTime: '2024-02-01' }),
    ).tests[0] ?? { trend: undefined }
    expect(trend?.series.map(({ unit, points }) => [unit.kind === 'ucum' && unit.code, points.map(({ quantity }) => quantity.number)])).toEqual([
      ['mg/dL', [101, 99]],
      ['mmol/L', [5.5]],
    ])
  })

  it('leaves out, and says so, what has no day, no number or no unit', () => {
    const { trend } = read(
      result('month', '1', { ...of(1), effectiveDateTime: '2024-01' }),
      result('word', '1', { valueString: 'high' }),
      result('bare', '1', { valueQuantity: { value: 4 } }),
      result('torn', '1', { valueQuantity: { value: 4, unit: 'mg/dL', system: ucum, code: 'mmol/L' } }),
    ).tests[0] ?? { trend: undefined }
    expect(trend?.series).toEqual([])
    expect(new Map(trend?.leftOut.map(({ id, why }) => [id, why]))).toEqual(new Map([['month', 'no-day'], ['word', 'not-a-number'], ['bare', 'no-unit'], ['torn', 'no-unit']])) // prettier-ignore
  })

  it('has a band only where all its points have the same range', () => {
    const ranged = (id: string, day: string, high: number) => result(id, '1', { ...of(4), effectiveDateTime: day, referenceRange: [{ low: of(3.5).valueQuantity, high: of(high).valueQuantity }] })
    const band = (...results: unknown[]) => read(...results).tests[0]?.trend.series[0]?.band
    expect(band(ranged('1', '2024-01-01', 5.1), ranged('2', '2024-02-01', 5.1))).toEqual({ low: 3.5, high: 5.1 })
    expect(band(ranged('1', '2024-01-01', 5.1), ranged('2', '2024-02-01', 5.5))).toBeUndefined()
  })

  it('is not drawn of a donor, a fetus, or behind an unknown modifier', () => {
    const { trend } = read(result('1', '1', { ...of(4), focus: [{ reference: 'RelatedPerson/d' }] }), result('2', '1', { ...of(4), modifierExtension: [{}] })).tests[0] ?? {}
    expect(trend?.series).toEqual([])
  })

  it('does not take two nameless tests for one', () => {
    expect(read(result('1', '', { code: {} }), result('2', '', { code: {} })).tests).toHaveLength(2)
  })
})

describe('the value of a result', () => {
  it('is malformed when there are two: nobody can say which is meant', () => {
    expect(readResultValue({ valueString: 'a', valueInteger: 3 })).toEqual({ kind: 'malformed' })
  })

  it('may be words, a code, a yes or no, a ratio, a date, or nothing for a reason', () => {
    const kinds = [
      { valueString: ' ' }, { valueString: 'clear' }, { valueCodeableConcept: { text: 'Positive' } }, { valueBoolean: false }, { valueInteger: 3 },
      { valueRatio: { numerator: { value: 1 }, denominator: { value: 160 } } }, { valueDateTime: '2024' }, { valueDateTime: 'x' }, { valueSampledData: {} },
      { dataAbsentReason: { text: 'Haemolysed' } }, {},
    ].map((element) => readResultValue(element).kind) // prettier-ignore
    expect(kinds).toEqual(['malformed', 'text', 'coded', 'yes-no', 'quantity', 'ratio', 'date', 'malformed', 'recording', 'absent', 'not-recorded'])
  })
})

it('reads any list of anything, and accounts for every entry', () => {
  const almost = fc.record({ resourceType: fc.constant('Observation'), code: fc.anything(), status: fc.anything(), component: fc.anything(), hasMember: fc.anything(), effectiveDateTime: fc.anything(), valueQuantity: fc.anything(), note: fc.anything() }) // prettier-ignore
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), almost)), (resources) => {
      const { panels, withdrawn, malformed } = readLaboratory(resources, nobody, zone)
      expect(panels.length + withdrawn.length + malformed.length).toBe(resources.length)
    }),
  )
})
