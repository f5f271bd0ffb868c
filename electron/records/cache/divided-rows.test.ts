import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Resource } from '@medplum/fhirtypes'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { createKeyring } from '../keys/keyring.ts'
import { type KeyHolder, purposesOf } from '../keys/purposes.ts'
import { openDatabase } from './database.ts'
import { divide, unite } from './divide.ts'
import { getDivided, putDivided, removeDivided } from './divided-rows.ts'
import type { Rows } from './rows.ts'
import { sealedRows } from './sealed-rows.ts'

const dek = randomBytes(32)
const physician: KeyHolder = { role: 'physician', permissions: ['patient:search', 'chart:read', 'note:draft', 'section:notes'] }
const withoutNotes: KeyHolder = { role: 'nurse', permissions: ['patient:search', 'chart:read'] }
const clerk: KeyHolder = { role: 'front-desk', permissions: ['patient:search'] }
const clerkWithCharts: KeyHolder = { role: 'front-desk', permissions: ['chart:read', 'section:notes'] }

const ann: Resource = { resourceType: 'Patient', id: 'ann', gender: 'female', birthDate: '1961-03-12', name: [{ family: 'Ann' }] }
const ordinary: Resource = { resourceType: 'Flag', id: 'f1', status: 'active', code: { text: 'fall risk' }, subject: { reference: 'Patient/ann' } }
const written: Resource = { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/ann', display: 'Ann' }, note: [{ text: 'told her sister' }] }
const labelled = (code: string): Resource => ({ resourceType: 'Condition', id: 'c2', meta: { security: [{ code }] }, subject: { reference: 'Patient/ann' }, code: { text: 'alcohol dependence' } })

const address = { patient: 'ann', what: 'problems' }
const section = (...resources: Resource[]) => ({ pages: [{ url: 'Condition?patient=ann', search: 0, resources, refused: { wrongPatient: 0, malformed: 0 } }], rest: undefined })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-divided-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function withRows<T>(holder: KeyHolder, act: (rows: Rows) => T): T {
  const keyring = createKeyring(Buffer.from(dek), purposesOf(holder))
  const { database } = openDatabase(folder, 'cache', keyring, 'full')
  const rows = sealedRows({ database, name: 'cache', keyring, user: 'a', clock: { now: () => 1 }, damaged: 'drop' })
  try {
    return act(rows)
  } finally {
    rows.close()
  }
}

const keep = (holder: KeyHolder, asOf: number, ...resources: Resource[]) => withRows(holder, (rows) => putDivided(rows, address, section(...resources), asOf))
const found = (holder: KeyHolder) =>
  withRows(holder, (rows) => {
    try {
      return getDivided(rows, address)
    } catch (error) {
      return kindOf(error)
    }
  })

describe('a section that is kept', () => {
  it('comes back whole to who has the keys of all that is in it', () => {
    keep(physician, 7, ann, ordinary, written, labelled('ETH'))
    expect(found(physician)).toEqual({ ...section(ann, ordinary, written, labelled('ETH')), asOf: 7 })
  })

  it.each<[string, Resource, KeyHolder]>([
    ['what somebody wrote, without the key for notes', written, withoutNotes],
    ['a labelled diagnosis, in a role that treats nobody', labelled('PSY'), clerkWithCharts],
    ['a restricted record, in a role that treats nobody', labelled('R'), clerkWithCharts],
    ['a label that nobody here knows', labelled('NEW-LAW-2031'), clerkWithCharts],
    ['an ordinary part of a chart, at the front desk', ordinary, clerk],
  ])('does not open for a lesser role: %s @164.312(a)(1)', (_name, resource, lesser) => {
    keep(physician, 7, resource)
    expect(found(lesser)).toBe('not-permitted')
    // Nor does it go because they looked.
    expect(found(physician)).toMatchObject({ asOf: 7 })
  })

  it('opens for a lesser role where it holds nothing that is not theirs', () => {
    keep(physician, 7, ordinary, labelled('N'))
    expect(found(withoutNotes)).toMatchObject({ asOf: 7 })
  })

  it('is not found at all where its rows were not written together', () => {
    keep(physician, 7, written)
    withRows(physician, (rows) => rows.put({ purpose: 'notes', ...address }, Buffer.from('[]'), 7))
    expect(found(physician)).toBeUndefined()
    keep(physician, 8, written)
    withRows(physician, (rows) => rows.remove({ purpose: 'identifiers', ...address }))
    expect(found(physician)).toBeUndefined()
  })

  it('leaves nothing behind when it goes, or when there is less of it', () => {
    keep(physician, 7, written, labelled('HIV'))
    keep(physician, 8, ordinary)
    withRows(physician, (rows) => {
      for (const purpose of ['identifiers', 'notes', 'sensitive'] as const) expect(rows.get({ purpose, ...address })).toBeUndefined()
      removeDivided(rows, address)
      expect(rows.get({ purpose: 'chart', ...address })).toBeUndefined()
    })
  })
})

describe('the keys of a session', () => {
  it('are those of what the role may read, and no others', () => {
    const all = createKeyring(randomBytes(32), purposesOf(clerk))
    expect(all.has('identifiers')).toBe(true)
    for (const purpose of ['chart', 'notes', 'sensitive', 'draft', 'outbox'] as const) expect(() => all.recordKey(purpose, Buffer.alloc(16))).toThrow('not-permitted')
  })
})

describe('what is taken out of a resource', () => {
  it('leaves no name, birth date, number, note or labelled diagnosis in the ordinary part', () => {
    const text = JSON.stringify(divide([ann, ordinary, written, labelled('SUD')]).rest)
    for (const needle of ['Ann', '1961', 'sister', 'alcohol']) expect(text).not.toContain(needle)
    expect(text).toContain('fall risk')
  })

  it('comes back to its place, whatever the EHR sent', () => {
    const element = fc.constantFrom('text', 'note', 'subject', 'patient', 'name', 'identifier', 'content', 'description', 'code', 'meta')
    const resource = fc.tuple(fc.constantFrom('Patient', 'DocumentReference', 'Condition'), fc.dictionary(element, fc.jsonValue())).map(
      // What comes over the wire may be anything; the types say what it should be.
      ([resourceType, rest]) => ({ ...rest, resourceType }) as unknown as Resource,
    )
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 5 }), (resources) => {
        const { rest, pieces } = divide(resources)
        expect(unite(rest, [...pieces.values()].flat())).toEqual(resources)
      }),
    )
  })
})
