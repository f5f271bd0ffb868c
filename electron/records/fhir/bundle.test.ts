import { describe, expect, it } from 'vitest'
import { readBundle } from './bundle.ts'
import { verdictOf } from './outcome.ts'

const outcome = (severity: string, code: string) => ({ resourceType: 'OperationOutcome', issue: [{ severity, code, diagnostics: 'Quill, Ann' }] })
const flag = (id: string) => ({ resourceType: 'Flag', id })
const bundle = (...entry: unknown[]) => ({ resourceType: 'Bundle', type: 'searchset', entry })
const read = (json: unknown) => readBundle(json, { types: ['Flag'], belongs: () => 'yes' })
const kindOfReading = (json: unknown) => {
  try {
    return `read ${read(json).resources.length}`
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

describe('what a server says among the results of a search', () => {
  it('is no record that could not be read, marked as an outcome or not', () => {
    for (const search of [{ mode: 'outcome' }, { mode: 'match' }, undefined]) {
      const page = read(bundle({ resource: outcome('information', 'informational'), search }, { resource: flag('f') }))
      expect(page).toMatchObject({ resources: [{ id: 'f' }], refused: { wrongPatient: 0, malformed: 0 }, isPartial: false })
    }
  })

  it.each(['suppressed', 'incomplete', 'timeout', 'too-costly', 'forbidden'])('makes the list one that is not whole: %s', (code) => {
    expect(read(bundle({ resource: outcome('warning', code) }))).toMatchObject({ resources: [], isPartial: true })
    expect(read(bundle({ resource: flag('f') }, { resource: outcome('warning', code) }))).toMatchObject({ resources: [{ id: 'f' }], isPartial: true })
  })

  it('makes a failure of an answer without a record, and never an empty list', () => {
    expect(kindOfReading(bundle({ resource: outcome('error', 'forbidden'), search: { mode: 'outcome' } }))).toBe('forbidden')
    expect(kindOfReading(bundle({ resource: outcome('fatal', 'something new') }))).toBe('malformed')
    expect(read(bundle({ resource: outcome('error', 'forbidden') }, { resource: flag('f') }))).toMatchObject({ resources: [{ id: 'f' }], isPartial: true })
  })

  it('means the same in the place of the whole answer', () => {
    expect(kindOfReading(outcome('error', 'forbidden'))).toBe('forbidden')
    expect(kindOfReading(outcome('warning', 'suppressed'))).toBe('forbidden')
    expect(kindOfReading(outcome('error', 'deleted'))).toBe('gone')
    for (const text of [outcome('information', 'informational'), { resourceType: 'OperationOutcome' }, { resourceType: 'OperationOutcome', issue: [] }]) expect(kindOfReading(text)).toBe('malformed')
  })

  it('that cannot be read may mean anything, and counts as if something were missing', () => {
    for (const issue of [undefined, 7, [{ severity: 1, code: 'x' }]]) expect(verdictOf({ resourceType: 'OperationOutcome', issue })).toBe('not-whole')
    for (const other of [undefined, null, 'OperationOutcome', {}, flag('f')]) expect(verdictOf(other)).toBeUndefined()
  })
})

describe('what comes along unasked', () => {
  it('is left alone where it is marked as that, and counted where it is not', () => {
    const page = read(bundle({ resource: { resourceType: 'Practitioner', id: 'p' }, search: { mode: 'include' } }, { resource: { resourceType: 'Practitioner', id: 'q' } }, { resource: flag('f'), search: { mode: 'include' } }))
    expect(page).toMatchObject({ resources: [{ id: 'f' }], refused: { wrongPatient: 0, malformed: 1 } })
  })
})

describe('whose a record says it is', () => {
  it('decides how its leaving out is counted: of another, or of nobody known', () => {
    const rules = { types: ['Flag'], belongs: ({ id }: { id?: string }) => (id === 'ours' ? 'yes' : id === 'theirs' ? 'no' : 'unsaid') } as const
    const page = readBundle(bundle({ resource: flag('ours') }, { resource: flag('theirs') }, { resource: flag('silent') }), rules)
    expect(page).toMatchObject({ resources: [{ id: 'ours' }], refused: { wrongPatient: 1, malformed: 1 } })
  })
})

describe('the self link', () => {
  const self = (url: string) => read({ ...bundle(), link: [{ relation: 'self', url }] })

  it('tells what was not heeded, if it tells what was', () => {
    expect(self('https://ehr.example/fhir/Flag?patient=ann&_count=10').ignores('_sort')).toBe(true)
    expect(self('https://ehr.example/fhir/Flag?patient=ann&_sort=-date').ignores('_sort')).toBe(false)
    expect(self('https://ehr.example/fhir/Flag').ignores('_sort')).toBe(false)
    expect(read(bundle()).ignores('_sort')).toBe(false)
  })
})
