import { describe, expect, it } from 'vitest'
import { deskOrderKinds, isAboutUsers } from '../../../shared/desk/words.ts'
import { aimOf, isReason } from './order-targets.ts'
import { station } from './testing.ts'

const person = (sub: string) => ({ sub, name: sub, role: 'nurse' })
const stations = [station('a', { user: person('u1') }), station('b', { site: 'South', user: person('u2') }), station('c', { site: 'South', user: person('u2') }), station('d')]
const book = { byId: new Map(stations.map((each) => [each.deviceId, each])), revision: 1 }
const chosen = (...ids: readonly string[]) => ({ ids: new Set(ids), anchor: undefined })

describe('an order', () => {
  it('for nothing is none, of every kind', () => {
    for (const kind of deskOrderKinds) expect(aimOf(kind, { is: 'chosen' }, chosen(), book), kind).toEqual({ is: 'none', why: 'nothing' })
  })

  it('for what is chosen names those, also the ones that a filter hides; what is not known any more is not named', () => {
    expect(aimOf('lock', { is: 'chosen' }, chosen('d', 'a', 'gone'), book)).toEqual({ is: 'target', target: { workstations: ['d', 'a'] }, workstations: 2 })
  })

  it('for a site or for everyone names no workstation: the server knows who is there', () => {
    expect(aimOf('lock', { is: 'site', site: 'South' }, chosen('a'), book)).toEqual({ is: 'target', target: { site: 'South' }, workstations: 2 })
    expect(aimOf('wipe', { is: 'everyone' }, chosen(), book)).toEqual({ is: 'target', target: { everyone: true }, workstations: 4 })
  })

  it('about people names each of them once, and never a machine', () => {
    for (const kind of deskOrderKinds.filter(isAboutUsers)) {
      expect(aimOf(kind, { is: 'site', site: 'South' }, chosen('a'), book), kind).toEqual({ is: 'target', target: { users: ['u2'] }, workstations: 2 })
      expect(aimOf(kind, { is: 'chosen' }, chosen('d'), book), kind).toEqual({ is: 'none', why: 'nobody' })
    }
  })

  it('about more people than one order may name is none', () => {
    const many = Array.from({ length: 5_001 }, (_, index) => station(String(index), { user: person(`u${index}`) }))
    expect(aimOf('reset-pin', { is: 'everyone' }, chosen(), { byId: new Map(many.map((each) => [each.deviceId, each])), revision: 1 })).toEqual({ is: 'none', why: 'too-many' })
  })

  it('needs a reason that is more than blanks', () => {
    const limits = { least: 10, most: 500 }
    expect([isReason('lost laptop', limits), isReason('  lost   ', limits), isReason('          ', limits), isReason('x'.repeat(501), limits)]).toEqual([true, false, false, false])
  })
})
