import { describe, expect, it } from 'vitest'
import { heldRows } from './held-rows.ts'
import type { Station } from './stations.ts'
import { idsOf, station } from '../testing.ts'

const known = (...stations: readonly Station[]) => new Map(stations.map((each) => [each.deviceId, each]))

describe('while somebody points at a line', () => {
  it('no line moves, goes or comes; each says what is so now', () => {
    const [a, b, c] = [station('a'), station('b', { state: 'locked' }), station('c')]
    // `b` does not match any more, and `c` would stand first.
    const held = heldRows(['a', 'b'], [c, a], known(a, b, c))
    expect([idsOf(held.rows), held.rows[1]?.state, held.behind]).toEqual(['ab', 'locked', 2])
  })

  it('says how many stand elsewhere than they would', () => {
    const [a, b, c] = [station('a'), station('b'), station('c')]
    expect(heldRows(['a', 'b', 'c'], [a, b, c], known(a, b, c)).behind).toBe(0)
    expect(heldRows(['a', 'b', 'c'], [a, c, b], known(a, b, c)).behind).toBe(2)
  })

  it('a workstation that is not known any more is not drawn', () => {
    const a = station('a')
    expect(idsOf(heldRows(['a', 'z'], [a], known(a)).rows)).toBe('a')
  })
})
