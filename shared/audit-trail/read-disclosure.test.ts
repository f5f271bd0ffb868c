import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Disclosure } from './disclosure.ts'
import { readDisclosure } from './read-disclosure.ts'

const dicom = (code: string) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code })
const purpose = (...codes: string[]) => codes.map((code) => ({ coding: [{ code }] }))
const letter = {
  resourceType: 'AuditEvent', id: 'd1', type: dicom('110106'), subtype: [{ code: 'disclose' }], action: 'R', recorded: '2026-11-28T09:30:00Z', outcome: '0', purposeOfEvent: purpose('PUBHLTH'),
  agent: [
    { who: { reference: 'Practitioner/ada' }, requestor: true },
    { type: { coding: [dicom('110153')] }, who: { display: 'Ward 7 PC 3' }, network: { address: '10.1.2.3' }, requestor: false },
    { type: { coding: [dicom('110152')] }, who: { display: 'Health Department' }, network: { address: '1 Main Street' }, requestor: false },
  ],
  entity: [{ what: { reference: 'Patient/p1' } }, { what: { reference: 'DocumentReference/x' }, description: 'Laboratory report' }, { what: { reference: 'Observation/o1' } }],
}

describe('an account of disclosures @164.528', () => {
  it('says when, to whom and where they are, what, and why', () => {
    expect(readDisclosure(letter)).toEqual({
      id: 'd1', group: 'owed', at: Date.UTC(2026, 10, 28, 9, 30), recipient: { name: 'Health Department', address: '1 Main Street' }, what: ['Laboratory report', 'Observation/o1'], purposes: ['PUBHLTH'], user: { reference: 'Practitioner/ada' },
    })
  })

  it('counts what the rule asks for, and tells it from what the rule excepts', () => {
    const group = (...codes: string[]) => readDisclosure({ ...letter, purposeOfEvent: purpose(...codes) })?.group
    for (const code of ['TREAT', 'HPAYMT', 'HOPERAT', 'PATRQT']) expect(group(code), code).toBe('not-owed')
    for (const codes of [[], ['LEGAL'], ['PUBHLTH'], ['HRESCH'], ['TREAT', 'LEGAL'], ['made-up']]) expect(group(...codes), codes.join()).toBe('owed')
  })

  it('has a broken glass apart, with the reason that was given', () => {
    const glass = { ...letter, type: dicom('110113'), subtype: [dicom('110127')], purposeOfEvent: purpose('BTG'), entity: [{ what: { reference: 'Patient/p1' }, detail: [{ type: 'reason', valueString: 'Unconscious' }] }] }
    expect(readDisclosure(glass)).toMatchObject({ group: 'emergency', reason: 'Unconscious', what: [] })
  })

  it('does not take a look, a search or a sign-in for one', () => {
    for (const code of ['read', 'search-type', '110122', '110128']) expect(readDisclosure({ ...letter, type: { code }, subtype: [{ code }] })).toBeUndefined()
  })

  it('whatever an event holds, is a line that may cross to a page', () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('agent', 'entity', 'purposeOfEvent', 'recorded'), fc.oneof(json, fc.array(fc.dictionary(fc.constantFrom('who', 'what', 'detail', 'network', 'type', 'coding', 'description'), json)))), (hostile) => {
        expect(Disclosure.safeParse(readDisclosure({ ...letter, ...hostile })).success).toBe(true)
      }),
    )
  })
})
