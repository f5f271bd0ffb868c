import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeBase, codeLength, codeOf, digitsOf, grouped, readCode } from './unlock-codes.ts'

const digits = fc.array(fc.nat(codeBase - 1), { minLength: codeLength, maxLength: codeLength })
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

describe('a code that is read over the telephone', () => {
  it('is read back however it is grouped and typed', () => {
    fc.assert(
      fc.property(digits, (drawn) => {
        const code = codeOf(drawn)
        expect(readCode(grouped(code))).toBe(code)
        expect(readCode(` ${grouped(code).toLowerCase().replace('-', ' ')} `)).toBe(code)
      }),
    )
  })

  it('is told from a slip: one character wrong, or any two swapped', () => {
    fc.assert(
      fc.property(digits, fc.nat(codeLength), fc.nat(codeLength), fc.nat(alphabet.length - 1), (drawn, at, other, wrong) => {
        const characters = Array.from<string>(codeOf(drawn))
        const replaced = characters.with(at, alphabet.charAt(wrong)).join('')
        if (replaced !== characters.join('')) expect(readCode(replaced)).toBeUndefined()
        const swapped = characters.with(at, characters[other] ?? '').with(other, characters[at] ?? '').join('')
        if (swapped !== characters.join('')) expect(readCode(swapped)).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('is nothing else: too long, too short, or with what looks like another character', () => {
    for (const typed of ['', '22222', '222222222222', 'O0000-00000', 'I1111-11111', 'ZZZZZ-ZZZZ!', '２２２２２２２２２２']) expect(readCode(typed)).toBeUndefined()
  })

  it('takes the digits of a hash evenly', () => {
    const counts = new Map<number, number>()
    for (let seed = 0; seed < 3_000; seed += 1) {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigUint64(0, BigInt(seed) * 0x9e37_79b9_7f4a_7c15n & 0xffff_ffff_ffff_ffffn)
      for (const digit of digitsOf(bytes)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    }
    expect(counts.size).toBe(codeBase)
    // 27,000 draws of 31: about 871 each, ±30.
    for (const count of counts.values()) expect(Math.abs(count - 871)).toBeLessThan(180)
  })
})
