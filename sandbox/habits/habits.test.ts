import { describe, expect, it } from 'vitest'
import { noFaults } from '../faults/index.ts'
import { writtenByHabit } from './answering.ts'
import { refusedByHabit, understoodByHabit } from './asking.ts'

const base = 'https://127.0.0.1:8443/fhir/R4'
const asked = (path: string, ...parameters: string[]) => ({ method: path.endsWith('_search') ? 'POST' : 'GET', path, parameters })

describe('a server without habits', () => {
  it('refuses nothing, understands what was asked, and writes what it has', () => {
    for (const path of ['', 'AuditEvent', 'Observation/_search']) expect(refusedByHabit({ method: 'POST', path, parameters: ['_sort', '_lastUpdated'] }, noFaults)).toBeUndefined()
    const url = '/fhir/R4/Observation?patient=a&_sort=-date&_count=100'
    expect(understoodByHabit(url, noFaults)).toBe(url)
    const text = `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"${base}/Flag?_cursor=x"}]}`
    expect(writtenByHabit(text, noFaults, base)).toBe(text)
  })
})

describe('what is refused by habit', () => {
  it('is an observation search by the patient alone, posted or not', () => {
    const habits = { ...noFaults, observations: 'by-category-or-code' } as const
    for (const path of ['Observation', 'Observation/_search']) {
      expect(refusedByHabit(asked(path, 'patient', '_count'), habits)).toEqual({ status: 400, code: 'required' })
      for (const name of ['category', 'code', '_cursor']) expect(refusedByHabit(asked(path, 'patient', name), habits)).toBeUndefined()
    }
    expect(refusedByHabit(asked('Flag', 'patient'), habits)).toBeUndefined()
    expect(refusedByHabit(asked('Observation/1'), habits)).toBeUndefined()
  })

  it('is _lastUpdated of any type but Patient, and _sort of all', () => {
    const dated = { ...noFaults, lastUpdated: 'patients-alone' } as const
    expect(refusedByHabit(asked('Flag', '_lastUpdated'), dated)).toEqual({ status: 400, code: 'not-supported' })
    expect(refusedByHabit(asked('Patient', '_lastUpdated'), dated)).toBeUndefined()
    expect(refusedByHabit(asked('Flag', '_sort'), { ...noFaults, sort: 'refused' })).toEqual({ status: 400, code: 'not-supported' })
  })

  it('is a batch, and an AuditEvent in either way', () => {
    const post = (path: string) => ({ method: 'POST', path, parameters: [] })
    expect(refusedByHabit(post(''), { ...noFaults, batch: 'refused' })).toMatchObject({ status: 405 })
    expect(refusedByHabit(post('AuditEvent'), { ...noFaults, auditEvents: 'forbidden' })).toMatchObject({ status: 403 })
    expect(refusedByHabit(post('AuditEvent'), { ...noFaults, auditEvents: 'no-such-interaction' })).toMatchObject({ status: 405 })
    expect(refusedByHabit({ ...post('AuditEvent'), method: 'GET' }, { ...noFaults, auditEvents: 'forbidden' })).toBeUndefined()
  })
})

describe('what is understood by habit', () => {
  it('leaves the order out, and caps the page, also where none was asked; a page that follows stays as it is', () => {
    for (const sort of ['ignored', 'refused'] as const) {
      for (const url of ['/fhir/R4/Flag?patient=a&_sort=-date', '/fhir/R4/Flag?patient=a']) expect(understoodByHabit(url, { ...noFaults, sort })).toBe('/fhir/R4/Flag?patient=a&_sort=_id')
      for (const url of ['/fhir/R4/metadata?_format=json', '/fhir/R4/Patient/a/$everything?_count=5', '/fhir/R4/Flag?_cursor=x']) expect(understoodByHabit(url, { ...noFaults, sort })).toBe(url)
    }
    expect(understoodByHabit('/fhir/R4/Flag?patient=a&_count=5', { ...noFaults, count: 'capped' })).toBe('/fhir/R4/Flag?patient=a&_count=5')
    expect(understoodByHabit('/fhir/R4/Flag?patient=a&_count=500', { ...noFaults, count: 'capped' })).toBe('/fhir/R4/Flag?patient=a&_count=10')
    expect(understoodByHabit('/fhir/R4/Flag?_cursor=x', { ...noFaults, count: 'capped' })).toBe('/fhir/R4/Flag?_cursor=x')
  })
})

describe('what is written by habit', () => {
  const flag = `{"resourceType":"Flag","id":"f","subject":{"reference":"Patient/a"},"weight":7.10}`
  const text = `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"${base}/Flag?_cursor=x"}],"entry":[{"fullUrl":"${base}/Flag/f","resource":${flag},"search":{"mode":"match"}}]}`
  const written = (habits: Partial<typeof noFaults>, from = text) => writtenByHabit(from, { ...noFaults, ...habits }, base)

  it('names the next page another way, and no record', () => {
    expect(written({ nextLinks: 'from-base' })).toContain('"url":"Flag?_cursor=x"')
    expect(written({ nextLinks: 'from-root' })).toContain('"url":"/fhir/R4/Flag?_cursor=x"')
    expect(written({ nextLinks: 'plain-http' })).toContain('"url":"http://127.0.0.1:8443/fhir/R4/Flag?_cursor=x"')
    for (const nextLinks of ['from-base', 'from-root', 'plain-http'] as const) expect(written({ nextLinks })).toContain(`"fullUrl":"${base}/Flag/f"`)
  })

  it('does not say that it was asked to sort', () => {
    const self = (query: string) => `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"${base}/Flag?${query}"}]}`
    expect(written({ sort: 'ignored' }, self('patient=a&_sort=_id'))).toBe(self('patient=a'))
    expect(written({}, self('patient=a&_sort=_id'))).toBe(self('patient=a&_sort=_id'))
  })

  it('names the patient another way, in a record of its own too', () => {
    expect(written({ patientReferences: 'absolute' }, flag)).toContain(`"reference":"${base}/Patient/a"`)
    expect(written({ patientReferences: 'versioned' })).toContain('"reference":"Patient/a/_history/1"')
    expect(written({ patientReferences: 'by-identifier' })).not.toContain('"reference":"Patient')
  })

  it('is JSON still, with every number as it was, among results and without any', () => {
    const empty = '{"resourceType":"Bundle","type":"searchset","link":[]}'
    for (const outcomes of ['note', 'unmarked-note', 'suppressed'] as const) {
      for (const from of [text, empty]) {
        const bundle: { entry: { resource: { resourceType: string } }[] } = JSON.parse(written({ outcomes, includes: 'unasked' }, from))
        expect(bundle.entry.map(({ resource }) => resource.resourceType)).toEqual(['OperationOutcome', 'Practitioner', ...(from === text ? ['Flag'] : [])])
      }
      expect(written({ outcomes })).toContain('"weight":7.10')
    }
    expect(JSON.parse(written({ outcomes: 'instead' }))).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden' }] })
  })
})
