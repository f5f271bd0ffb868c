import { describe, expect, it } from 'vitest'
import { failureOfAnswer, retryAfterMs } from './outcome.ts'
import { nextWithin } from './paging.ts'
import { createTokenSource } from '../ehr/token.ts'

const outcome = (code: string) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] })

describe('what an answer means', () => {
  it('is decided by its status, and where that says little by its outcome', () => {
    expect(failureOfAnswer(403, outcome('not-found'))).toBe('forbidden')
    expect(failureOfAnswer(400, outcome('forbidden'))).toBe('forbidden')
    expect(failureOfAnswer(422, outcome('deleted'))).toBe('gone')
    expect(failureOfAnswer(400, outcome('something new'))).toBe('server')
    expect(failureOfAnswer(500, 'no outcome')).toBe('server')
  })

  it('tells when to try again, in seconds or as a date', () => {
    expect(retryAfterMs('3', 0)).toBe(3_000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:01:00 GMT', 20_000)).toBe(40_000)
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT', 20_000)).toBe(0)
    for (const nonsense of ['soon', '-1', '1e9', '1.5', '5 minutes', '3, 5', '', '2099-01-01', '99999999999999999999', 'Thu']) expect(retryAfterMs(nonsense, 0)).toBeUndefined()
    expect(retryAfterMs(undefined, 0)).toBeUndefined()
  })
})

describe('the next page', () => {
  const base = 'https://ehr.example/fhir/R4'

  it('is followed within the API, absolute or relative', () => {
    expect(nextWithin(base, `${base}/Observation?page=2#x`, new Set())).toBe(`${base}/Observation?page=2`)
    expect(nextWithin(base, 'Observation?page=2', new Set())).toBe(`${base}/Observation?page=2`)
    expect(nextWithin(base, `${base}?_getpages=1`, new Set())).toBe(`${base}?_getpages=1`)
    expect(nextWithin(base, '/fhir/R4/Observation?page=2', new Set())).toBe(`${base}/Observation?page=2`)
    expect(nextWithin(base, 'https://EHR.example:443/fhir/R4/Observation?page=2', new Set())).toBe(`${base}/Observation?page=2`)
  })

  it('of a server that does not know of its TLS is asked for over TLS all the same, at the same host and port', () => {
    expect(nextWithin(base, 'http://ehr.example/fhir/R4/Observation?page=2', new Set())).toBe(`${base}/Observation?page=2`)
    const other = 'https://ehr.example:8443/fhir/R4'
    expect(nextWithin(other, 'http://ehr.example:8443/fhir/R4/Observation?page=2', new Set())).toBe(`${other}/Observation?page=2`)
    expect(nextWithin(other, 'http://ehr.example/fhir/R4/Observation?page=2', new Set())).toBe(`${other}/Observation?page=2`)
    for (const elsewhere of ['http://ehr.example:9443/fhir/R4/x', 'http://elsewhere.example/fhir/R4/x', 'http://me:me@ehr.example/fhir/R4/x', 'http://ehr.example/other/x']) {
      expect(() => nextWithin(base, elsewhere, new Set())).toThrow('malformed')
    }
  })

  it.each(['https://ehr.example/fhir/R4x/Observation', 'https://ehr.example/', '//elsewhere.example/fhir/R4/x', '../../x', 'https://ehr.example:444/fhir/R4/x', 'https://ehr.example/fhir/R4/%2e%2e/x', 'data:,x', 'https://'])(
    'is refused elsewhere: %s',
    (next) => {
      expect(() => nextWithin(base, next, new Set())).toThrow('malformed')
    },
  )

  it('is refused where no server could have read it', () => {
    expect(nextWithin(base, `Observation?_cursor=${'x'.repeat(10_000)}`, new Set())).toContain('xxx')
    expect(() => nextWithin(base, `Observation?_cursor=${'x'.repeat(1_000_000)}`, new Set())).toThrow('malformed')
  })

  it('is refused where it was already', () => {
    expect(() => nextWithin(base, 'Observation?page=2', new Set([`${base}/Observation?page=2`]))).toThrow('malformed')
  })
})

describe('the access token', () => {
  it('is asked for once for all who wait, and again shortly before it ends', async () => {
    let asked = 0
    let now = 0
    const tokens = createTokenSource(() => Promise.resolve({ value: `t${(asked += 1)}`, expiresAt: now + 60_000 }), { now: () => now })
    expect(await Promise.all([tokens.current(), tokens.current(), tokens.current()])).toEqual(['t1', 't1', 't1'])
    now = 49_000
    expect(await tokens.current()).toBe('t1')
    now = 51_000
    expect(await tokens.current()).toBe('t2')
  })

  it('that was refused is replaced once, and a refusal that came late costs nothing', async () => {
    let asked = 0
    const tokens = createTokenSource((refused) => Promise.resolve({ value: `t${(asked += 1)}${refused ? ' after a refusal' : ''}`, expiresAt: 1e9 }), { now: () => 0 })
    await tokens.current()
    expect(await Promise.all([tokens.replace('t1'), tokens.replace('t1')])).toEqual(['t2 after a refusal', 't2 after a refusal'])
    expect(await tokens.replace('t1')).toBe('t2 after a refusal')
  })
})
