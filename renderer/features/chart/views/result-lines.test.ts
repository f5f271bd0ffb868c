import { describe, expect, it } from 'vitest'
import { labResult, readTestLaboratory } from '../testing.ts'
import { noFilter, resultLines } from './result-lines.ts'

const results = [
  labResult({ id: 'k2', test: 'Potassium', code: '2823-3', value: 6.4, low: 3.5, high: 5.1, days: 1 }),
  labResult({ id: 'na2', test: 'Sodium', code: '2951-2', value: 140, low: 136, high: 145, days: 1 }),
  labResult({ id: 'k1', test: 'Potassium', code: '2823-3', value: 4.4, low: 3.5, high: 5.1, days: 30 }),
]
const report = {
  resourceType: 'DiagnosticReport',
  id: 'r',
  status: 'final',
  code: { text: 'Electrolytes' },
  subject: { reference: 'Patient/p' },
  effectiveDateTime: results[0]?.effectiveDateTime,
  result: [{ reference: 'Observation/k2' }, { reference: 'Observation/na2' }],
}
const kinds = (lines: ReturnType<typeof resultLines>) => lines.map((line) => (line.kind === 'result' ? (line.row.id ?? '') : line.kind))

describe('all results in one list', () => {
  it('stand under their report, and under their day where they came in none', () => {
    const { panels } = readTestLaboratory([...results, report])
    expect(kinds(resultLines(panels, noFilter, 'UTC'))).toEqual(['panel', 'k2', 'na2', 'day', 'k1'])
  })

  it('share one heading for a day', () => {
    const { panels } = readTestLaboratory(results)
    expect(kinds(resultLines(panels, noFilter, 'UTC'))).toEqual(['day', 'k2', 'na2', 'day', 'k1'])
  })

  it('can be narrowed to a test or to what is abnormal, and a heading goes with its last result', () => {
    const { panels } = readTestLaboratory([...results, report])
    expect(kinds(resultLines(panels, { text: 'sod', onlyAbnormal: false }, 'UTC'))).toEqual(['panel', 'na2'])
    expect(kinds(resultLines(panels, { text: '', onlyAbnormal: true }, 'UTC'))).toEqual(['panel', 'k2'])
  })

  it('have a key each, so that a result that comes late moves no other', () => {
    const { panels } = readTestLaboratory([...results, report])
    const keys = resultLines(panels, noFilter, 'UTC').map((line) => line.key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
