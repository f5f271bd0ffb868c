import { describe, expect, it } from 'vitest'
import { stationNamed, usersAt } from './help-question.ts'
import { station } from './testing.ts'

const stations = [station('a', { displayName: 'MFG-ER-7', user: { sub: 'u1', name: 'One', role: 'nurse' } }), station('b', { displayName: 'MFG-ER-70' }), station('c', { displayName: 'Twin' }), station('d', { displayName: 'twin' })]
const book = { byId: new Map(stations.map((each) => [each.deviceId, each])), revision: 1 }
const user = (sub: string, workstations: string[]) => ({ sub, name: sub, username: sub, role: 'nurse', isDisabled: false, workstations })

describe('the workstation that a caller names', () => {
  it('is the one of that whole name, whatever its case', () => {
    expect(stationNamed(book, ' mfg-er-7 ')?.deviceId).toBe('a')
    expect(stationNamed(book, 'b')?.displayName).toBe('MFG-ER-70')
  })

  it('is none where two have the name, or nobody has: nobody is helped at a guess', () => {
    expect(stationNamed(book, 'twin')).toBeUndefined()
    expect(stationNamed(book, 'MFG')).toBeUndefined()
    expect(stationNamed(book, '  ')).toBeUndefined()
  })
})

describe('who may be calling from it', () => {
  it('is whoever has signed in there, and whose session it says it has', () => {
    expect(usersAt(stations[0], [user('u2', ['a']), user('u3', ['b'])]).map(({ sub }) => sub)).toEqual(['u1', 'u2'])
    expect(usersAt(stations[0], [user('u1', ['a'])]).map(({ sub }) => sub)).toEqual(['u1'])
    expect(usersAt(undefined, [user('u2', ['a'])])).toEqual([])
  })
})
