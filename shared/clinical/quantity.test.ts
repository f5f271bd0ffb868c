import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, formatDose, parseFhirJson, readDecimal } from './decimal.ts'
import { formatDoseQuantity, formatQuantity, readQuantity } from './quantity.ts'
import { readUnit, unitKey } from './unit.ts'

const ucum = 'http://unitsofmeasure.org'
const shown = (json: string): string => {
  const quantity = readQuantity(parseFhirJson(json))
  return quantity === undefined ? 'unreadable' : formatQuantity(quantity)
}

/** Every way JSON may write a number, with few enough places to be shown in full. */
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 18n }).map(String)),
    fc.option(fc.stringMatching(/^\d{1,12}$/), { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({ min: 0, max: 15 })).map(([e, n]) => `${e}${n}`), { nil: '' }),
  )
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent}`)

describe('a number of the laboratory', () => {
  it('keeps the precision it was reported with', () => {
    expect(shown('{"value": 5.10, "unit": "mmol/L"}')).toBe('5.10 mmol/L')
    expect(shown('{"value":7.0}')).toBe('7.0')
    expect(shown('{"value":1.20e-3,"unit":"g"}')).toBe('0.00120 g')
  })

  it('has separators from 1,000, its comparator, and a space before the unit', () => {
    expect(shown('{"value":999}')).toBe('999')
    expect(shown(`{"value":1250.50,"system":"${ucum}","code":"mg/dL"}`)).toBe('1,250.50 mg/dL')
    expect(shown('{"value":0.01,"comparator":"<","unit":"ng/mL"}')).toBe('<0.01 ng/mL')
    expect(shown('{"value":-1234567.125}')).toBe('-1,234,567.125')
  })

  it('is unreadable, not bare, when its comparator or its number is none', () => {
    expect(shown('{"value":5,"comparator":"ad"}')).toBe('unreadable')
    expect(shown('{"value":"5"}')).toBe('unreadable')
    expect(shown('{"unit":"mg"}')).toBe('unreadable')
    expect(readQuantity({ value: Number.NaN })).toBeUndefined()
    expect(readQuantity({ value: Number.POSITIVE_INFINITY })).toBeUndefined()
  })

  it('loses no digit from JSON to the screen, and makes none up', () => {
    fc.assert(
      fc.property(numberText, fc.constantFrom('', ' ', '\n  '), (text, space) => {
        const parsed = parseFhirJson(`{"a":[1,{"x":${space}${text}${space}}],"s":"T10:00:00.000Z"}`)
        // True: it was built just above.
        const holder = (parsed as { a: [number, { x: number; _x?: unknown }] }).a[1]
        const decimal = readDecimal(holder.x, holder['_x'])
        const digits = (number: string): string => number.replace(/[eE].*$/, '').replace(/\D/g, '').replace(/^0+/, '')
        const form = decimal === undefined ? '' : formatDecimal(decimal)
        // An exponent may add the zeros that it stands for; every digit written is there, in order, first.
        if (/[eE]/.test(text)) expect(digits(form).startsWith(digits(text))).toBe(true)
        else expect(digits(form)).toBe(digits(text))
        expect(Number(form.replace(/,/g, ''))).toBeCloseTo(Number(text), 10)
      }),
      { numRuns: 1000 },
    )
  })

  it('ignores a text that is not the same number: a server cannot show one value and mean another', () => {
    const lie = { value: 5.1, _value: { extension: [{ url: 'urn:chartkeep:decimal-as-written', valueString: '9.9' }] } }
    expect(readQuantity(lie)).toMatchObject({ exact: '5.1', number: 5.1 })
  })

  it('leaves JSON alone that loses nothing', () => {
    const json = '{"value":5.1,"meta":{"lastUpdated":"2024-01-01T10:00:00.000Z"},"list":[1,2.5,-3]}'
    expect(parseFhirJson(json)).toEqual(JSON.parse(json))
    expect(() => parseFhirJson('{"a":1.0,')).toThrow(SyntaxError)
  })
})

describe('a dose', () => {
  it('has a zero before the point and none behind', () => {
    const dose = (json: string): string => {
      const quantity = readQuantity(parseFhirJson(json))
      return quantity === undefined ? 'unreadable' : formatDoseQuantity(quantity)
    }
    expect(dose('{"value":5.0,"unit":"mg"}')).toBe('5 mg')
    expect(dose('{"value":0.50,"unit":"mg"}')).toBe('0.5 mg')
    expect(dose(`{"value":100,"unit":"µg","system":"${ucum}","code":"ug"}`)).toBe('100 mcg')
    expect(dose(`{"value":10,"unit":"U","system":"${ucum}","code":"U"}`)).toBe('10 units')
    expect(dose('{"value":1000,"unit":"mg"}')).toBe('1,000 mg')
  })

  it('is never changed in size by its form', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), (value) => {
        const decimal = readDecimal(value)
        expect(decimal && Number(formatDose(decimal).replace(/,/g, ''))).toBe(value + 0)
      }),
    )
  })
})

describe('a unit', () => {
  it('is shown in the clinician’s words, UCUM underneath', () => {
    const text = (code: string): string => shown(`{"value":1,"system":"${ucum}","code":"${code}"}`)
    expect(text('mm[Hg]')).toBe('1 mmHg')
    expect(text('Cel')).toBe('1 °C')
    expect(text('mL/min/{1.73_m2}')).toBe('1 mL/min/1.73 m²')
    expect(text('10*3/uL')).toBe('1 ×10³/mcL')
    expect(text('1')).toBe('1')
    expect(text('{score}')).toBe('1 score')
  })

  it('is contradictory when its words and its code name two units, and then nothing is comparable', () => {
    const unit = readUnit({ unit: 'mg', system: ucum, code: 'ug' })
    expect(unit).toEqual({ kind: 'contradictory', code: 'ug', text: 'mg' })
    expect(unitKey(unit)).toBeUndefined()
    expect(shown(`{"value":5,"unit":"mg","system":"${ucum}","code":"ug"}`)).toBe('5 mg [ug]')
  })

  it('is the same unit in another spelling, and another unit in another case', () => {
    const key = (quantity: object): string | undefined => unitKey(readUnit(quantity))
    expect(key({ unit: 'mmHg' })).toBe(key({ system: ucum, code: 'mm[Hg]' }))
    expect(key({ unit: 'K/uL' })).toBe(key({ system: ucum, code: '10*3/uL' }))
    expect(key({ unit: 'mg' })).not.toBe(key({ unit: 'Mg' }))
    expect(key({})).toBeUndefined()
  })
})
