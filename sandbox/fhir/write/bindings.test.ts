import type { Resource } from '@medplum/fhirtypes'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogues, generateHospital } from '../../people/index.ts'
import { checkBindings } from './bindings.ts'
import { loadStructures } from '../search/definitions.ts'
import { openTerminology, type Terminology } from '../terminology/terminology.ts'

let terminology: Terminology
beforeAll(() => {
  loadStructures()
  terminology = openTerminology(catalogues)
})

const refusalOf = (resource: unknown) => {
  try {
    // Whatever it is: the check is for what a stranger sends.
    checkBindings(terminology, resource as Resource)
    return undefined
  } catch (error) {
    return error
  }
}

describe('a required binding', () => {
  it('holds for every record of the synthetic people', () => {
    const refused = [...generateHospital({ patients: 3, seed: 7, today: '2026-11-01' })].map(refusalOf).filter((one) => one !== undefined)
    expect(refused).toEqual([])
  }, 30_000)

  it('is looked for in nothing that a name could be mistaken for', () => {
    for (const status of [undefined, null, 7, {}, [], ['final'], '__proto__', 'constructor']) {
      const refusal = refusalOf({ resourceType: 'Observation', status, __proto__: { status: 'nonsense' } })
      const isText = typeof status === 'string'
      expect(refusal === undefined).toBe(!isText)
    }
  })
})

describe('a value set', () => {
  it('that includes others is their members, without what it excludes', () => {
    expect(terminology.expand('http://hl7.org/fhir/ValueSet/all-types')?.length).toBeGreaterThan(150)
    expect(terminology.contains('http://hl7.org/fhir/ValueSet/units-of-time', 'http://unitsofmeasure.org', 'h')).toBe(true)
  })

  it('of media types is known by its grammar, and cannot be listed', () => {
    const media = 'http://hl7.org/fhir/ValueSet/mimetypes|4.0.1'
    expect(terminology.expand(media)).toBeUndefined()
    expect([terminology.contains(media, undefined, 'text/plain; charset=utf-8'), terminology.contains(media, undefined, 'plain')]).toEqual([true, false])
    // A pattern with nested repeats would think about this for hours.
    const started = performance.now()
    terminology.contains(media, undefined, `a/${'a;a=a'.repeat(20_000)}!`)
    expect(performance.now() - started).toBeLessThan(200)
  })

  it('that nobody knows tells nothing', () => expect(terminology.contains('urn:none', undefined, 'x')).toBeUndefined())
})
