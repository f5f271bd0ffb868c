import { describe, expect, it } from 'vitest'
import { fewOf, namer, peopleFound, type Place, placeName, placesOf } from './people-lines.ts'
import { station } from '../testing.ts'

const user = (sub: string, name: string, more = {}) => ({ sub, name, username: sub, role: 'nurse', isDisabled: false, workstations: [], ...more })

describe('the people of the desk', () => {
  it('are found by name, user name and role, and stand by name', () => {
    const users = [user('zw', 'Zoë Winter'), user('aokafor', 'Dr Amara Okafor', { role: 'physician' }), user('bl', 'Bo Lindqvist')]
    expect(peopleFound(users, '').map(({ sub }) => sub)).toEqual(['bl', 'aokafor', 'zw'])
    expect(peopleFound(users, 'PHYSICIAN amara').map(({ sub }) => sub)).toEqual(['aokafor'])
    expect(peopleFound(users, 'aokaf').map(({ sub }) => sub)).toEqual(['aokafor'])
  })

  it('are where they are signed in, at more than one place too', () => {
    const here = { sub: 'u', name: 'U', role: 'nurse' }
    const stations = [station('a', { user: here }), station('b'), station('c', { user: here })]
    const places = placesOf({ byId: new Map(stations.map((each) => [each.deviceId, each])), revision: 1 })
    expect([places.get('u')?.map(placeName), places.size]).toEqual([['WS-a', 'WS-c'], 1])
  })

  it('are also where their session waits behind somebody else’s', () => {
    const [u, v] = ['u', 'v'].map((sub) => ({ sub, name: sub, role: 'nurse' })) as [Place['person'], Place['person']]
    const places = placesOf({ byId: new Map([['a', station('a', { user: v, waitingSessions: [{ user: u }] })]]), revision: 1 })
    expect([places.get('u')?.map(placeName), places.get('v')?.map(placeName)]).toEqual([['WS-a (waits there)'], ['WS-a']])
  })

  it('have the name of their account, else that of where they are, else their id', () => {
    const nameOf = namer(new Map([['u', 'By account']]), { byId: new Map([['a', station('a', { user: { sub: 'u', name: 'By place', role: 'nurse' } })], ['b', station('b', { user: { sub: 'v', name: 'By place', role: 'nurse' } })]]), revision: 1 })
    expect(['u', 'v', 'w'].map(nameOf)).toEqual(['By account', 'By place', 'w'])
  })

  it('at a hundred places are told by the first few, and by how many more', () => {
    expect(fewOf(['a', 'b', 'c'], 2)).toEqual({ named: ['a', 'b'], more: 1 })
    expect(fewOf(['a'], 2)).toEqual({ named: ['a'], more: 0 })
  })
})
