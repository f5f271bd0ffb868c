import { describe, it, expect } from 'vitest'
import { copyMarked } from './clipboard-mark.ts'

function copyEvent() {
  const put: [string, string][] = []
  const event = { clipboardData: { setData: (type: string, text: string) => void put.push([type, text]) }, prevented: false, preventDefault: () => void (event.prevented = true) }
  return { event, put }
}

describe('a copy from the chart @164.312(a)(2)(iii)', () => {
  it('carries its plain text and the mark by which a lock knows it, and no markup', () => {
    const { event, put } = copyEvent()
    expect(copyMarked(event, 'Potassium 5.9')).toBe(true)
    expect(put).toEqual([
      ['text/plain', 'Potassium 5.9'],
      ['application/x-chartkeep', '1'],
    ])
    expect(event.prevented).toBe(true)
  })

  it('of nothing leaves the clipboard as it was', () => {
    const { event, put } = copyEvent()
    expect(copyMarked(event, '')).toBe(false)
    expect(put).toEqual([])
    expect(event.prevented).toBe(false)
  })
})
