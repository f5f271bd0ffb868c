import type { Observation, Resource } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { indexedParameter } from './definitions.ts'
import { indexTerms } from './index-terms.ts'
import { servedTypes } from '../access/served-types.ts'

const observation: Observation = {
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'Glucose', coding: [{ system: 'http://loinc.org', code: '2345-7', display: 'Glucose' }] },
  subject: { reference: 'Patient/p' },
  performer: [{ reference: 'Practitioner/d' }],
  effectiveDateTime: '2026-02',
  valueQuantity: { value: 5.4, system: 'http://unitsofmeasure.org', code: 'mmol/L' },
}
/** A resource from parts, as it comes from the wire. */
const of = (resourceType: string, members: object): Resource => JSON.parse(JSON.stringify({ resourceType, id: 'x', ...members }))
const number = (type: string, code: string) => indexedParameter(type, code)?.number

describe('what a record is found by', () => {
  it('has a compiled expression for every parameter of every served type', () => {
    for (const { type } of servedTypes) {
      const { terms } = indexTerms(of(type, {}))
      // A patient of whom nothing is known is not deceased.
      expect(terms).toEqual(type === 'Patient' ? [{ kind: 'token', parameter: number('Patient', 'deceased'), system: '', code: 'false' }] : [])
    }
  })

  it('is the patient, in every type that is about one', () => {
    const reference = { reference: 'Patient/p' }
    for (const { type } of servedTypes.filter(({ about, follows }) => about === 'patient' && follows === undefined)) {
      const naming = { subject: reference, patient: reference, beneficiary: reference, for: reference, participant: [{ actor: reference }] }
      expect([type, indexTerms(of(type, naming)).patient]).toEqual([type, 'p'])
    }
  })

  it('is its patient, its date, its codes, its value and whom it names', () => {
    const { patient, date, terms } = indexTerms(observation)
    expect(patient).toBe('p')
    expect(date).toEqual({ low: Date.parse('2026-02-01T00:00:00Z'), high: Date.parse('2026-03-01T00:00:00Z') })
    expect(terms).toContainEqual({ kind: 'token', parameter: number('Observation', 'code'), system: 'http://loinc.org', code: '2345-7' })
    expect(terms).toContainEqual({ kind: 'token', parameter: number('Observation', 'status'), system: '', code: 'final' })
    expect(terms).toContainEqual({ kind: 'reference', parameter: number('Observation', 'performer'), target: 'Practitioner/d' })
    expect(terms).toContainEqual({
      kind: 'quantity', parameter: number('Observation', 'value-quantity'), value: 5.4, system: 'http://unitsofmeasure.org', code: 'mmol/L',
    })
  })

  it('is no display text: "Glucose" is not a code', () => {
    expect(indexTerms(observation).terms.filter((term) => term.kind === 'token').map(({ code }) => code)).not.toContain('Glucose')
  })

  it('is a name in every order in which it is said', () => {
    const { terms } = indexTerms({ resourceType: 'Patient', id: 'p', name: [{ family: 'Núñez', given: ['Ana', 'Lucía'] }] })
    const names = terms.filter((term) => term.kind === 'string' && term.parameter === number('Patient', 'name')).map((term) => (term.kind === 'string' ? term.folded : ''))
    for (const said of ['nunez', 'ana', 'lucia', 'ana lucia nunez', 'nunez ana lucia']) expect(names).toContain(said)
  })

  it('is never two patients', () => {
    const participant = (reference: string) => ({ actor: { reference }, status: 'accepted' as const })
    expect(() =>
      indexTerms({ resourceType: 'Appointment', id: 'a', status: 'booked', participant: [participant('Patient/p'), participant('Patient/q')] }),
    ).toThrow('more than one patient')
  })
})
