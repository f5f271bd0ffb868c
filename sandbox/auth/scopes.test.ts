import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roles } from '../types.ts'
import { dataScopesOf, fromV1, narrowScopes, parseDataScope, toV1, withoutWithheld } from './scopes.ts'

const type = fc.constantFrom('*', 'Patient', 'Observation', 'DocumentReference', 'Appointment', 'AuditEvent', 'Condition')
const letters = fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 }).map((some) => some.join(''))
const scope = fc.tuple(type, letters).map(([one, may]) => `user/${one}.${may}`)

/** Whether the scopes together allow one letter on one type. */
function allows(scopes: readonly string[], of: string, letter: string): boolean {
  return scopes
    .map(parseDataScope)
    .some((one) => one !== undefined && (one.type === of || one.type === '*') && one.letters.includes(letter))
}

describe('scopes', () => {
  it('of a physician: read everything, write notes', () => {
    expect(narrowScopes(['user/*.rs', 'user/DocumentReference.cruds'], 'physician')).toEqual([
      'user/*.rs',
      'user/DocumentReference.cruds',
    ])
  })

  it('of a nurse never order medication', () => {
    expect(narrowScopes(['user/MedicationRequest.cruds'], 'nurse')).toEqual(['user/MedicationRequest.rs'])
  })

  it('of the front desk never reach clinical records @164.312(a)(1)', () => {
    expect(narrowScopes(['user/Observation.rs', 'user/Condition.r'], 'front-desk')).toEqual([])
    expect(narrowScopes(['user/*.cruds'], 'front-desk')).toContain('user/Patient.rs')
    expect(allows(narrowScopes(['user/*.cruds'], 'front-desk'), 'Observation', 'r')).toBe(false)
  })

  it('of those who treat nobody hold nothing clinical @164.312(a)(1)', () => {
    for (const role of ['support', 'compliance', 'privacy'] as const) {
      const granted = narrowScopes(['user/*.cruds'], role)
      for (const clinical of ['Observation', 'Condition', 'DocumentReference', 'MedicationRequest', 'Encounter', 'CareTeam']) {
        for (const letter of 'cruds') expect(allows(granted, clinical, letter)).toBe(false)
      }
      expect(allows(granted, 'Patient', 's')).toBe(role === 'privacy')
      expect(allows(granted, 'AuditEvent', 's')).toBe(role !== 'support')
    }
  })

  it('of those who treat never read what was done with charts, named or by a wildcard', () => {
    for (const role of ['physician', 'nurse'] as const) {
      expect(narrowScopes(['user/*.rs', 'user/AuditEvent.crs'], role)).toEqual(['user/*.rs', 'user/AuditEvent.c'])
      expect(narrowScopes(['user/AuditEvent.rs'], role)).toEqual([])
    }
  })

  it('never grow: what is granted was asked', () => {
    fc.assert(
      fc.property(fc.array(scope), fc.constantFrom(...roles), type, fc.constantFrom('c', 'r', 'u', 'd', 's'), (asked, role, of, letter) => {
        const granted = narrowScopes(asked, role)
        if (of !== '*' && allows(granted, of, letter)) expect(allows(asked, of, letter)).toBe(true)
      }),
    )
  })

  it('narrowed again stay as they are', () => {
    fc.assert(
      fc.property(fc.array(scope), fc.constantFrom(...roles), (asked, role) => {
        const once = narrowScopes(asked, role)
        expect(new Set(narrowScopes(once, role))).toEqual(new Set(once))
      }),
    )
  })

  it('that are not about a user’s data are left out', () => {
    for (const other of ['patient/*.rs', 'system/*.rs', 'user/Patient.read', 'user/Patient.sr', 'user/Patient.', 'user/Patient.rs?x=1', 'user/../x.r']) {
      expect(parseDataScope(other)).toBeUndefined()
    }
    expect(dataScopesOf('openid user/Patient.rs launch')).toBe('user/Patient.rs')
  })

  it('can be said in v1', () => {
    expect(['user/*.rs', 'user/Task.cruds', 'user/AuditEvent.c', 'openid'].map(toV1)).toEqual([
      'user/*.read',
      'user/Task.*',
      'user/AuditEvent.write',
      'openid',
    ])
  })

  it('of SMART v1 mean what they meant, and others are none of them', () => {
    expect(['user/Observation.read', 'user/*.*', 'user/Task.write'].map(fromV1)).toEqual(['user/Observation.rs', 'user/*.cruds', 'user/Task.cud'])
    expect(['user/Observation.rs', 'openid', 'patient/*.read', 'user/Observation.write?x'].map(fromV1)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('that are withheld are not given by a wildcard either', () => {
    expect(withoutWithheld(['openid', 'user/*.rs', 'user/Flag.rs', 'user/Task.crus'], ['Flag'])).toEqual(['openid', 'user/Task.crus'])
    expect(withoutWithheld(['openid', 'user/*.rs'], [])).toEqual(['openid', 'user/*.rs'])
  })
})
