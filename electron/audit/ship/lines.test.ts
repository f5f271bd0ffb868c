import { describe, expect, it } from 'vitest'
import { auditEvent } from './audit-event.ts'
import { lineOf } from './lines.ts'
import { learn, withPeople } from './people.ts'

const machines = { workstation: 'ward-3', fhirBase: 'https://ehr.example/fhir' }
const told = (entry: Readonly<Record<string, unknown>>, person?: string) => ({ file: 1, at: 0, text: 'line', seq: 7, hash: 'ab'.repeat(32), person, entry: { device: 'd', wall: 0, outcome: 'success', correlation: '0badcafe', ...entry } })

describe('an entry as an AuditEvent @164.312(b)', () => {
  it('is a security alert for every alert there will be, with the patient it is about', () => {
    const event = auditEvent(told({ event: 'alert.of-a-rule-to-come', patient: 'p-1', user: 'u' }), machines)
    expect(event).toMatchObject({ type: { code: '110113' }, subtype: [{ code: '110133' }] })
    expect(event.entity?.[0]?.what).toEqual({ reference: 'Patient/p-1' })
  })

  it('is reported also where another version recorded it, under a word that is not known here', () => {
    expect(lineOf('constructor')).toEqual(lineOf('no.such.word'))
    expect(auditEvent(told({ event: 'no.such.word' }), machines)).toMatchObject({ type: { code: '110113' }, subtype: [{ code: '110132' }] })
  })

  it('is of the person whom the sign-in named, of the key where none did, and of the workstation where nobody was there', () => {
    const who = (entry: Readonly<Record<string, unknown>>, person?: string) => auditEvent(told({ event: 'chart.open', ...entry }, person), machines).agent[0]?.who
    expect(who({ user: 'u' }, 'Practitioner/1')).toEqual({ identifier: { system: 'urn:chartkeep:user', value: 'u' }, reference: 'Practitioner/1' })
    expect(who({ user: 'u' })).toEqual({ identifier: { system: 'urn:chartkeep:user', value: 'u' } })
    expect(who({ user: null })).toMatchObject({ identifier: { system: 'urn:chartkeep:device', value: 'd' } })
  })

  it('says that it was refused, that it failed, or that it is only announced', () => {
    const outcome = (word: string) => {
      const event = auditEvent(told({ event: 'chart.open', outcome: word }), machines)
      return [event.outcome, event.outcomeDesc !== undefined]
    }
    expect(['success', 'refused', 'failed', 'intent'].map(outcome)).toEqual([['0', false], ['4', false], ['8', false], ['0', true]])
  })
})

describe('who acted', () => {
  it('is told the same however many lines are read at once', () => {
    const lines = [{ user: 'a' }, { user: 'a', person: 'Practitioner/1' }, { user: 'a' }, { user: 'b' }, { user: 'a', person: 'Practitioner/2' }, { user: 'a' }].map((entry) => told(entry))
    const whole = withPeople({}, lines).map(({ person }) => person)
    expect(whole).toEqual([undefined, 'Practitioner/1', 'Practitioner/1', undefined, 'Practitioner/2', 'Practitioner/2'])
    let known = {}
    const oneByOne = lines.map((line) => {
      const [one] = withPeople(known, [line])
      known = learn(known, [line])
      return one?.person
    })
    expect(oneByOne).toEqual(whole)
  })
})
