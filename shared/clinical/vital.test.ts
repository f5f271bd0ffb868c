import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatQuantity, readQuantity } from './quantity.ts'
import { otherUnit } from './conversion.ts'
import type { VitalSign } from './vital.ts'
import { readVitals } from './vital.ts'

const ucum = 'http://unitsofmeasure.org'
const nobody = { sex: undefined, birthDate: undefined }
const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] })
const quantity = (value: number, code: string) => ({ valueQuantity: { value, system: ucum, code } })
const vital = (code: string, more: object = {}): object => ({ resourceType: 'Observation', status: 'final', code: loinc(code), effectiveDateTime: '2024-06-01T08:00:00Z', ...more })
const pressure = (systolic: number | undefined, diastolic: number | undefined, more: object = {}) =>
  vital('85354-9', {
    component: [
      ...(systolic === undefined ? [] : [{ code: loinc('8480-6'), ...quantity(systolic, 'mm[Hg]') }]),
      ...(diastolic === undefined ? [] : [{ code: loinc('8462-4'), ...quantity(diastolic, 'mm[Hg]') }]),
    ],
    ...more,
  })
const read = (...resources: unknown[]) => readVitals(resources, nobody, 'America/Denver')
const sign = (wanted: VitalSign, ...resources: unknown[]) => read(...resources).signs.find((entry) => entry.sign === wanted)
const converted = (value: number, code: string) => {
  const other = otherUnit(readQuantity({ value, system: ucum, code }) ?? { exact: '0' as never, number: 0, comparator: undefined, unit: { kind: 'not-recorded' } })
  return other && formatQuantity(other)
}

describe('vital signs', () => {
  it('are all listed, those never taken as not recorded', () => {
    expect(read().signs.map((entry) => [entry.sign, entry.latest])).toHaveLength(9)
    expect(read().signs.every(({ latest }) => latest === undefined)).toBe(true)
  })

  it('show the newest that has a value', () => {
    const pulse = (value: number, day: string, more: object = {}) => vital('8867-4', { ...quantity(value, '/min'), effectiveDateTime: day, ...more })
    const heart = sign(
      'heart-rate',
      pulse(70, '2024-01-01'),
      pulse(80, '2024-03-01'),
      vital('8867-4', { effectiveDateTime: '2024-04-01', dataAbsentReason: { text: 'Refused' } }),
      pulse(200, '2024-05-01', { status: 'entered-in-error' }),
      pulse(190, '2024-05-01', { status: 'cancelled' }),
    )
    expect(heart?.latest).toMatchObject({ value: { finding: { value: { quantity: { number: 80 } } } } })
    expect(heart?.trend.series[0]?.points.map(({ quantity: { number } }) => number)).toEqual([70, 80])
  })

  it('do not take a fetus’s heart for the mother’s', () => {
    const fetal = vital('8867-4', { ...quantity(150, '/min'), focus: [{ display: 'Fetus' }] })
    expect(sign('heart-rate', fetal)?.latest).toBeUndefined()
    expect(read(fetal).other).toHaveLength(1)
  })

  it('put what is none of them in a list of its own, and drop nothing but the empty panel', () => {
    expect(read(vital('72514-3', quantity(4, '{score}')), vital('85353-1'), 3)).toMatchObject({ other: [{}], malformed: [{}] })
  })
})

describe('blood pressure', () => {
  it('is a pair', () => {
    expect(sign('blood-pressure', pressure(142, 88))?.latest?.value).toMatchObject({
      kind: 'pair', systolic: { value: { quantity: { number: 142 } } }, diastolic: { value: { quantity: { number: 88 } } },
    }) // prettier-ignore
  })

  it('with one half is shown with one half', () => {
    expect(sign('blood-pressure', pressure(142, undefined))?.latest?.value).toMatchObject({ systolic: {}, diastolic: undefined })
  })

  it('sent as two is one pressure only at the same instant: else a pair would be made up', () => {
    const half = (code: string, value: number, effectiveDateTime: string) => vital(code, { ...quantity(value, 'mm[Hg]'), effectiveDateTime })
    expect(sign('blood-pressure', half('8462-4', 88, '2024-06-01T08:00:00Z'), half('8480-6', 142, '2024-06-01T03:00:00-05:00'))?.readings).toMatchObject([{ value: { systolic: {}, diastolic: {} } }])
    expect(sign('blood-pressure', half('8462-4', 88, '2024-06-01T08:00:00Z'), half('8480-6', 142, '2024-06-01T08:01:00Z'))?.readings).toHaveLength(2)
    expect(sign('blood-pressure', half('8462-4', 88, '2024-06-01'), half('8480-6', 142, '2024-06-01'))?.readings).toHaveLength(2)
  })

  it('has a trend for each half', () => {
    const entry = sign('blood-pressure', pressure(142, 88), pressure(130, 80, { effectiveDateTime: '2024-05-01T08:00:00Z' }))
    expect(entry?.trend.series[0]?.points.map(({ quantity: { number } }) => number)).toEqual([130, 142])
    expect(entry?.second?.series[0]?.points.map(({ quantity: { number } }) => number)).toEqual([80, 88])
  })
})

describe('temperature and weight in two units', () => {
  it('are one series, and what was converted says from what', () => {
    const entry = sign('temperature', vital('8310-5', quantity(37, 'Cel')), vital('8310-5', { ...quantity(100.4, '[degF]'), effectiveDateTime: '2024-06-02' }))
    expect(entry?.trend.series).toHaveLength(1)
    expect(entry?.trend.series[0]?.points).toMatchObject([
      { quantity: { number: 37 }, convertedFrom: undefined },
      { quantity: { number: 38, unit: { code: 'Cel' } }, convertedFrom: { number: 100.4, unit: { code: '[degF]' } } },
    ])
  })

  it('are shown as recorded, with the other unit beside', () => {
    expect(sign('temperature', vital('8310-5', quantity(100.4, '[degF]')))?.latest?.value).toMatchObject({ finding: { value: { quantity: { number: 100.4 } } }, other: { number: 38 } })
    expect(converted(37, 'Cel')).toBe('98.6 °F')
    expect(converted(150, '[lb_av]')).toBe('68 kg')
    expect(converted(70, 'kg')).toBe('154.3 lb')
    expect(converted(3200, 'g')).toBe('3.2 kg')
    expect(converted(72, '[in_i]')).toBe('182.9 cm')
    expect(converted(72, '/min')).toBeUndefined()
  })

  it('stay apart where the unit is not known', () => {
    const { trend } = sign('weight', vital('29463-7', quantity(70, 'kg')), vital('29463-7', { valueQuantity: { value: 154 } })) ?? {}
    expect(trend?.series.map(({ points }) => points.length)).toEqual([1])
    expect(trend?.leftOut).toMatchObject([{ why: 'no-unit' }])
  })
})

it('reads any list of anything without throwing', () => {
  const almost = fc.record({ resourceType: fc.constant('Observation'), code: fc.constantFrom(loinc('85354-9'), loinc('8310-5'), loinc('85353-1')), component: fc.anything(), effectiveDateTime: fc.anything(), valueQuantity: fc.anything(), status: fc.anything() }) // prettier-ignore
  fc.assert(fc.property(fc.array(fc.oneof(fc.anything(), almost)), (resources) => void read(...resources)))
})
