import { describe, expect, it } from 'vitest'
import { codeOf, grouped } from '../../../../shared/unlock-codes.ts'
import { workstationCode } from '../../../../shared/workstation-code.ts'
import { emptyHelpForm, type HelpForm, isStationCode, lacksOf, stationNamed, usersAt } from './help-question.ts'
import { station } from '../testing.ts'

const stations = [
  station('q83vASNFZ4mrze8BI0VniQ', { displayName: 'MFG-ER-7', user: { sub: 'u1', name: 'One', role: 'nurse' } }),
  station('b3ZkIGEgdGVzdCBvZiBpdA', { displayName: 'MFG-ER-70' }),
  station('Y29tZXMgdGhpcmQgaGVyZQ', { displayName: 'Twin' }),
  station('ZGlmZmVyZW50IGZyb20gYw', { displayName: 'twin' }),
]
const book = { byId: new Map(stations.map((each) => [each.deviceId, each])), revision: 1 }
const live = { standing: 'live', book, total: stations.length } as const
const [first, second] = stations
const user = (sub: string, workstations: string[]) => ({ sub, name: sub, username: sub, role: 'nurse', isDisabled: false, workstations })
const idOf = (of = first) => of?.deviceId ?? ''

describe('the workstation that a caller names', () => {
  it('is the one of that whole name, whatever its case, or of that id', () => {
    expect(stationNamed(live, ' mfg-er-7 ')).toEqual({ is: 'found', station: first })
    expect(stationNamed(live, idOf(second))).toEqual({ is: 'found', station: second })
  })

  it('is the one of the whole code on its lock screen, however it is grouped, and not of a part of it', () => {
    const code = workstationCode(idOf(second))
    for (const typed of [code, code.toLowerCase(), code.replace('-', ' ')]) expect(stationNamed(live, typed)).toEqual({ is: 'found', station: second })
    expect(stationNamed(live, code.slice(0, 6))).toEqual({ is: 'none' })
  })

  it('is none where two have the name, or nobody has: nobody is helped at a guess', () => {
    expect(stationNamed(live, 'twin')).toEqual({ is: 'several' })
    expect(stationNamed(live, 'MFG')).toEqual({ is: 'none' })
    expect(stationNamed(live, '  ')).toEqual({ is: 'none' })
  })

  it('is not said to be none while others have not come', () => {
    for (const standing of ['loading', 'part', 'failed', 'lost'] as const) expect(stationNamed({ standing, book, total: 600 }, 'MFG-ER-8')).toEqual({ is: 'not-yet' })
    expect(stationNamed({ ...live, standing: 'lost' }, 'MFG-ER-8')).toEqual({ is: 'none' })
  })
})

describe('who may be calling from it', () => {
  it('is whoever has signed in there, and whose session it says it has', () => {
    expect(usersAt(first, [user('u2', [idOf()]), user('u3', [idOf(second)])]).map(({ sub }) => sub)).toEqual(['u1', 'u2'])
    expect(usersAt(first, [user('u1', [idOf()])]).map(({ sub }) => sub)).toEqual(['u1'])
    expect(usersAt(undefined, [user('u2', [idOf()])])).toEqual([])
  })

  it('is nobody yet while the list of people has not come: not the one whose session is there, as if no other could be', () => {
    expect(usersAt(first, undefined)).toEqual([])
  })
})

describe('what is missing before an answer', () => {
  const challenge = grouped(codeOf([1, 2, 3, 4, 5, 6, 7, 8, 9]))
  const full: HelpForm = { ...emptyHelpForm, challenge, identifiedBy: 'called-back', identification: 'Called back at 2210', reason: 'Forgot two digits of it' }

  it('comes in the order of the screen, and is nothing when all is there, in whatever case the code was typed', () => {
    expect(lacksOf(emptyHelpForm, stationNamed(live, ''), '')).toEqual(['station', 'user', 'identifiedBy', 'challenge', 'reason'])
    expect(lacksOf({ ...full, challenge: challenge.toLowerCase() }, stationNamed(live, 'MFG-ER-7'), 'u1')).toEqual([])
  })

  it('is how the caller is known, which nothing chooses for whoever answers, and then by what', () => {
    const at = stationNamed(live, 'MFG-ER-7')
    expect(lacksOf({ ...full, identifiedBy: emptyHelpForm.identifiedBy }, at, 'u1')).toEqual(['identifiedBy'])
    expect(lacksOf({ ...full, identification: 'Rang' }, at, 'u1')).toEqual(['identification'])
  })

  it('is the code, where the short one of a workstation was read out instead, and that is noticed', () => {
    const code = workstationCode(idOf())
    expect(lacksOf({ ...full, challenge: code }, stationNamed(live, 'MFG-ER-7'), 'u1')).toEqual(['challenge'])
    expect(isStationCode(book, code.toLowerCase())).toBe(true)
    expect(isStationCode(book, challenge)).toBe(false)
  })
})
