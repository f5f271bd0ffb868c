import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCodeOf, isWholeCodeOf, workstationCode } from './workstation-code.ts'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const deviceIds = fc.array(fc.constantFrom(...base64url), { minLength: 22, maxLength: 22 }).map((characters) => characters.join(''))

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

  it('is whole with eight characters and no fewer', () => {
    fc.assert(
      fc.property(deviceIds, (deviceId) => {
        const code = workstationCode(deviceId)
        for (const typed of [code, code.toLowerCase(), code.replace('-', ' ')]) expect(isWholeCodeOf(deviceId, typed)).toBe(true)
        for (const typed of ['', code.slice(0, 8), `${code}2`]) expect(isWholeCodeOf(deviceId, typed)).toBe(false)
      }),
    )
  })

  it('differs from workstation to workstation', () => {
    const ids = fc.sample(fc.noBias(deviceIds), { numRuns: 3_000, seed: 7 })
    expect(new Set(ids.map(workstationCode)).size).toBe(new Set(ids).size)
  })
})
