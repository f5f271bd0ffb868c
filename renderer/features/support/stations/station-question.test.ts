import { describe, expect, it } from 'vitest'
import { workstationCode } from '../../../../shared/workstation-code.ts'
import { arranged, firstStationQuestion, matches, rearranged, stationColumns } from './station-question.ts'
import { hospital, idsOf, station } from '../testing.ts'

const asked = (more: Partial<typeof firstStationQuestion>) => ({ ...firstStationQuestion, ...more })

describe('the filter', () => {
  it('finds every word that was typed, in whatever case and order, in name, id, site and person', () => {
    const one = station('d-17-0a1b2c', { displayName: 'ER Triage 4', site: 'North', user: { sub: 'u', name: 'OKAFOR, Adaeze', role: 'physician' } })
    for (const search of ['triage', 'OKAFOR triage', '  adaeze  north ', '17-0A1', '']) expect(matches(one, asked({ search })), search).toBe(true)
    expect(matches(one, asked({ search: 'triage south' }))).toBe(false)
    // Nearly every id has this somewhere: a bed's number is what is meant.
    expect(matches(one, asked({ search: '17' }))).toBe(false)
  })

  it('finds a workstation by the code that its lock screen shows, as it was heard over a telephone', () => {
    const one = station('q83vASNFZ4mrze8BI0VniQ', { displayName: 'ER Triage 4', site: 'North' })
    const code = workstationCode(one.deviceId)
    for (const search of [code, code.toLowerCase(), code.replace('-', ' '), code.slice(0, 5)]) expect(matches(one, asked({ search })), search).toBe(true)
    expect(matches(station('another-workstation-id', {}), asked({ search: code }))).toBe(false)
    expect(matches(one, asked({ search: code, site: 'South' }))).toBe(false)
  })

  it('finds a workstation by the name of somebody who waits there behind another one’s lock', () => {
    const one = station('a', { user: { sub: 'u', name: 'Grace Nakamura', role: 'nurse' }, waitingSessions: [{ user: { sub: 'v', name: 'Leilani Kealoha', role: 'nurse' } }] })
    expect(matches(one, asked({ search: 'kealoha' }))).toBe(true)
    expect(matches(one, asked({ search: 'kealoha grace' }))).toBe(true)
    expect(matches(one, asked({ search: 'okafor' }))).toBe(false)
  })

  it('counts a screen that is about to lock among the unlocked ones', () => {
    expect(matches(station('a', { state: 'warning' }), asked({ state: 'unlocked' }))).toBe(true)
    expect(matches(station('a', { state: 'locked' }), asked({ state: 'lockedOut' }))).toBe(false)
  })

  it('does not take a site for another that begins like it', () => expect(matches(station('a', { site: 'North 2' }), asked({ site: 'North' }))).toBe(false))

  it('lists among those with unsent work the ones of which nobody knows', () => {
    expect(matches(station('a', { state: 'unknown' }), asked({ unsentOnly: true }))).toBe(true)
    expect(matches(station('a'), asked({ unsentOnly: true }))).toBe(false)
  })
})

describe('the order', () => {
  it('puts ward 2 before ward 10', () => {
    expect(idsOf(arranged([station('x', { displayName: 'Ward 10' }), station('y', { displayName: 'Ward 2' })], firstStationQuestion))).toBe('yx')
  })

  it('has those without a value last, whichever way round', () => {
    const rows = [station('n', { since: undefined }), station('1', { since: 1 }), station('2', { since: 2 })]
    expect(idsOf(arranged(rows, asked({ by: 'since' })))).toBe('12n')
    expect(idsOf(arranged(rows, asked({ by: 'since', descending: true })))).toBe('21n')
  })

  it('puts what nobody knows of unsent work beside neither end of the numbers as if it were none', () => {
    const rows = [station('0'), station('n', { state: 'unknown' }), station('3', { unsent: { drafts: 3, changes: 0 } })]
    expect(idsOf(arranged(rows, asked({ by: 'unsent', descending: true })))).toBe('30n')
  })

  it.each(stationColumns)('by %s after a change is what it would be if all were sorted anew', (by) => {
    const stations = hospital(300)
    for (const descending of [false, true]) {
      const question = asked({ by, descending, state: 'all', contact: 'online' })
      const changed = stations.filter((_, index) => index % 13 === 0).map((each, index) => ({ ...each, state: 'locked' as const, since: 150 - index, site: 'Annex', isOnline: index % 2 === 0, unsent: { drafts: index, changes: 0 } }))
      const byId = new Map(stations.map((each) => [each.deviceId, each]))
      for (const each of changed) byId.set(each.deviceId, each)
      expect(idsOf(rearranged(arranged(stations, question), changed, question))).toBe(idsOf(arranged(byId.values(), question)))
    }
  })

  it('takes the last word of a workstation that changed twice', () => {
    const rows = rearranged([station('a')], [station('a', { state: 'locked' }), station('a', { state: 'signedOut' })], firstStationQuestion)
    expect(rows.map(({ state }) => state)).toEqual(['signedOut'])
  })
})
