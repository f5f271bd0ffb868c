import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { highlight } from './highlight.ts'

const marked = (text: string, search: string) => highlight(text, search).map(({ text: part, hit }) => (hit ? `[${part}]` : part)).join('')

describe('what of a name was searched for', () => {
  it('is marked at the beginning of words, whatever the capitals and diacritics', () => {
    expect(marked('NGUYỄN, Thành', 'nguyen th')).toBe('[NGUYỄN], [Th]ành')
  })

  it('is not marked in the middle of a word: Ann is not found in Joanna', () => {
    expect(marked('SMITH, Joanna', 'ann')).toBe('SMITH, Joanna')
  })

  it('is found in a record number', () => {
    expect(marked('100-11-203', '100-11')).toBe('[100-11]-203')
  })

  it('never changes the text, nor takes a search for a pattern', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, search) => {
        expect(highlight(text, search).map((part) => part.text).join('')).toBe(text)
      }),
    )
  })
})
