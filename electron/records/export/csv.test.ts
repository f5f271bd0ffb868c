import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from './csv.ts'

/** Reads one record of RFC 4180, every cell of it quoted. */
const cellsOf = (line: string): string[] => [...line.slice(0, -2).matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'))

/** Text of what spreadsheets split at, and take for formulas. */
const hostile = fc.string({ unit: fc.constantFrom(...`;=+-@|%"',\t\r\n a`) })

/** A cell without the apostrophes that its text did not have and that stand before what could be a formula. */
function unguarded(cell: string, text: string): string {
  let read = ''
  for (const [index, letter] of cell.split('').entries()) {
    const isGuard = letter === "'" && text[read.length] !== "'" && text[read.length] === cell[index + 1]
    if (!isGuard) read += letter
  }
  return read
}

describe('a line of a CSV file', () => {
  it('holds what its cells held: quotes, commas, line ends, any letter', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), hostile), { minLength: 1 }), (cells) => {
        const line = csvLine(cells)
        expect(line.endsWith('\r\n')).toBe(true)
        expect(cellsOf(line).map((cell, index) => unguarded(cell, cells[index] ?? ''))).toEqual(cells)
      }),
      { numRuns: 100 },
    )
  })

  it('gives a spreadsheet no formula, however it is hidden', () => {
    for (const attack of ['=HYPERLINK("https://evil.example.org")', '+1', '-2+3', '@SUM(A1)', ' =1', '＝1', '\t1', '\u0001=1', '|cmd', '%0A=1', '\u0000=1']) {
      expect(cellsOf(csvLine([attack]))).toEqual([`'${attack}`])
    }
    expect(csvLine(['Observation/12', '2026-11-28T08:00:00Z', 'O’Brien, "Bob"'])).toBe('"Observation/12","2026-11-28T08:00:00Z","O’Brien, ""Bob"""\r\n')
  })

  it('gives none to one that splits cells at semicolons, tabs or line ends either', () => {
    expect(cellsOf(csvLine(['name: x;=HYPERLINK("https://evil.example.org")']))).toEqual([`name: x;'=HYPERLINK("https://evil.example.org")`])
    expect(cellsOf(csvLine(['a; "=1', 'b;;@x;＝1', 'c\t+1\r\n-2', 'd;\u0000|x', '\t=1', '\n@x']))).toEqual([`a; "'=1`, `b;;'@x;'＝1`, `c\t'+1\r\n'-2`, `d;\u0000'|x`, `'\t'=1`, `'\n'@x`])
    expect(cellsOf(csvLine(['TREAT; why: 2+2=4', 'a;b-c; d']))).toEqual(['TREAT; why: 2+2=4', 'a;b-c; d'])
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (cells) => {
        // The first piece begins as the record does: its quotes are a cell's.
        for (const piece of csvLine(cells).split(/[;\t\r\n]/).slice(1)) expect(piece).not.toMatch(/^["\s]*[=+\-@|%]/)
      }),
      { numRuns: 100 },
    )
  })

  it('is made in no more time than its length asks for, whatever white space it has', () => {
    const spaces = '\n'.repeat(100_000)
    expect(csvLine([`a${spaces}b`])).toHaveLength(spaces.length + 6)
  })
})
