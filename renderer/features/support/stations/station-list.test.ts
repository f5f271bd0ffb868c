import { describe, expect, it } from 'vitest'
import { nextStations, noStations, type StationEvent, type StationList } from './station-list.ts'
import type { Station } from './stations.ts'
import { hospital, idsOf, station } from '../testing.ts'

const bookOf = (stations: readonly Station[], revision = 1) => ({ byId: new Map(stations.map((each) => [each.deviceId, each])), revision })
const whole = (stations: readonly Station[]): StationEvent => ({ type: 'whole', book: bookOf(stations), total: stations.length, at: 1_000 })
const changed = (list: StationList, ...stations: readonly Station[]): StationEvent => ({ type: 'changed', book: { byId: new Map([...list.book.byId, ...stations.map((each) => [each.deviceId, each] as const)]), revision: list.book.revision + 1 }, changed: stations, at: 2_000 })
const after = (...events: readonly StationEvent[]) => events.reduce(nextStations, noStations)
const failure = { kind: 'offline', correlation: 'c' } as const

describe('the list of workstations on the screen', () => {
  it('is loading until something came, and failed where nothing did', () => {
    expect(noStations.standing).toBe('loading')
    expect(after({ type: 'lost', failure }).standing).toBe('failed')
    expect(after({ type: 'lost', failure }, { type: 'again' }).standing).toBe('loading')
  })

  it('that is lost keeps its lines and the time at which it was last heard of', () => {
    const list = after(whole([station('a')]), { type: 'lost', failure })
    expect([list.standing, idsOf(list.shown), list.heardAt, list.failure?.kind]).toEqual(['lost', 'a', 1_000, 'offline'])
    expect(nextStations(list, changed(list))).toMatchObject({ standing: 'live', heardAt: 2_000, failure: undefined })
  })

  it('of which a part has come is not called whole', () => {
    expect(after({ type: 'part', book: bookOf([station('a')]), total: 2_000, at: 1 })).toMatchObject({ standing: 'part', total: 2_000 })
  })

  it('that is read again keeps every line until all have come, and is not called live meanwhile', () => {
    const some: StationEvent = { type: 'part', book: bookOf([station('a')]), total: 3, at: 3_000 }
    const old = [whole([station('a'), station('b')])]
    for (const before of [[...old, { type: 'anew' } as const], [...old, { type: 'lost', failure } as const, { type: 'again' } as const]]) {
      const again = after(...before, some)
      expect([again.standing, idsOf(again.shown), again.book.byId.size, again.heardAt, again.failure]).toEqual(['anew', 'ab', 2, 1_000, undefined])
      const broken = nextStations(again, { type: 'lost', failure })
      expect([broken.standing, idsOf(broken.shown), broken.total]).toEqual(['lost', 'ab', 2])
      const all = nextStations(again, whole([station('a'), station('c')]))
      expect([all.standing, idsOf(all.shown)]).toEqual(['live', 'ac'])
    }
    expect(after(...old, { type: 'anew' }).standing).toBe('anew')
  })

  it('of which a part was lost has no fewer lines when it is begun again', () => {
    const list = after({ type: 'part', book: bookOf([station('a'), station('b')]), total: 3, at: 1 }, { type: 'lost', failure }, { type: 'part', book: bookOf([station('a')]), total: 3, at: 2 })
    expect([list.standing, idsOf(list.shown)]).toEqual(['part', 'ab'])
  })

  it('moves a line when nobody points at it', () => {
    const list = after(whole([station('a'), station('b')]), { type: 'ask', question: { ...noStations.question, by: 'unsent', descending: true } })
    expect(idsOf(nextStations(list, changed(list, station('b', { unsent: { drafts: 9, changes: 0 } }))).shown)).toBe('ba')
  })

  it('moves no line while somebody points into it, says how many are behind, and moves them when nobody does any more', () => {
    const list = after(whole([station('a'), station('b')]), { type: 'ask', question: { ...noStations.question, by: 'unsent', descending: true } }, { type: 'hold', isHeld: true })
    const held = nextStations(list, changed(list, station('b', { unsent: { drafts: 9, changes: 0 } }), station('c')))
    expect([idsOf(held.shown), held.shown[1]?.unsent.drafts, held.behind]).toEqual(['ab', 9, 3])
    expect(idsOf(nextStations(held, { type: 'settle' }).shown)).toBe('bac')
    expect(nextStations(held, { type: 'hold', isHeld: false })).toMatchObject({ behind: 0, isHeld: false })
  })

  it('shows what is asked for at once, also while somebody points into it', () => {
    const list = after(whole([station('a'), station('b', { site: 'South' })]), { type: 'hold', isHeld: true }, { type: 'ask', question: { ...noStations.question, site: 'South' } })
    expect(idsOf(list.shown)).toBe('b')
  })

  it('is not held by a pointer that rests where there is no line yet', () => {
    expect(idsOf(after({ type: 'hold', isHeld: true }, whole([station('a')])).shown)).toBe('a')
  })

  it('draws anew the lines that changed alone: the others are the very same, of 20,000 too', () => {
    const list = after(whole(hospital(20_000)))
    for (const isHeld of [false, true]) {
      const start = nextStations(list, { type: 'hold', isHeld })
      const some = start.shown.slice(50, 90).map((each) => ({ ...each, appVersion: '2.0.0' }))
      const before = new Set(start.shown)
      expect(nextStations(start, changed(start, ...some)).shown.filter((row) => !before.has(row))).toHaveLength(40)
    }
  })
})
