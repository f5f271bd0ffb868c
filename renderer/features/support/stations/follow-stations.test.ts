import { describe, expect, it } from 'vitest'
import { CallFailure } from '../../../bridge/index.ts'
import { followStations, type FollowParts, pauseAfter } from './follow-stations.ts'
import type { StationEvent } from './station-list.ts'
import type { Station, StationChanges, StationPart } from './stations.ts'
import { station } from '../testing.ts'

type Answer<T> = T | Error

/** A server that gives these answers one after the other; after the last one, nobody looks any more. */
async function followed(parts: readonly Answer<StationPart>[], changes: readonly Answer<StationChanges>[]) {
  const left = new AbortController()
  const told: StationEvent[] = []
  const asked: (string | number | undefined)[] = []
  const pauses: number[] = []
  const giving = <T>(answers: readonly Answer<T>[]) => {
    const queue = [...answers]
    return async (question: string | number | undefined): Promise<T> => {
      asked.push(question)
      const answer = queue.shift()
      if (answer instanceof Error) throw answer
      if (answer !== undefined) return answer
      left.abort()
      throw new CallFailure('cancelled', '')
    }
  }
  const all: FollowParts = { part: giving(parts), changes: giving(changes), now: () => 5, pause: async (milliseconds) => void pauses.push(milliseconds), tell: (event) => told.push(event), left: left.signal }
  await followStations(all)
  return { told: told.map(({ type }) => type), events: told, asked, pauses }
}

const part = (ids: string, revision: number, next?: string): StationPart => ({ workstations: [...ids].map((id) => station(id)), total: 3, sites: [], revision, ...(next === undefined ? {} : { next }) })
const changes = (revision: number, ...workstations: Station[]): StationChanges => ({ workstations, revision })

describe('following the workstations', () => {
  it('reads all parts, then what changed from the revision of the first', async () => {
    const { told, asked } = await followed([part('ab', 4, 'b'), part('c', 6)], [changes(8, station('a', { state: 'locked' }))])
    expect(told).toEqual(['part', 'whole', 'changed'])
    expect(asked).toEqual([undefined, 'b', 4, 8])
  })

  it('tells a loss, waits longer each time, and goes on from where it was', async () => {
    const lost = new CallFailure('offline', '')
    const { told, asked, pauses } = await followed([part('abc', 4)], [lost, lost, changes(5), lost])
    expect(told).toEqual(['whole', 'lost', 'lost', 'changed', 'lost'])
    expect(asked).toEqual([undefined, 4, 4, 4, 5, 5])
    expect(pauses).toEqual([1_000, 2_000, 1_000])
    expect(pauseAfter(40)).toBe(30_000)
  })

  it('reads the list anew where the server has begun to count anew, and calls that no loss', async () => {
    const { told, asked } = await followed([part('abc', 90), part('ab', 2)], [new CallFailure('stale', '')])
    expect(told).toEqual(['whole', 'anew', 'whole'])
    expect(asked).toEqual([undefined, 90, undefined, 2])
  })

  it('does not ask again what it may not know', async () => {
    const { told, pauses } = await followed([new CallFailure('not-permitted', '')], [])
    expect([told, pauses]).toEqual([['lost'], []])
  })

  it('keeps what came of a list that broke off, and reads it from the beginning', async () => {
    const { told, asked } = await followed([part('a', 4, 'a'), new CallFailure('server', ''), part('a', 5, 'a'), part('bc', 5)], [])
    expect(told).toEqual(['part', 'lost', 'part', 'whole'])
    expect(asked.slice(0, 4)).toEqual([undefined, 'a', undefined, 'a'])
  })
})
