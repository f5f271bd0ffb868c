import { describe, expect, it } from 'vitest'
import { gravestFirst } from './lab-order.ts'
import { labResult, readTestLaboratory, testNow } from '../testing.ts'

const today = Math.floor(testNow / 86_400_000)

describe('the laboratory summary', () => {
  it('puts what is abnormal now above what is merely newer', () => {
    const { tests } = readTestLaboratory([
      labResult({ id: 'na', test: 'Sodium', code: '2951-2', value: 140, low: 136, high: 145, days: 0 }),
      labResult({ id: 'k', test: 'Potassium', code: '2823-3', value: 6.4, low: 3.5, high: 5.1, days: 2 }),
    ])
    expect(gravestFirst(tests, today, 'UTC').map(({ name }) => name.kind === 'recorded' && name.text)).toEqual(['Potassium', 'Sodium'])
  })

  it('does not let an abnormal value of last year stand above the result of today', () => {
    const { tests } = readTestLaboratory([
      labResult({ id: 'na', test: 'Sodium', code: '2951-2', value: 140, low: 136, high: 145, days: 0 }),
      labResult({ id: 'k', test: 'Potassium', code: '2823-3', value: 6.4, low: 3.5, high: 5.1, days: 400 }),
    ])
    expect(gravestFirst(tests, today, 'UTC')[0]?.name).toMatchObject({ text: 'Sodium' })
  })
})
