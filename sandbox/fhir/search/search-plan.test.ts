import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostCount, planSearch } from './search-plan.ts'

const base = 'https://ehr.example/fhir/R4'
const plan = (type: string, query: string, handling: 'strict' | 'lenient' = 'strict') =>
  planSearch(type, [...new URLSearchParams(query)], handling, base)

describe('a search, understood', () => {
  it('is about a patient however the patient is named', () => {
    for (const query of ['patient=a', 'patient=Patient/a', 'subject=Patient/a', 'subject:Patient=a', `patient=${base}/Patient/a`]) {
      expect(plan('Observation', query).filters).toEqual([{ kind: 'patient', ids: ['a'] }])
    }
  })

  it('takes commas for alternatives, but not the escaped ones', () => {
    expect(plan('Patient', 'family=Smith,Jones\\, Jr').filters).toMatchObject([{ kind: 'string', values: ['smith', 'jones jr'] }])
  })

  it('reads the prefix of each date', () => {
    expect(plan('Observation', 'date=ge2024-01,lt2020').filters).toMatchObject([
      { kind: 'date', parameter: 'principal', values: [{ prefix: 'ge' }, { prefix: 'lt' }] },
    ])
  })

  it('reads a quantity at its precision', () => {
    expect(plan('Observation', 'value-quantity=gt5.40||mmol/L').filters).toMatchObject([
      { kind: 'quantity', values: [{ prefix: 'gt', value: { number: 5.4, low: expect.closeTo(5.395, 9), high: expect.closeTo(5.405, 9), system: undefined, code: 'mmol/L' } }] },
    ])
  })

  it('caps the page', () => expect(plan('Patient', '_count=999999').count).toBe(mostCount))

  it('leaves out what is not known, and says so by what it applied', () => {
    expect(plan('Patient', 'name=a&shoe-size=43', 'lenient').applied).toEqual([['name', 'a']])
    expect(() => plan('Patient', 'name=a&shoe-size=43', 'strict')).toThrow('not known')
  })
})

describe('a search that cannot be answered', () => {
  it.each([
    ['Patient', 'birthdate=tomorrow'],
    ['Patient', 'birthdate=2023-02-30'],
    ['Patient', 'birthdate=xx2023'],
    ['Patient', '_count=-1'],
    ['Patient', '_count=ten'],
    ['Patient', '_count=1e3'],
    ['Patient', 'name:phonetic=a'],
    ['Patient', 'name=%20'],
    ['Patient', 'name='],
    ['Patient', 'gender:in=http://x'],
    ['Patient', 'identifier=http://x|'],
    ['Patient', '_sort=gender'],
    ['Patient', '_sort=password'],
    ['Patient', '_summary=true'],
    ['Patient', '_include=Observation:subject'],
    ['Patient', '_include=*'],
    ['Patient', '_has:CareTeam:__proto__:participant=x'],
    ['Patient', '_has:Observation:patient:_has:Encounter:patient:status=x'],
    ['Patient', '_elements=id;DROP TABLE record'],
    ['Observation', 'patient.name.given=Smith'],
    ['Observation', 'subject:__proto__=a'],
    ['Observation', 'value-quantity=many'],
    ['Observation', 'subject=Patient/a,Device/b'],
    ['Observation', '_format=xml'],
    ['Observation', 'code:missing=perhaps'],
  ])('%s?%s is refused, in lenient handling too', (type, query) => {
    expect(() => plan(type, query, 'lenient')).toThrow(/search parameter|not supported|does not take/)
  })

  it('is refused when it asks too much', () => {
    expect(() => plan('Observation', `code=${Array.from({ length: 501 }, (_, n) => n).join(',')}`)).toThrow('more than 500')
    expect(() => plan('Observation', Array.from({ length: 61 }, () => 'code=a').join('&'))).toThrow('at most 60')
    expect(() => plan('Observation', `code=${'a'.repeat(20_000)}`)).toThrow('too long')
    expect(() => plan('Condition', '_sort=onset-date,_id,_lastUpdated,recorded-date')).toThrow('at most three')
  })

  it('never repeats in its message what was asked', () => {
    const marker = 'Quillfeather'
    for (const [type, query] of [['Patient', `birthdate=${marker}`], ['Patient', `${marker}=1`], ['Patient', `_sort=${marker}`], ['Patient', `name:${marker}=a`], ['Observation', `subject:${marker}=a`]] as const) {
      expect(() => plan(type, query)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(marker) }))
    }
  })
})

describe('any search at all', () => {
  it('is understood or refused, and never fails', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('name', 'birthdate', 'identifier', '_sort', '_count', '_has:CareTeam:patient:participant', '_elements', '__proto__', 'constructor'))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 8 }), (pairs) => {
        try {
          planSearch('Patient', pairs, 'lenient', base)
        } catch (error) {
          expect(error).toHaveProperty('outcome.resourceType', 'OperationOutcome')
        }
      }),
      { numRuns: 500 },
    )
  })
})
