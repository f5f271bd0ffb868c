import { createRequire } from 'node:module'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { annsResults } from './sandbox-fhir/hospital.ts'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'
import { usCoreChart } from './sandbox-fhir/us-core-chart.ts'

const load = createRequire(import.meta.url)

/** What is used of `fhirclient` (its node entry gives a client for a request and a response). */
interface SmartClient {
  request(path: string | { url: string; method?: string; body?: string; headers?: Record<string, string> }, options?: { pageLimit?: number; flat?: boolean }): Promise<unknown>
  create(resource: object): Promise<unknown>
  update(resource: object, options?: { headers: Record<string, string> }): Promise<unknown>
  delete(path: string): Promise<unknown>
}
/** What is used of `fhir`. */
interface Validator {
  validate(resource: object, options?: { errorOnUnexpected?: boolean }): { valid: boolean; messages: { severity?: string; message?: string; location?: string }[] }
}

const Named = z.looseObject({ resourceType: z.string(), id: z.string() })

let server: TestServer
let client: SmartClient
let validator: Validator
beforeAll(async () => {
  server = await startServer()
  for (const resource of usCoreChart) server.store.put(resource)
  // Neither package has types for its CommonJS entry; the shapes above are what is used.
  const smart = load('fhirclient') as (request: object, response: object) => { client(state: object): SmartClient }
  client = smart({ headers: {} }, {}).client({ serverUrl: server.base, tokenResponse: { access_token: 'ada' } })
  const { Fhir } = load('fhir') as { Fhir: new () => Validator }
  validator = new Fhir()
})
afterAll(() => server.close())

describe('fhirclient, which we did not write', () => {
  it('reads, and follows the pages of a chart to their end', async () => {
    expect(await client.request('Patient/ann')).toMatchObject({ id: 'ann' })
    const all = z.array(Named).parse(await client.request('Observation?patient=ann&category=laboratory&_count=40', { pageLimit: 0, flat: true }))
    expect(new Set(all.map(({ id }) => id)).size).toBe(annsResults)
  })

  it('creates, updates, meets a conflict, and sees what was', async () => {
    const task = Named.parse(await client.create({ resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } }))
    expect(await client.update({ ...task, status: 'accepted' }, { headers: { 'if-match': 'W/"1"' } })).toMatchObject({ meta: { versionId: '2' } })
    await expect(client.update({ ...task, status: 'rejected' }, { headers: { 'if-match': 'W/"1"' } })).rejects.toThrow('412')
    expect(await client.request(`Task/${task.id}/_history`)).toMatchObject({ type: 'history', entry: [{ resource: { status: 'accepted' } }, { resource: { status: 'requested' } }] })
    await client.delete(`Task/${task.id}`)
    await expect(client.request(`Task/${task.id}`)).rejects.toThrow('410')
  })

  it('sends a transaction', async () => {
    const body = JSON.stringify({
      resourceType: 'Bundle', type: 'transaction',
      entry: [{ resource: { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } }, request: { method: 'POST', url: 'Task' } }],
    })
    expect(await client.request({ url: '', method: 'POST', body, headers: { 'content-type': 'application/fhir+json' } })).toMatchObject({ type: 'transaction-response', entry: [{ response: { status: '201 Created' } }] })
  })
})

describe('a validator that we did not write', () => {
  const problemsOf = (resource: object) => validator.validate(resource, { errorOnUnexpected: true }).messages.filter(({ severity }) => severity === 'error' || severity === 'fatal')

  it('finds what is wrong', () => {
    expect(problemsOf({ resourceType: 'Observation', status: 'finished', colour: 'red' }).length).toBeGreaterThan(1)
  })

  it.each(['Patient/ann', 'Patient/vip', 'Patient/ann/$everything?_count=1000', 'Observation?patient=ann&_count=30', 'Observation?patient=ann&_count=30&_elements=value', 'Condition?patient=ann&_elements=code', 'MedicationRequest?patient=ann&_include=MedicationRequest:medication', 'Patient/ann/_history', 'Observation/_history?_count=30', 'metadata', 'Patient/none',
    'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender', 'CodeSystem/$lookup?system=http://snomed.info/sct&code=44054006'])(
    'finds nothing wrong with %s', async (path) => {
      // What the server under test sent.
      const answer = (await (await server.ask('ada', path)).json()) as Resource
      expect(problemsOf(answer)).toEqual([])
    },
  )

  it('finds nothing wrong with the answer to a bundle', async () => {
    const entry = [{ request: { method: 'GET', url: 'Patient/ann' } }, { request: { method: 'GET', url: 'Patient/none' } }]
    const response = await server.ask('ada', '', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }), headers: { 'content-type': 'application/fhir+json' } })
    const answer = (await response.json()) as Bundle
    expect(problemsOf(answer)).toEqual([])
  })
})
