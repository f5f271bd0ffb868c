import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { PatientId } from '../../../shared/contract/ids.ts'
import type { SectionName } from '../../../shared/contract/index.ts'
import { type FhirTestServer, startFhirServer, type TestResource } from './fhir-server.ts'
import { newKeychain, type Rig, type RigOptions, startRig, type TestKeychain } from './rig.ts'

/** Specs of `records` that import from here get a server, a folder and a clock of their own for each test. */
export const pin = 'kestrel-7'
export const ann = PatientId.parse('ann')
export const hour = 3_600_000

export let server: FhirTestServer
export let folder: string
export let keychain: TestKeychain
let rigs: Rig[]
let folders: string[]
/** What every clock of the test says. Milliseconds. */
export let now: number

export function pass(ms: number): void {
  now += ms
}

beforeEach(async () => {
  server = await startFhirServer()
  folders = []
  folder = newFolder()
  keychain = newKeychain()
  rigs = []
  now = Date.UTC(2026, 10, 23, 9)
  server.resources = [
    { resourceType: 'Patient', id: 'ann', name: [{ family: 'Quill', given: ['Ann'] }], birthDate: '1961-03-12', identifier: [{ value: '4471' }] },
    { resourceType: 'Patient', id: 'bob', name: [{ family: 'Quillon', given: ['Bob'] }], birthDate: '1975-01-02', identifier: [{ value: '44719' }] },
    allergy('a1', 'ann', 'penicillin'),
    allergy('a2', 'ann', 'latex'),
  ]
})
afterEach(async () => {
  for (const rig of rigs) await rig.stop()
  await server.close()
  for (const each of folders) rmSync(each, { recursive: true, force: true })
})

/** Gone when the test ends. */
export function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'chartkeep-records-'))
  folders.push(made)
  return made
}

export const allergy = (id: string, patient: string, text: string): TestResource => ({ resourceType: 'AllergyIntolerance', id, patient: { reference: `Patient/${patient}` }, code: { text } })

export function start(options: Partial<RigOptions> = {}): Rig {
  const rig = startRig({ server, folder, keychain, now: () => now, ...options })
  rigs.push(rig)
  return rig
}

/** A session whose vault is open, as after the first sign-in. */
export async function begin(options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = start(options)
  expect(await rig.workspace().call('vault.setPin', { pin })).toEqual({ value: {} })
  return rig
}

/** The same workstation after a lock or a restart, and the PIN. */
export async function resume(options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = start({ state: 'locked', ...options })
  expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
  return rig
}

export async function look(rig: Rig, section: SectionName = 'allergies', want: 'kept' | 'current' = 'current', next?: string) {
  const reply = await rig.tab('ann').call('chart.section', { patient: ann, section, cause: 'look', want, ...(next === undefined ? {} : { next }) })
  return 'value' in reply
    ? { ids: reply.value.resources.map(({ id }) => id), source: reply.value.freshness.source, asOf: reply.value.freshness.asOf, refused: reply.value.refused, next: reply.value.next, total: reply.value.total }
    : reply.failure
}

export const cut = () => {
  server.intercept = (_asked, response) => {
    response.destroy()
    return true
  }
}
