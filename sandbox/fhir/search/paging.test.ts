import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCursor, sealCursor } from './paging.ts'

const key = randomBytes(32)
const cursor = { type: 'Patient', pairs: [['name', 'Quillfeather']], position: [12, 'x', 7] } as const

describe('a page token', () => {
  it('brings back the search and the place', () => {
    expect(openCursor(key, 'anna', sealCursor(key, 'anna', cursor))).toEqual(cursor)
  })

  it('shows nothing of the name that was searched', () => {
    const token = sealCursor(key, 'anna', cursor)
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('Quillfeather')
  })

  it('is the same for the same page, so that a client can ask whether it changed', () => {
    expect(sealCursor(key, 'anna', cursor)).toBe(sealCursor(key, 'anna', cursor))
  })

  it('is another for another person, and useless to them', () => {
    expect(sealCursor(key, 'ben', cursor)).not.toBe(sealCursor(key, 'anna', cursor))
    expect(() => openCursor(key, 'ben', sealCursor(key, 'anna', cursor))).toThrow('not known')
  })

  it('is refused with one bit changed, anywhere', () => {
    const bytes = Buffer.from(sealCursor(key, 'anna', cursor), 'base64url')
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const forged = Buffer.from(bytes)
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => openCursor(key, 'anna', forged.toString('base64url'))).toThrow('not known')
      }),
    )
  })

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => openCursor(key, 'anna', text)).toThrow('not known')
      }),
    )
  })
})
