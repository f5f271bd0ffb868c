import type { Binary, DocumentReference, Patient, Provenance } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FollowsNothing } from './follow.ts'
import { TwoPatients } from './index-terms.ts'
import { type FhirStore, openStore } from '../store/store.ts'

const restricted = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }
const patient = (id: string): Patient & { id: string } => ({ resourceType: 'Patient', id })
const document = (id: string, of: string, meta = {}): DocumentReference & { id: string } => ({
  resourceType: 'DocumentReference', id, meta, status: 'current', subject: { reference: `Patient/${of}` }, content: [{ attachment: { url: `Binary/${id}` } }],
})
const content = (id: string, of: string): Binary & { id: string } => ({
  resourceType: 'Binary', id, contentType: 'text/plain', data: 'bm90ZQ==', securityContext: { reference: of },
})
const provenance = (id: string, ...targets: string[]): Provenance & { id: string } => ({
  resourceType: 'Provenance', id, recorded: '2026-01-01T00:00:00Z', target: targets.map((reference) => ({ reference })), agent: [{ who: { display: 'someone' } }],
})

describe('a record that belongs to others', () => {
  let store: FhirStore
  beforeEach(() => {
    store = openStore({ file: ':memory:', clock: { now: () => Date.parse('2026-11-01T08:00:00Z') } })
    for (const id of ['a', 'b']) store.put(patient(id))
    for (const id of ['a', 'b']) store.put(document(`note-${id}`, id))
  })
  afterEach(() => store.close())

  it('is about their patient', () => {
    const note = store.find('DocumentReference', 'note-a')
    expect(store.put(content('c', 'DocumentReference/note-a')).record.patient).toBe(note?.patient)
    expect(store.put(provenance('p', 'DocumentReference/note-a/_history/1', 'Patient/a')).record.patient).toBe(note?.patient)
  })

  it('is refused where they are of two patients, or where there are none', () => {
    expect(() => store.put(provenance('p', 'DocumentReference/note-a', 'DocumentReference/note-b'))).toThrow(TwoPatients)
    for (const to of ['DocumentReference/none', 'Practitioner/x', '#contained', 'https://elsewhere.example/DocumentReference/note-a', '']) {
      expect(() => store.put(content('c', to))).toThrow(FollowsNothing)
    }
    expect(store.find('Binary', 'c')).toBeUndefined()
  })

  it('is restricted with them, also when they become so later, and what belongs to it in turn', () => {
    store.put(content('c', 'DocumentReference/note-a'))
    store.put(provenance('p', 'Binary/c'))
    const closed = () => ['Binary/c', 'Provenance/p'].map((one) => store.find(one.split('/')[0] ?? '', one.split('/')[1] ?? '')?.restricted)
    expect(closed()).toEqual([false, false])
    const { record } = store.put(document('note-a', 'a', restricted), store.find('DocumentReference', 'note-a'))
    expect(closed()).toEqual([true, true])
    store.put(document('note-a', 'a'), record)
    expect(closed()).toEqual([false, false])
  })

  it('stays restricted by its own label when they are opened', () => {
    store.put({ ...content('c', 'DocumentReference/note-a'), meta: restricted })
    const { record } = store.put(document('note-a', 'a', restricted), store.find('DocumentReference', 'note-a'))
    store.put(document('note-a', 'a'), record)
    expect(store.find('Binary', 'c')?.restricted).toBe(true)
  })

  it('goes with a withdrawn document if it is its content; who wrote it stays known', () => {
    store.put(content('c', 'DocumentReference/note-a'))
    store.put(provenance('p', 'DocumentReference/note-a'))
    const note = store.find('DocumentReference', 'note-a')
    if (note === undefined) throw new Error('no note')
    store.remove(note)
    expect(store.find('Binary', 'c')?.deleted).toBe(true)
    expect(store.find('Provenance', 'p')?.deleted).toBe(false)
  })
})
