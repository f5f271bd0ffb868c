import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openSecondFactors } from './second-factors.ts'
import { codeOfStep, enrolmentUri, secretOf, stepAt, stepMs, stepOf } from './totp.ts'

/** "12345678901234567890" in base32: the secret of RFC 6238 appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

function setUp(database = new DatabaseSync(':memory:'), at = Date.parse('2026-01-15T10:00:00Z')) {
  const time = { now: at }
  const factors = openSecondFactors(database, { now: () => time.now })
  const mine = factors.enrol('ada')
  return { database, time, factors, mine, code: (steps = 0) => codeOfStep(mine, stepAt(time.now) + steps) }
}

describe('a code', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('at %d s is what RFC 6238 says', (seconds, code) => {
    expect(codeOfStep(secret, stepAt(seconds * 1000))).toBe(code)
    expect(stepOf(code, secret, seconds * 1000)).toBe(stepAt(seconds * 1000))
  })

  it('that is not six digits is none', () => {
    for (const code of ['', '28708', '2870820', '28 082', 'abcdef', '２８７０８２', '-28708']) expect(stepOf(code, secret, 59_000)).toBeUndefined()
  })

  it('can be had from the line that an app reads', () => {
    const uri = enrolmentUri(secret, { issuer: 'Chartkeep sandbox', username: 'ada' })
    expect(uri).toMatch(/^otpauth:\/\/totp\/Chartkeep%20sandbox:ada\?/)
    expect(secretOf(uri)).toBe(secret)
    for (const other of ['', 'https://evil.example', 'otpauth://hotp/a?secret=GEZDGNBV&counter=1']) expect(secretOf(other)).toBeUndefined()
  })
})

describe('an authenticator app @164.312(d)', () => {
  it('counts for its own half minute and the one on either side', () => {
    for (const [steps, isTaken] of [[-2, false], [-1, true], [0, true], [1, true], [2, false]] as const) {
      const { factors, code } = setUp()
      expect(factors.use('ada', code(steps))).toBe(isTaken)
    }
  })

  it('counts once: the same code is refused, and so is an older one', () => {
    const { factors, code } = setUp()
    const [older, mine] = [code(-1), code()]
    expect(factors.use('ada', mine)).toBe(true)
    expect(factors.use('ada', mine)).toBe(false)
    expect(factors.use('ada', older)).toBe(false)
    expect(factors.use('ada', code(1))).toBe(true)
  })

  it('counts once over a restart', () => {
    const { factors, code, database, time } = setUp()
    const mine = code()
    expect(factors.use('ada', mine)).toBe(true)
    expect(setUp(database, time.now).factors.use('ada', mine)).toBe(false)
  })

  it('of one person is nothing for another, and nobody has one who was not given it', () => {
    const { factors, code } = setUp()
    factors.enrol('ben')
    expect(factors.use('ben', code())).toBe(false)
    expect(factors.use('no.body', code())).toBe(false)
  })

  it('keeps its secret, and has another than everybody else', () => {
    const { factors, mine } = setUp()
    expect(factors.enrol('ada')).toBe(mine)
    expect(factors.enrol('ben')).not.toBe(mine)
  })

  it('tells who tries the demo the next code that will be taken, until the half minute has no more', () => {
    const { factors, time } = setUp()
    for (let sign = 0; sign < 2; sign += 1) expect(factors.use('ada', factors.next('ada')?.code ?? '')).toBe(true)
    expect(factors.next('ada')).toEqual({ code: undefined, secondsLeft: 30 })
    time.now += stepMs
    expect(factors.use('ada', factors.next('ada')?.code ?? '')).toBe(true)
    expect(factors.next('no.body')).toBeUndefined()
  })
})
