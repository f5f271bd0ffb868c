import { describe, expect, it } from 'vitest'
import type { Permission } from '../../shared/contract/procedure.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { readStaffMember } from './staff-member.ts'

const fhirBase = 'https://ehr.example.org/fhir/R4'
const everything: readonly Permission[] = ['patient:search', 'chart:read', 'note:draft']

/** Who the EHR says it is, where it answers these resources. */
function told(resources: Readonly<Record<string, unknown>>, more: { name?: string | undefined; reference?: string | undefined; permissions?: readonly Permission[] } = {}) {
  const asked: string[] = []
  const result = readStaffMember({
    fetch: (url) => {
      asked.push(String(url))
      const body = resources[String(url).slice(fhirBase.length + 1)]
      return body === undefined ? Promise.reject(new ChartkeepError('offline')) : Promise.resolve(Response.json(body))
    },
    fhirBase,
    accessToken: 't',
    reference: 'Practitioner/1',
    name: 'Dr A. Example',
    permissions: everything,
    ...more,
  })
  return { result, asked }
}
const rolesOf = (...codes: string[]) => ({ 'PractitionerRole?practitioner=Practitioner%2F1': { entry: codes.map((code) => ({ resource: { code: [{ coding: [{ code }] }] } })) } })

describe('the user as the screen names them', () => {
  it.each([
    ['207Q00000X', 'physician'],
    ['208000000X', 'physician'],
    ['163W00000X', 'nurse'],
    ['163W', 'other'],
  ] as const)('reads the taxonomy code %s, which US Core asks for, as %s', async (code, role) => {
    expect(await told(rolesOf(code)).result).toMatchObject({ role })
  })

  it('has the role that the EHR keeps for them', async () => {
    expect(await told(rolesOf('doctor')).result).toEqual({ displayName: 'Dr A. Example', role: 'physician' })
    expect(await told(rolesOf('unknown', '224535009')).result).toMatchObject({ role: 'nurse' })
  })

  it.each([
    ['ict', 'support'],
    ['compliance-officer', 'compliance'],
    ['privacy-officer', 'privacy'],
  ] as const)('of those who treat nobody is named by the code %s as %s', async (code, role) => {
    expect(await told(rolesOf(code), { permissions: [] }).result).toMatchObject({ role })
  })

  it('has no role that ended', async () => {
    const ended = { 'PractitionerRole?practitioner=Practitioner%2F1': { entry: [{ resource: { active: false, code: [{ coding: [{ code: 'doctor' }] }] } }] } }
    expect(await told(ended).result).toMatchObject({ role: 'other' })
  })

  it('is named by the practitioner’s record where the ID token does not', async () => {
    const record = { 'Practitioner/1': { name: [{ use: 'old', family: 'Before' }, { family: 'Example', given: ['Ann', 'B.'], prefix: ['Dr'] }] } }
    expect(await told(record, { name: undefined }).result).toMatchObject({ displayName: 'Dr Ann B. Example' })
  })

  it('comes in though the EHR tells nothing, or nonsense', async () => {
    expect(await told({}, { name: undefined }).result).toEqual({ displayName: '', role: 'other' })
    expect(await told({ 'PractitionerRole?practitioner=Practitioner%2F1': { entry: 'none' } }).result).toMatchObject({ role: 'other' })
    expect(await told({}, { reference: undefined, permissions: ['patient:search'] }).result).toMatchObject({ role: 'front-desk' })
  })

  it('is never named by prototype, and cannot turn the lock screen around', async () => {
    expect(await told(rolesOf('constructor', '__proto__')).result).toMatchObject({ role: 'other' })
    expect((await told({}, { name: '\u202egnorw\u0000\n' }).result).displayName).toBe('gnorw')
  })

  it('without a practitioner is not looked up', async () => {
    const { result, asked } = told({}, { reference: 'PractitionerRole/9' })
    await result
    expect(asked).toEqual([])
  })
})
