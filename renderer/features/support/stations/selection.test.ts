import { describe, expect, it } from 'vitest'
import { extended, hiddenCount, nothingChosen, toggled, withAll } from './selection.ts'
import { hospital, station } from '../testing.ts'

const rows = ['a', 'b', 'c', 'd'].map((id) => station(id))
const chosen = ({ ids }: { readonly ids: ReadonlySet<string> }) => [...ids].sort().join('')

describe('what is chosen', () => {
  it('one after the other, and not any more', () => {
    const two = toggled(toggled(nothingChosen, 'a'), 'c')
    expect([chosen(two), chosen(toggled(two, 'a'))]).toEqual(['ac', 'c'])
  })

  it('a range from where it began, either way, beside what was chosen before', () => {
    const from = toggled(toggled(nothingChosen, 'a'), 'c')
    expect(chosen(extended(from, 'd', rows))).toBe('acd')
    expect(chosen(extended(from, 'b', rows))).toBe('abc')
    expect(chosen(extended(nothingChosen, 'b', rows))).toBe('b')
    expect(chosen(extended(from, 'not here', rows))).toBe('ac')
  })

  it('a range goes by how the lines stand now', () => {
    const from = toggled(nothingChosen, 'a')
    expect(chosen(extended(from, 'b', [station('a'), station('d'), station('b'), station('c')]))).toBe('abd')
  })

  it('all that are listed, and then none of those; what the filter hides stays chosen', () => {
    const hidden = toggled(nothingChosen, 'z')
    const all = withAll(hidden, rows)
    expect([chosen(all), chosen(withAll(all, rows)), chosen(withAll(hidden, []))]).toEqual(['abcdz', 'z', 'z'])
  })

  it('says how many of them are not listed', () => {
    expect(hiddenCount({ ids: new Set(['a', 'z']), anchor: undefined }, rows)).toBe(1)
    expect(hiddenCount(withAll(nothingChosen, hospital(20_000)), hospital(20_000))).toBe(0)
  })
})
