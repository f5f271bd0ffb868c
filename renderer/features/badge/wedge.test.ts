import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { badgeReader, type Stroke } from './wedge.ts'

/** Types a text with so many milliseconds before each key; what came of it. */
function typed(text: string, gap: number | ((index: number) => number), { repeat = false, first = 5_000 } = {}): (string | undefined)[] {
  const read = badgeReader()
  let at = first
  return [...Array.from(text), 'Enter'].map((key, index) => {
    at += typeof gap === 'number' ? gap : gap(index)
    return read({ key, at, repeat })
  })
}
const found = (strokes: readonly (string | undefined)[]) => strokes.filter((each) => each !== undefined)

describe('a badge reader that types', () => {
  it('is known by digits that come faster than any hand, and Enter with them', () => {
    expect(typed('0048213377', 4)).toEqual([...Array.from({ length: 10 }, () => undefined), '0048213377'])
    expect(found(typed('004821', 30))).toEqual(['004821'])
  })

  it('is not a person who types a PIN, however fast, nor one who holds a key down', () => {
    for (const gap of [40, 80, 150]) expect(found(typed('739182', gap))).toEqual([])
    // Two keys that went down together are a hand too.
    expect(found(typed('739182', (index) => (index % 2 === 0 ? 90 : 8)))).toEqual([])
    expect(found(typed('111111111', 30, { repeat: true }))).toEqual([])
    expect(found(typed('739182', (index) => (index === 6 ? 300 : 10)))).toEqual([])
  })

  it('gives no number of another form: short, endless, or with letters', () => {
    for (const text of ['', '12345', '1'.repeat(33), '1'.repeat(400), '12a4567', 'ABCDEFG', '１２３４５６７']) expect(found(typed(text, 3))).toEqual([])
  })

  it('is heard after a person has typed before it, and again after itself', () => {
    const read = badgeReader()
    let at = 0
    const type = (text: string, gap: number) => [...Array.from(text), 'Enter'].map((key) => read({ key, at: (at += gap), repeat: false })).at(-1)
    expect(type('7391', 120)).toBeUndefined()
    at += 500
    expect(type('0048213377', 4)).toBe('0048213377')
    at += 500
    expect(type('0048213378', 4)).toBe('0048213378')
  })

  it('never makes a number of strokes that a clock has thrown about', () => {
    const stroke: fc.Arbitrary<Stroke> = fc.record({ key: fc.constantFrom(...'0123456789', 'Enter', 'a'), at: fc.double({ min: 0, max: 1e6, noNaN: true }), repeat: fc.boolean() })
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 200 }), (strokes) => {
        const read = badgeReader()
        for (const each of strokes) {
          const badge = read(each)
          if (badge !== undefined) expect([badge, each.key]).toEqual([expect.stringMatching(/^\d{6,32}$/), 'Enter'])
        }
      }),
    )
  })
})
