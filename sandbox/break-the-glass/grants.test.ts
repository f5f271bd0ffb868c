import { DatabaseSync } from 'node:sqlite'
import type { AuditEvent } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import type { Caller } from '../types.ts'
import { auditingWitness } from './audit-events.ts'
import { openGrants } from './grants.ts'

const ada: Caller = { sub: 'sub-ada', practitioner: 'dr-ada', role: 'physician', scopes: ['user/*.cruds'], clientId: 'chartkeep-desktop' }
const asked = { patient: 'vip', reason: 'Unconscious in the emergency room', purpose: 'BTG', minutes: 30 } as const

function setUp(database = new DatabaseSync(':memory:')) {
  const time = { now: Date.parse('2026-01-15T10:00:00Z') }
  const filed: AuditEvent[] = []
  const disk = { isFull: false }
  const file = (event: AuditEvent) => {
    if (disk.isFull) throw new Error('the disk is full')
    filed.push(event)
  }
  const grants = openGrants(database, { now: () => time.now }, auditingWitness(file))
  return { time, filed, disk, grants, database }
}
const subtypes = (events: readonly AuditEvent[]) => events.map(({ subtype }) => subtype?.[0]?.code)

describe('a broken glass @164.312(a)(2)(ii)', () => {
  it('lets one person in to one patient, until its time is over to the millisecond', () => {
    const { grants, time } = setUp()
    const { until } = grants.begin(ada, asked)
    expect(until - time.now).toBe(30 * 60_000)
    expect(grants.openTo('sub-ada').map(({ patient }) => patient)).toEqual(['vip'])
    expect(grants.openTo('sub-ben')).toEqual([])
    time.now = until - 1
    expect(grants.openTo('sub-ada')).toHaveLength(1)
    time.now = until
    expect(grants.openTo('sub-ada')).toEqual([])
  })

  it('is whole again after an hour, whatever was asked', () => {
    const { grants, time } = setUp()
    expect(grants.begin(ada, { ...asked, minutes: 6_000 }).until - time.now).toBe(60 * 60_000)
  })

  it('is given back by its holder alone', () => {
    const { grants } = setUp()
    const { id } = grants.begin(ada, asked)
    expect(grants.giveBack(id, 'sub-ben')).toBe(false)
    expect(grants.openTo('sub-ada')).toHaveLength(1)
    expect(grants.giveBack(id, 'sub-ada')).toBe(true)
    expect(grants.giveBack(id, 'sub-ada')).toBe(false)
    expect(grants.openTo('sub-ada')).toEqual([])
  })

  it('outlives a restart, and its end does too', () => {
    const { grants, database } = setUp()
    grants.begin(ada, asked)
    const restarted = setUp(database)
    expect(restarted.grants.openTo('sub-ada')).toHaveLength(1)
    restarted.time.now += 31 * 60_000
    expect(restarted.grants.openTo('sub-ada')).toEqual([])
    restarted.grants.sweep()
    expect(subtypes(restarted.filed)).toEqual(['110128'])
  })
})

describe('what is written of it @164.312(b)', () => {
  it('says who, whom, why, for which purpose, and until when', () => {
    const { grants, filed } = setUp()
    grants.begin(ada, asked)
    const [event] = filed
    expect(event).toMatchObject({
      subtype: [{ code: '110127' }],
      recorded: '2026-01-15T10:00:00.000Z',
      purposeOfEvent: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'BTG' }] }],
      agent: [{ who: { reference: 'Practitioner/dr-ada' }, requestor: true }],
      entity: [{ what: { reference: 'Patient/vip' } }],
    })
    expect(event?.entity?.[0]?.detail).toContainEqual({ type: 'reason', valueString: asked.reason })
  })

  it('comes before the access: where it cannot be written, nothing is opened', () => {
    const { grants, disk } = setUp()
    disk.isFull = true
    expect(() => grants.begin(ada, asked)).toThrow('full')
    expect(grants.openTo('sub-ada')).toEqual([])
  })

  it('says of each end how it came, once', () => {
    const { grants, filed, time } = setUp()
    grants.giveBack(grants.begin(ada, asked).id, 'sub-ada')
    grants.begin(ada, asked)
    grants.endAllOf('sub-ada')
    grants.begin(ada, asked)
    time.now += 45 * 60_000
    grants.sweep()
    grants.sweep()
    const ends = filed.filter(({ subtype }) => subtype?.[0]?.code === '110128')
    expect(ends.map(({ entity }) => entity?.[0]?.detail?.[1]?.valueString)).toEqual(['The person ended it.', 'The account was barred.', 'The time was over.'])
    // When it ended, not when somebody looked.
    expect(ends[2]?.recorded).toBe('2026-01-15T10:30:00.000Z')
  })

  it('of an end that could not be written is written later; closed it was all along', () => {
    const { grants, filed, disk, time } = setUp()
    const { id } = grants.begin(ada, asked)
    disk.isFull = true
    expect(() => grants.giveBack(id, 'sub-ada')).toThrow('full')
    expect(grants.openTo('sub-ada')).toEqual([])
    disk.isFull = false
    time.now += 60_000
    grants.sweep()
    expect(subtypes(filed)).toEqual(['110127', '110128'])
    expect(filed[1]?.recorded).toBe('2026-01-15T10:00:00.000Z')
  })
})
