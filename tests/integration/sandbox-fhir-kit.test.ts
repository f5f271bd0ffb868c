import type { Bundle, Resource } from '@medplum/fhirtypes'
import { Client } from 'fhir-kit-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annsResults } from './sandbox-fhir/hospital.ts'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'

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
    // True: a search of this server answers with a searchset.
    let page = (await client.search({ resourceType: 'Observation', searchParams: { patient: 'ann', category: 'laboratory', _count: 25 } })) as unknown as Bundle | undefined
    const ids: (string | undefined)[] = []
    while (page !== undefined) {
      ids.push(...(page.entry ?? []).map(({ resource }) => resource?.id))
      // True: as above; its types ask for a bundle of its own.
      page = (await client.nextPage({ bundle: page as never })) as unknown as Bundle | undefined
    }
    expect(new Set(ids).size).toBe(annsResults)
    expect(ids).toHaveLength(annsResults)
  })

  it('searches by POST, creates, updates and deletes', async () => {
    const found = await client.resourceSearch({ resourceType: 'Patient', searchParams: { name: 'garcia' }, options: { postSearch: true } })
    expect(found).toMatchObject({ entry: [{ resource: { id: 'ann' } }] })
    // True: the server answers a create with what it created.
    const created = (await client.create({
      resourceType: 'Task',
      body: { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } },
    })) as unknown as Resource & { id: string }
    const updated = await client.update({ resourceType: 'Task', id: created.id, body: { ...created, status: 'accepted' } as never })
    expect(updated).toMatchObject({ status: 'accepted', meta: { versionId: '2' } })
    await client.delete({ resourceType: 'Task', id: created.id })
    await expect(client.read({ resourceType: 'Task', id: created.id })).rejects.toMatchObject({ response: { status: 410 } })
  })
})
