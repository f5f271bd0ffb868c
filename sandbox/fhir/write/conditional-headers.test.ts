import { describe, expect, it } from 'vitest'
import { acceptsJson, readIfMatch, readPrefer } from './conditional-headers.ts'

describe('If-Match', () => {
  it('names a version', () => expect(readIfMatch('W/"4"')).toBe(4))
  it('may be absent, or any', () => {
    expect(readIfMatch(undefined)).toBeUndefined()
    expect(readIfMatch('*')).toBeUndefined()
  })
  it('is refused where it cannot be read: it must not pass for an unconditional write', () => {
    expect(() => readIfMatch('4')).toThrow('one version')
    expect(() => readIfMatch('W/"1", W/"2"')).toThrow('one version')
  })
})

describe('Prefer', () => {
  it('asks for strict handling and for less in return', () => {
    expect(readPrefer('return=minimal; handling=strict')).toEqual({ handling: 'strict', returned: 'minimal' })
    expect(readPrefer(['return=OperationOutcome', 'handling=strict'])).toEqual({ handling: 'strict', returned: 'OperationOutcome' })
  })
  it('is ignored where it asks for something else', () => {
    expect(readPrefer('respond-async')).toEqual({ handling: 'lenient', returned: 'representation' })
    expect(readPrefer(undefined)).toEqual({ handling: 'lenient', returned: 'representation' })
  })
})

describe('Accept', () => {
  it.each([undefined, '', '*/*', 'application/json', 'application/fhir+json; fhirVersion=4.0', 'text/html, application/*;q=0.8'])(
    'takes JSON with %j',
    (header) => expect(acceptsJson(header)).toBe(true),
  )
  it.each(['application/fhir+xml', 'text/html'])('does not with %j', (header) => expect(acceptsJson(header)).toBe(false))
})
