import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRig } from '../../electron/records/testing/rig.ts'
import { makeAuthority, makeServerCertificate } from '../../electron/transport/testing/certificates.ts'
import { fhirApi, type FhirStore, loadResources, openStore } from '../../sandbox/fhir/index.ts'
import type { Caller } from '../../sandbox/types.ts'
import { PatientId } from '../../shared/contract/ids.ts'
import { type SectionName, sections } from '../../shared/contract/index.ts'
import { annsResults, hospital } from './sandbox-fhir/hospital.ts'

const ada: Caller = { sub: 'dr-ada', practitioner: 'dr-ada', role: 'physician', scopes: ['user/*.cruds'], clientId: 'test' }
const clock = { now: () => Date.parse('2026-11-01T08:00:00Z') }

let store: FhirStore
let closeServer: () => Promise<unknown>
let server: { fhirBase: string; authority: Awaited<ReturnType<typeof makeAuthority>> }
const answers: { url: string; status: number }[] = []

beforeAll(async () => {
  store = openStore({ file: ':memory:', clock })
  loadResources(store, hospital())
  const authority = await makeAuthority('records and sandbox')
  const certificate = await makeServerCertificate(authority)
  const probe = Fastify()
  const port = new URL(await probe.listen({ host: '127.0.0.1', port: 0 })).port
  await probe.close()
  const fhirBase = `https://127.0.0.1:${port}/fhir/R4`
  const secured = Fastify({ https: { cert: certificate.pem, key: certificate.keyPem } })
  secured.addHook('onResponse', async (request, reply) => void answers.push({ url: request.url, status: reply.statusCode }))
  await secured.register(fhirApi({ store, identify: async (authorization) => (authorization === 'Bearer ada' ? ada : undefined), clock, baseUrl: fhirBase }), { prefix: '/fhir/R4' })
  await secured.listen({ host: '127.0.0.1', port: Number(port) })
  closeServer = () => secured.close()
  server = { fhirBase, authority }
})
afterAll(async () => {
  await closeServer()
  store.close()
})

/** A workstation against the sandbox's API, with everything real between them. */
async function withRecords(use: (rig: ReturnType<typeof startRig>) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-records-'))
  const rig = startRig({ server, folder, token: 'ada', fhirUser: `${server.fhirBase}/Practitioner/dr-ada`, displayName: 'Ada O’Brien, MD', now: clock.now })
  try {
    expect(await rig.workspace().call('vault.setPin', { pin: 'kestrel-7' })).toEqual({ value: {} })
    await use(rig)
  } finally {
    await rig.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const sectionOf = async (rig: ReturnType<typeof startRig>, patient: string, section: SectionName, next?: string) => {
  const id = PatientId.parse(patient)
  const reply = await rig.tab(patient).call('chart.section', { patient: id, section, cause: 'look', want: 'current', ...(next === undefined ? {} : { next }) })
  if ('failure' in reply) throw new Error(`${section}: ${reply.failure}`)
  return reply.value
}

describe('the records process and the sandbox EHR', () => {
  it('agree on every section of a chart', async () => {
    await withRecords(async (rig) => {
      const found: Record<string, number> = {}
      for (const section of sections) {
        const { resources, refused } = await sectionOf(rig, 'ann', section)
        expect({ section, ...refused }).toEqual({ section, wrongPatient: 0, malformed: 0 })
        found[section] = resources.length
      }
      expect(found).toMatchObject({ patient: 1, problems: 1, medications: 2, vitals: 1, laboratory: 100, careTeam: 2 })
    })
  })

  it('agree that nothing has changed, by ETag, for every section', async () => {
    await withRecords(async (rig) => {
      for (const section of sections) await sectionOf(rig, 'ann', section)
      answers.length = 0
      for (const section of sections) await sectionOf(rig, 'ann', section)
      expect(answers.filter(({ status }) => status !== 304)).toEqual([])
      expect(answers.length).toBeGreaterThanOrEqual(sections.length)
    })
  })

  it('agree on paging: every result once', async () => {
    await withRecords(async (rig) => {
      const ids = new Set<string | undefined>()
      let next: string | undefined
      let read = 0
      do {
        const part = await sectionOf(rig, 'ann', 'laboratory', next)
        for (const { id } of part.resources) ids.add(id)
        read += part.resources.length
        next = part.next
      } while (next !== undefined)
      expect([read, ids.size]).toEqual([annsResults, annsResults])
    })
  })

  it('agree on finding patients by name and date, and on whose patients they are', async () => {
    await withRecords(async (rig) => {
      const page = rig.workspace()
      const find = async (text: string) => {
        const reply = await page.call('patients.search', { text })
        return 'value' in reply ? reply.value.patients.map(({ id }) => id) : reply.failure
      }
      expect(await find('garcia')).toEqual(['ann'])
      expect(await find("O'Br")).toEqual(['bob'])
      expect(await find('García-López, Ann')).toEqual(['ann'])
      expect(await find('28-Feb-1970')).toEqual(['ann'])
      expect(await find('1985')).toEqual(['bob'])
      expect(await find('nobody of that name')).toEqual([])
      const mine = await page.call('patients.mine', {})
      expect('value' in mine ? mine.value.patients.map(({ id }) => id) : mine).toEqual(['ann'])
    })
  })

  it('let the audit know of a care relation and of a family name, once for each opening and without either @164.312(b)', async () => {
    await withRecords(async (rig) => {
      const opened = (patient: string) => Promise.all(rig.tab(patient, 7, sections.map((section) => ({ patient: PatientId.parse(patient), section, cause: 'look', want: 'kept' }))).asked)
      const told = () => rig.audit.filter(({ event }) => event === 'chart.signals').map(({ patient, signals }) => [patient, signals])
      await opened('ann')
      await expect.poll(told).toEqual([['ann', 'related']])
      await opened('bob')
      await expect.poll(told).toEqual([['ann', 'related'], ['bob', 'not-related same-family-name']])
      // The EHR gives the name of a restricted patient, and nothing of who treats them.
      await opened('vip')
      await expect.poll(() => told().at(-1)).toEqual(['vip', 'relation-not-known restricted'])
      expect(JSON.stringify(rig.audit.filter(({ event }) => event === 'chart.signals'))).not.toMatch(/brien/i)
    })
  })

  it('agree that a restricted chart is not for everyone', async () => {
    await withRecords(async (rig) => {
      await expect(sectionOf(rig, 'vip', 'laboratory')).rejects.toThrow('forbidden')
    })
  })
})
