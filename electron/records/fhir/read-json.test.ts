import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFhirJson } from '../../../shared/clinical/decimal.ts'
import { kindOf } from '../../../shared/errors.ts'
import type { JsonBounds } from './json-pieces.ts'
import { fhirJsonReader, pageBounds } from './read-json.ts'

/** Reads bytes in pieces of so many. */
function read(document: string | Buffer, { size = 7, bounds = {} }: { size?: number; bounds?: Partial<JsonBounds> } = {}): unknown {
  const bytes = Buffer.from(document)
  const reader = fhirJsonReader({ ...pageBounds, ...bounds })
  for (let at = 0; at < bytes.length; at += size) reader.take(bytes.subarray(at, at + size))
  return reader.end()
}

function failure(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return kindOf(error)
  }
  return 'none'
}

const bundle = (...entries: unknown[]) => JSON.stringify({ resourceType: 'Bundle', entry: entries, type: 'searchset' })

describe('a document that is read as it comes', () => {
  it('is what a parser makes of the whole, wherever it is cut', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'binary' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null), fc.boolean(), fc.array(tie('value'), { maxLength: 4 }), tie('object')),
      object: fc.dictionary(fc.oneof(fc.constantFrom('entry', 'link', 'resource', 'a"b', '\\', ']'), fc.string()).filter((key) => key !== '__proto__'), tie('value'), { maxKeys: 4 }),
    }))
    // Of a page an entry is an object; what else stands there makes the page malformed.
    const page = fc.record({ before: anything.value, entry: fc.array(anything.object, { maxLength: 5 }), after: anything.object })
    fc.assert(
      fc.property(page, fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 1), (document, size, indent) => {
        const text = JSON.stringify(document, undefined, indent)
        expect(read(text, { size })).toEqual(parseFhirJson(text))
      }),
      { seed: 20261125, numRuns: process.env['CHARTKEEP_CAMPAIGN'] === undefined ? 200 : 20_000 },
    )
  })

  it.each(['{"resourceType":"Patient","id":"ann"}', '[]', '{}', '[1,[2,{"entry":[{}]}]]', '{"entry":[]}', '{"entry":{"a":[{"b":1}]}}', '{"x":{"entry":[{"b":1}]}}', ' {"entry" : [ {"a":"]}"} , {"a":"\\\\"} ] } '])(
    'may be any JSON: %s',
    (text) => {
      for (let size = 1; size < 12; size += 1) expect(read(text, { size })).toEqual(JSON.parse(text))
    },
  )

  it.each(['', '{', '<html>', '{"entry":[{}', '{"entry":[{}}', '{"entry":[{}{}]}', '{"entry":[{},]}', '{"entry":[{},{"a":}]}', '{"entry":[{}]}{}', ']]]]{"entry":[{}]}', '{"entry":[{}]', '{"a":"x}', '{"entry":[{"a":1],"b":2}]}'])(
    'is malformed where it is none: %s',
    (text) => {
      for (let size = 1; size < 12; size += 1) expect(failure(() => read(text, { size }))).toBe('malformed')
    },
  )

  it.each(['{"entry":[{"a":1}],"entry":[]}', '{"entry":[{"a":1}],"entr\\u0079":[0,0]}', '{"entry":[0,{"a":1}]}', '{"entry":[{"a":1},[{"b":2}]]}', '{"entry":[{"a":1}],"entry":7}'])(
    'is malformed where two readers could read two things: %s',
    (text) => expect(failure(() => read(text))).toBe('malformed'),
  )

  it('may begin with a byte order mark', () => {
    expect(read(`\uFEFF${bundle({ a: 1 })}`)).toEqual(JSON.parse(bundle({ a: 1 })))
  })

  it('keeps numbers as they were written, entry by entry', () => {
    expect(read('{"entry":[{"value":5.10},{"value":5.1}]}')).toEqual({ entry: [parseFhirJson('{"value":5.10}'), { value: 5.1 }] })
  })
})

describe('what is too much of a document', () => {
  it('fails it: bytes, entries, values, depth of what is around the entries', () => {
    expect(failure(() => read(bundle({ a: 'x'.repeat(100) }), { bounds: { bytes: 100 } }))).toBe('too-large')
    expect(failure(() => read(bundle({}, {}, {}), { bounds: { entries: 2 } }))).toBe('too-large')
    expect(failure(() => read('[1,2,3,4,5,6]', { bounds: { values: 4 } }))).toBe('too-large')
    expect(failure(() => read('[1,2,3,4,5,6]', { bounds: { pieceValues: 4 } }))).toBe('too-large')
    expect(failure(() => read('['.repeat(100_000)))).toBe('too-large')
    expect(failure(() => read(`{"a":"${'x'.repeat(100)}"}`, { bounds: { frameBytes: 50 } }))).toBe('too-large')
  })

  it('costs nothing but the entry where only the entry is too much', () => {
    const deep = { a: JSON.parse(`${'['.repeat(70)}${']'.repeat(70)}`) }
    expect(read(bundle({ id: 1 }, deep, { id: 2 }))).toMatchObject({ entry: [{ id: 1 }, {}, { id: 2 }], type: 'searchset' })
    expect(read(bundle({ id: 1 }, { a: 'x'.repeat(200) }, { id: 2 }), { bounds: { entryBytes: 100 } })).toMatchObject({ entry: [{ id: 1 }, {}, { id: 2 }] })
    expect(read(bundle({ id: 1 }, { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }, { id: 2 }, { a: [1] }), { bounds: { pieceValues: 10 } })).toMatchObject({ entry: [{ id: 1 }, {}, { id: 2 }, { a: [1] }] })
  })
})

describe('what is hostile in a document', () => {
  it('text that is not UTF-8 costs its entry, and around the entries the whole', () => {
    const broken = Buffer.from(bundle({ id: 'good' }, { id: 'b?d' }, { id: 'fine' }))
    broken[broken.indexOf('?')] = 0xff
    expect(read(broken)).toMatchObject({ entry: [{ id: 'good' }, {}, { id: 'fine' }] })
    expect(failure(() => read(Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d])))).toBe('malformed')
  })

  it.each(['__proto__', '\\u005f_proto__', '__prot\\u006F__'])('a prototype in the clothes of a key (%s) costs its entry, at any depth', (key) => {
    const found = read(`{"entry":[{"id":1},{"a":[{"${key}":{"subject":"ann"}}]},{"text":"__proto__"}]}`)
    expect(found).toEqual({ entry: [{ id: 1 }, {}, { text: '__proto__' }] })
    expect(failure(() => read(`{"${key}":{"type":"searchset"}}`))).toBe('malformed')
    expect(Object.prototype).not.toHaveProperty('subject')
  })

  it('a number that is too big for a number stays beside it as it was written', () => {
    expect(read('{"entry":[{"value":1e400}]}')).toEqual({ entry: [parseFhirJson('{"value":1e400}')] })
  })
})
