import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCodeOf, workstationCode } from './workstation-code.ts'

const deviceIds = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64url'))

describe('the code of a workstation', () => {
  it('is eight characters that nobody takes for others, in two groups, and always the same', () => {
    fc.assert(
      fc.property(deviceIds, (deviceId) => {
        expect(workstationCode(deviceId)).toMatch(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/)
        expect(workstationCode(deviceId)).toBe(workstationCode(deviceId))
      }),
    )
    expect(workstationCode('AAAAAAAAAAAAAAAAAAAAAA')).toBe('2222-2222')
    expect(workstationCode('q83vASNFZ4mrze8BI0VniQ')).toBe(workstationCode('q83vASNFZ4mrze8BI0VniQ'.replace('mrze8', 'other')))
  })

  it('is known again however it is typed, from its beginning on, and never by a word of three letters', () => {
    fc.assert(
      fc.property(deviceIds, (deviceId) => {
        const code = workstationCode(deviceId)
        for (const typed of [code, code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')} `, code.slice(0, 4), code.slice(0, 7)]) expect(isCodeOf(deviceId, typed)).toBe(true)
        for (const typed of ['', '-', code.slice(0, 3), `${code}2`, code.slice(1)]) expect(isCodeOf(deviceId, typed) && typed !== code.slice(0, typed.length)).toBe(false)
      }),
    )
  })

  it('differs from workstation to workstation', () => {
    const codes = new Set(Array.from({ length: 20_000 }, (_, index) => workstationCode(createHash('sha256').update(String(index)).digest().subarray(0, 16).toString('base64url'))))
    expect(codes.size).toBeGreaterThanOrEqual(19_998)
  })
})
