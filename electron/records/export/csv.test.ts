import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine } from './csv.ts'

/** Reads one record of RFC 4180, every cell of it quoted. */
const cellsOf = (line: string): string[] => [...line.slice(0, -2).matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'))

describe('a line of a CSV file', () => {
  it('holds what its cells held: quotes, commas, line ends, any letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const line = csvLine(cells)
        expect(line.endsWith('\r\n')).toBe(true)
        expect(cellsOf(line).map((cell, index) => (cell === `'${cells[index] ?? ''}` ? cells[index] : cell))).toEqual(cells)
      }),
      { numRuns: 40 },
    )
  })

  it('gives a spreadsheet no formula, however it is hidden', () => {
    for (const attack of ['=HYPERLINK("https://evil.example.org")', '+1', '-2+3', '@SUM(A1)', '\t=1', ' =1', '\r=1', '\n@x', '＝1', '|cmd', '%0A=1', '\u0000=1']) {
      expect(cellsOf(csvLine([attack]))).toEqual([`'${attack}`])
    }
    expect(csvLine(['Observation/12', '2026-11-28T08:00:00Z', 'O’Brien, "Bob"'])).toBe('"Observation/12","2026-11-28T08:00:00Z","O’Brien, ""Bob"""\r\n')
  })
})
