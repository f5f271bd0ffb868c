import { describe, expect, it } from 'vitest'
import type { PatientId } from '../../shared/contract/index.ts'
import { fromPlace, nextTabs, noTabs, tabCap, type Tabs, toPlace } from './tabs.ts'

// Ids are branded by the contract's parser, which these tests have no need of.
const id = (name: string) => name as PatientId
const opened = (...names: string[]): Tabs => names.reduce((tabs, name) => nextTabs(tabs, { type: 'open', patient: id(name) }), noTabs)

describe('open charts', () => {
  it('opens a chart once, however often it is asked for', () => {
    const tabs = nextTabs(opened('a', 'b'), { type: 'open', patient: id('a') })
    expect(tabs.open.map((tab) => tab.patient)).toEqual(['a', 'b'])
    expect(tabs.front).toBe('a')
  })

  it('refuses a ninth chart, says so, and leaves the one in front alone', () => {
    const names = Array.from({ length: tabCap }, (_, index) => `p${index}`)
    const tabs = nextTabs(opened(...names), { type: 'open', patient: id('one-more') })
    expect(tabs.open).toHaveLength(tabCap)
    expect(tabs.full).toBe(true)
    expect(tabs.front).toBe('p7')
  })

  it('fronts the neighbour of a closed chart, and the patient list after the last', () => {
    const afterOne = nextTabs(nextTabs(opened('a', 'b', 'c'), { type: 'front', patient: id('b') }), { type: 'close', patient: id('b') })
    expect(afterOne.front).toBe('c')
    expect(nextTabs(opened('a'), { type: 'close', patient: id('a') }).front).toBeUndefined()
  })

  it('never fronts a chart that is not open', () => {
    expect(nextTabs(opened('a'), { type: 'front', patient: id('stranger') }).front).toBe('a')
  })

  it('stays the very same for who says again what is so already', () => {
    const list = nextTabs(opened('a'), { type: 'front', patient: undefined })
    expect(nextTabs(list, { type: 'front', patient: undefined })).toBe(list)
  })

  it('steps round through the list and the charts', () => {
    let tabs = opened('a', 'b')
    const seen = [tabs.front]
    for (let count = 0; count < 3; count += 1) {
      tabs = nextTabs(tabs, { type: 'step', by: 1 })
      seen.push(tabs.front)
    }
    expect(seen).toEqual(['b', undefined, 'a', 'b'])
  })
})

describe('the place that an unlock comes back to', () => {
  it('is the same charts, the same view, the same scroll and the open note box', () => {
    let tabs = opened('a', 'b')
    tabs = nextTabs(tabs, { type: 'view', patient: id('a'), view: 'results' })
    tabs = nextTabs(tabs, { type: 'scroll', patient: id('a'), scroll: 812 })
    tabs = nextTabs(tabs, { type: 'note', patient: id('a'), open: true })
    expect(fromPlace(toPlace(tabs))).toEqual({ ...tabs, isChosen: false })
  })

  it('is the patient list where that was in front', () => {
    const tabs = nextTabs(opened('a'), { type: 'front', patient: undefined })
    expect(toPlace(tabs).front).toBeUndefined()
    expect(fromPlace(toPlace(tabs)).front).toBeUndefined()
  })

  it('is the summary where an older or newer version kept a view that is not known here', () => {
    expect(fromPlace({ tabs: [{ patient: id('a'), view: 'hologram', scroll: 40 }], front: 0 }).open[0]).toMatchObject({ view: 'summary', scroll: 0 })
  })

  it('does not overwrite what was opened while it was being read, and stands beside it', () => {
    const kept = (...names: string[]) => ({ tabs: names.map((name) => ({ patient: id(name), view: 'results', scroll: 40 })), front: 0 })
    const tabs = nextTabs(opened('a'), { type: 'recall', place: kept('z', 'a') })
    expect([tabs.open.map(({ patient, view }) => [patient, view]), tabs.front]).toEqual([[['z', 'results'], ['a', 'summary']], 'a'])
    // No more than can be open.
    const full = nextTabs(opened('a'), { type: 'recall', place: kept(...Array.from({ length: tabCap }, (_, index) => `p${index}`)) })
    expect([full.open.length, full.front]).toEqual([tabCap, 'a'])
  })

  it.each<[string, Parameters<typeof nextTabs>[1]]>([
    ['asked for the patient list, or typed in its search,', { type: 'front', patient: undefined }],
    ['stepped to the next tab', { type: 'step', by: 1 }],
  ])('brings back the charts, and takes nobody who %s meanwhile away from the list', (_, act) => {
    const place = { tabs: [{ patient: id('z'), view: 'summary', scroll: 0 }], front: 0 }
    const tabs = nextTabs(nextTabs(noTabs, act), { type: 'recall', place })
    expect([tabs.open.map(({ patient }) => patient), tabs.front]).toEqual([['z'], undefined])
    // Who did nothing is where they were.
    expect(nextTabs(noTabs, { type: 'recall', place }).front).toBe('z')
  })
})
