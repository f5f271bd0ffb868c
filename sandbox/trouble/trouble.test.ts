import { describe, expect, it } from 'vitest'
import { isFor, troubleBook } from './book.ts'
import { spoil } from './spoil.ts'
import { spoilings, Trouble } from './trouble.ts'

const scope = (given: object) => Trouble.parse({ for: given, deed: { do: 'split' } }).for
const places = { fhirBase: 'https://127.0.0.1:1/fhir/R4', otherHost: 'https://localhost:1' }

describe('a trouble is for', () => {
  it.each<[object, string, string, boolean]>([
    [{}, 'GET', '/fhir/R4/Condition?patient=a', true],
    [{}, 'POST', '/auth/token', false],
    [{ path: '/auth/token' }, 'POST', '/auth/token', true],
    [{ type: 'Condition' }, 'GET', '/fhir/R4/Condition?patient=a', true],
    [{ type: 'Condition' }, 'POST', '/fhir/R4/Condition/_search', true],
    [{ type: 'Condition' }, 'GET', '/fhir/R4/ConditionDefinition', false],
    [{ type: 'Patient' }, 'GET', '/fhir/R4/Condition?patient=Patient/a', false],
    [{ type: 'Patient', method: 'POST' }, 'GET', '/fhir/R4/Patient/a', false],
  ])('%j: %s %s? %s', (given, method, path, expected) => expect(isFor(scope(given), method, path)).toBe(expected))

  it('the n-th request, and so many', () => {
    const book = troubleBook()
    book.set([{ for: { type: 'Condition', from: 2, times: 2 }, deed: { do: 'split' } }])
    expect(Array.from({ length: 5 }, () => book.meet('GET', '/fhir/R4/Condition').length)).toEqual([0, 1, 1, 0, 0])
    book.meet('GET', '/fhir/R4/Flag')
    expect(book.counts()).toEqual([5])
  })

  it('nothing that it does not name: a misspelt one is refused', () => {
    const book = troubleBook()
    for (const wrong of [{ deed: { do: 'explode' } }, { deed: { do: 'split' }, fore: {} }, { deed: { do: 'delay', ms: -1 } }, { for: { type: '.*' }, deed: { do: 'split' } }]) {
      // Deliberately none.
      expect(() => book.set([wrong as never])).toThrow()
    }
  })
})

describe('a spoilt body', () => {
  const honest = JSON.stringify({
    resourceType: 'Bundle', type: 'searchset', total: 1,
    link: [{ relation: 'self', url: `${places.fhirBase}/Condition?patient=a` }],
    entry: [{ resource: { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/a' }, code: { text: 'Gout' }, extension: [{ valueDecimal: 1.5 }] } }],
  })

  it.each(spoilings)('%s is not the honest one', (how) => {
    expect(spoil(honest, how, places, 1).equals(Buffer.from(honest))).toBe(false)
  })
})
