import { describe, expect, it } from 'vitest'
import { isAboutUsers, orderKinds } from '../../../../shared/desk/order-kinds.ts'
import { aimOf, isReason } from './order-targets.ts'
import type { Station } from '../stations/stations.ts'
import { station } from '../testing.ts'

const person = (sub: string) => ({ sub, name: sub, role: 'nurse' })
const stations = [station('a', { user: person('u1') }), station('b', { site: 'South', user: person('u2') }), station('c', { site: 'South', user: person('u2') }), station('d')]
const bookOf = (all: readonly Station[]) => ({ byId: new Map(all.map((each) => [each.deviceId, each])), revision: 1 })
const live = { standing: 'live', book: bookOf(stations) } as const
const chosen = (...ids: readonly string[]) => ({ ids: new Set(ids), anchor: undefined })

describe('an order', () => {
  it('for nothing is none, of every kind', () => {
    for (const kind of orderKinds) expect(aimOf(kind, { is: 'chosen' }, chosen(), live), kind).toEqual({ is: 'none', why: 'nothing' })
  })

  it('for what is chosen names those, also the ones that a filter hides; what is not known any more is not named', () => {
    expect(aimOf('lock', { is: 'chosen' }, chosen('d', 'a', 'gone'), live)).toEqual({ is: 'target', target: { workstations: ['d', 'a'] }, workstations: 2 })
  })

  it('for a site or for everyone names no workstation: the server knows who is there', () => {
    expect(aimOf('lock', { is: 'site', site: 'South' }, chosen('a'), live)).toEqual({ is: 'target', target: { site: 'South' }, workstations: 2 })
    expect(aimOf('wipe', { is: 'everyone' }, chosen(), live)).toEqual({ is: 'target', target: { everyone: true }, workstations: 4 })
  })

  it('about people names each of them once, and never a machine', () => {
    for (const kind of orderKinds.filter(isAboutUsers)) {
      expect(aimOf(kind, { is: 'site', site: 'South' }, chosen('a'), live), kind).toEqual({ is: 'target', target: { users: ['u2'] }, workstations: 2 })
      expect(aimOf(kind, { is: 'chosen' }, chosen('d'), live), kind).toEqual({ is: 'none', why: 'nobody' })
    }
  })

  it('about more people than one order may name is none', () => {
    const many = Array.from({ length: 5_001 }, (_, index) => station(String(index), { user: person(`u${index}`) }))
    expect(aimOf('reset-pin', { is: 'everyone' }, chosen(), { standing: 'live', book: bookOf(many) })).toEqual({ is: 'none', why: 'too-many' })
  })

  it('about people is none while the list may lack some of them: nobody is left out without a word', () => {
    const everywhere = [{ is: 'everyone' }, { is: 'site', site: 'South' }, { is: 'chosen' }] as const
    for (const standing of ['loading', 'part', 'lost', 'anew'] as const) {
      for (const kind of orderKinds.filter(isAboutUsers)) {
        expect(everywhere.map((scope) => aimOf(kind, scope, chosen('a'), { ...live, standing })), `${kind} ${standing}`).toEqual(everywhere.map(() => ({ is: 'none', why: 'not-whole' })))
      }
    }
  })

  it('about machines goes also where the list is not live, to all that are meant or to none', () => {
    const part = { standing: 'part', book: bookOf(stations.slice(0, 2)) } as const
    expect(aimOf('lock', { is: 'everyone' }, chosen(), part)).toMatchObject({ target: { everyone: true } })
    expect(aimOf('lock', { is: 'chosen' }, chosen('a', 'b'), part)).toMatchObject({ target: { workstations: ['a', 'b'] } })
    expect(aimOf('lock', { is: 'chosen' }, chosen('a', 'd'), part)).toEqual({ is: 'none', why: 'not-whole' })
  })

  it('needs a reason that is more than blanks', () => {
    const limits = { least: 10, most: 500 }
    expect([isReason('lost laptop', limits), isReason('  lost   ', limits), isReason('          ', limits), isReason('x'.repeat(501), limits)]).toEqual([true, false, false, false])
  })
})
