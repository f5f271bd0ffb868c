import { Client, type FhirResource } from 'fhir-kit-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { annsResults } from './sandbox-fhir/hospital.ts'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'

/** What these tests and the client read of a page. */
const Page = z.object({
  resourceType: z.literal('Bundle'),
  link: z.array(z.object({ relation: z.string(), url: z.string() })),
  entry: z.array(z.object({ resource: z.object({ id: z.string() }) })).optional(),
})
const Created = z.looseObject({ resourceType: z.string(), id: z.string() })
const Answered = z.object({ type: z.literal('transaction-response'), entry: z.array(z.object({ resource: Created })) })

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await startServer()
  client = new Client({ baseUrl: server.base, bearerToken: 'ada' })
})
afterAll(() => server.close())

describe('fhir-kit-client, which we did not write', () => {
  it('reads the CapabilityStatement and a record', async () => {
    expect(await client.capabilityStatement()).toMatchObject({ fhirVersion: '4.0.1' })
    expect(await client.read({ resourceType: 'Patient', id: 'ann' })).toMatchObject({ id: 'ann' })
    expect(await client.vread({ resourceType: 'Patient', id: 'ann', version: '1' })).toMatchObject({ id: 'ann' })
  })

  it('follows the pages of a chart to their end', async () => {
    const ids: string[] = []
    let page: FhirResource | undefined = await client.search({
      resourceType: 'Observation',
      searchParams: { patient: 'ann', category: 'laboratory', _count: 25 },
    })
    while (page !== undefined) {
      const bundle = Page.parse(page)
      ids.push(...(bundle.entry ?? []).map(({ resource }) => resource.id))
      page = await client.nextPage({ bundle })
    }
    expect(new Set(ids).size).toBe(annsResults)
    expect(ids).toHaveLength(annsResults)
  })

  it('searches by POST, creates, updates and deletes', async () => {
    const found = await client.resourceSearch({ resourceType: 'Patient', searchParams: { name: 'garcia' }, options: { postSearch: true } })
    expect(found).toMatchObject({ entry: [{ resource: { id: 'ann' } }] })
    const body = { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } }
    const created = Created.parse(await client.create({ resourceType: 'Task', body }))
    const updated = await client.update({ resourceType: 'Task', id: created.id, body: { ...created, status: 'accepted' } })
    expect(updated).toMatchObject({ status: 'accepted', meta: { versionId: '2' } })
    await client.delete({ resourceType: 'Task', id: created.id })
    await expect(client.read({ resourceType: 'Task', id: created.id })).rejects.toMatchObject({ response: { status: 410 } })
  })

  it('sends a transaction, reads a history, and meets a conflict', async () => {
    const body = {
      resourceType: 'Bundle', type: 'transaction',
      entry: [{ resource: { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } }, request: { method: 'POST', url: 'Task' } }],
    }
    const answer = Answered.parse(await client.transaction({ body }))
    const task = answer.entry[0]?.resource ?? { resourceType: 'Task', id: '' }
    const change = (ifMatch: string) => client.update({ resourceType: 'Task', id: task.id, body: { ...task, status: 'accepted' }, options: { headers: { 'if-match': ifMatch } } })
    await change('W/"1"')
    await expect(change('W/"1"')).rejects.toMatchObject({ response: { status: 412 } })
    expect(await client.resourceHistory({ resourceType: 'Task', id: task.id })).toMatchObject({ type: 'history', entry: [{ response: { etag: 'W/"2"' } }, { response: { etag: 'W/"1"' } }] })
    expect(await client.typeHistory({ resourceType: 'Task' })).toMatchObject({ type: 'history' })
  })
})
