import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldText, wordStarts } from './folded-text.ts'

describe('text as names are searched by', () => {
  it.each([
    ['García-López', 'garcia lopez'],
    ["O'Brien", 'obrien'],
    ['O’Brien', 'obrien'],
    ['ÅSE Øst', 'ase ost'],
    ['Straße', 'strasse'],
    ['  a   b ', 'a b'],
    ['محمد', 'محمد'],
  ])('%j is searched as %j', (text, folded) => expect(foldText(text)).toBe(folded))

  it('does not change when it is folded again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(foldText(foldText(text))).toBe(foldText(text))
      }),
    )
  })

  it('is found by each of its words', () => {
    expect(wordStarts('von der Berg')).toEqual(['von der berg', 'der berg', 'berg'])
    expect(wordStarts('…')).toEqual([])
  })
})
