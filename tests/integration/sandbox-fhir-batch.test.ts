import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bundle, BundleEntry, DocumentReference, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../sandbox/fhir/index.ts'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const post = (who: Who, type: string, entry: readonly unknown[]) =>
  server.ask(who, '', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type, entry }), headers: { 'content-type': 'application/fhir+json' } })
// The bodies below are what the server under test sent; each test looks at what it needs of them.
const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json()
const statuses = async (response: Promise<Response>) => ((await json<Bundle>(response)).entry ?? []).map(({ response: one }) => one?.status.slice(0, 3))
const status = async (who: Who, path: string) => {
  const response = await server.ask(who, path)
  await response.arrayBuffer()
  return response.status
}

const observation = (of = 'ann', more = {}) => ({ resourceType: 'Observation', status: 'final', code: { text: 'Pulse' }, subject: { reference: `Patient/${of}` }, ...more })
const create = (resource: { resourceType: string }, more: Partial<BundleEntry['request']> = {}, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }), resource, request: { method: 'POST', url: resource.resourceType, ...more },
})
const uuid = (n: number) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

describe('a transaction', () => {
  it('creates what refers to each other, in any order', async () => {
    const response = await json<Bundle>(
      post('ada', 'transaction', [
        create({ resourceType: 'Provenance', recorded: '2026-11-01T08:00:00Z', target: [{ reference: uuid(1) }], agent: [{ who: { reference: 'Practitioner/dr-ada' } }] } as Resource),
        create({ resourceType: 'Binary', contentType: 'text/plain', data: 'bm90ZQ==', securityContext: { reference: uuid(1) } } as Resource, {}, uuid(2)),
        create({
          resourceType: 'DocumentReference', status: 'current', subject: { reference: 'Patient?identifier=https://sandbox.chartkeep.example/mrn|MRN-ann' },
          text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${uuid(2)}">the note</a></div>` },
          content: [{ attachment: { contentType: 'text/plain', url: uuid(2) } }],
        } as Resource, {}, uuid(1)),
      ]),
    )
    const [provenance, binary, note] = (response.entry ?? []).map(({ resource }) => resource)
    const names = (response.entry ?? []).map(({ response: one }) => one?.location?.replace(`${server.base}/`, ''))
    expect(names.map((name) => name?.split('/')[0])).toEqual(['Provenance', 'Binary', 'DocumentReference'])
    expect(provenance).toMatchObject({ target: [{ reference: `DocumentReference/${note?.id}` }] })
    expect(binary).toMatchObject({ securityContext: { reference: `DocumentReference/${note?.id}` } })
    expect(note).toMatchObject({ subject: { reference: 'Patient/ann' }, content: [{ attachment: { url: `Binary/${binary?.id}` } }] })
    expect((note as DocumentReference).text?.div).toContain(`href="Binary/${binary?.id}"`)
    expect(await status('ada', `Binary/${binary?.id}`)).toBe(200)
  })

  it('deletes first and reads last, and answers in the order that was asked', async () => {
    const made = await json<Bundle>(post('ada', 'transaction', [create({ resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } } as Resource)]))
    const id = made.entry?.[0]?.resource?.id
    const answer = await json<Bundle>(
      post('ada', 'transaction', [
        { request: { method: 'GET', url: 'Observation?patient=ann&code=zzz' } },
        create(observation('ann', { code: { coding: [{ system: 'http://loinc.org', code: 'zzz' }] } })),
        { request: { method: 'DELETE', url: `Task/${id}` } },
        { request: { method: 'GET', url: 'Patient/ann', ifNoneMatch: 'W/"1"' } },
      ]),
    )
    expect(answer.type).toBe('transaction-response')
    expect(answer.entry?.map(({ response }) => response?.status.slice(0, 3))).toEqual(['200', '201', '204', '304'])
    expect(answer.entry?.[0]?.resource).toMatchObject({ type: 'searchset', entry: [{ resource: { id: answer.entry?.[1]?.resource?.id } }] })
  })

  it('leaves nothing where one entry is refused, and says which and why', async () => {
    const before = server.store.count()
    for (const [refused, expected] of [
      [create(observation('vip')), 403],
      [create(observation('bob')), 403],
      [create({ resourceType: 'Observation', status: 'no' } as unknown as Resource), 400],
      [{ request: { method: 'GET', url: 'Observation/vip-lab' } }, 403],
      [{ request: { method: 'GET', url: 'Patient/nobody' } }, 404],
      [{ resource: { ...observation(), id: 'pulse' }, request: { method: 'PUT', url: 'Observation/pulse', ifMatch: 'W/"9"' } }, 412],
      [create(observation('ann', { performer: [{ reference: 'Patient?family=nobody-here' }] })), 412],
      [{ request: { method: 'PATCH', url: 'Observation/pulse' } }, 400],
      [{ request: { method: 'POST', url: '' }, resource: { resourceType: 'Bundle', type: 'batch' } }, 400],
    ] as const) {
      const response = await post('ada', 'transaction', [create(observation(), {}, uuid(1)), create(observation()), refused])
      expect(response.status).toBe(expected)
      const outcome: OperationOutcome = await response.json()
      expect(outcome.issue[0]?.expression).toEqual(['Bundle.entry[2]'])
      expect(server.store.count()).toBe(before)
    }
    expect(await status('ada', 'Observation/pulse')).toBe(200)
  })

  it('decides each entry as if it came alone: no sign-in gets further in a bundle @164.312(a)(1)', async () => {
    const before = server.store.count()
    for (const [who, entry] of [
      ['dan', create(observation())],
      ['dan', { request: { method: 'GET', url: 'Observation?patient=ann' } }],
      ['ben', create(observation())],
      ['reader', create(observation())],
      ['sam', { request: { method: 'GET', url: 'Patient/ann' } }],
      ['ada', { request: { method: 'GET', url: 'Observation?subject=Patient/vip' } }],
      ['ada', { request: { method: 'GET', url: 'Patient/vip/$everything' } }],
      ['ada', { request: { method: 'GET', url: 'Patient/vip/_history' } }],
      ['ada', { request: { method: 'DELETE', url: 'Observation/pulse' } }],
      ['ada', create({ resourceType: 'CareTeam', status: 'active', subject: { reference: 'Patient/vip' }, participant: [{ member: { reference: 'Practitioner/dr-ada' } }] } as Resource)],
    ] as const) {
      expect((await post(who, 'transaction', [entry])).status).toBe(403)
      expect(await statuses(post(who, 'batch', [entry]))).toEqual(['403'])
    }
    expect(server.store.count()).toBe(before)
  })

  it('moves no record into another chart by naming it there', async () => {
    const answer = await post('ada', 'transaction', [
      { fullUrl: uuid(1), resource: { ...observation(), id: 'pulse' }, request: { method: 'PUT', url: 'Observation/pulse' } },
      create({ resourceType: 'Provenance', recorded: '2026-11-01T08:00:00Z', target: [{ reference: uuid(1) }, { reference: 'Observation/bob-lab' }], agent: [{ who: { display: 'x' } }] } as Resource),
    ])
    expect(answer.status).toBe(422)
  })

  it('writes a record once, and a condition is met once', async () => {
    const once = { ifNoneExist: 'identifier=urn:x|1' }
    const identified = observation('ann', { identifier: [{ system: 'urn:x', value: '1' }] })
    const pulse = { resource: { ...observation(), id: 'pulse' }, request: { method: 'PUT', url: 'Observation/pulse' } }
    expect((await post('ada', 'transaction', [pulse, pulse])).status).toBe(400)
    expect((await post('ada', 'transaction', [create(observation(), {}, uuid(1)), create(observation(), {}, uuid(1))])).status).toBe(400)
    expect(await statuses(post('ada', 'transaction', [create(identified, once)]))).toEqual(['201'])
    expect(await statuses(post('ada', 'transaction', [create(identified, once)]))).toEqual(['200'])
    expect((await post('ada', 'transaction', [create(identified, { ifNoneExist: 'colour=red' })])).status).toBe(400)
  })

  it('is refused where it asks too much, or is not one', async () => {
    const many = Array.from({ length: 10_000 }, () => ({ request: { method: 'GET', url: 'Patient/ann' } }))
    const before = performance.now()
    expect((await post('ada', 'transaction', many)).status).toBe(400)
    expect(performance.now() - before).toBeLessThan(2000)
    expect((await post('ada', 'document', [])).status).toBe(400)
    expect((await post('ada', 'transaction', ['x', null, 7])).status).toBe(400)
    expect((await post('ada', 'transaction', [{ request: { method: 'GET', url: 'https://elsewhere.example/Patient/1' } }])).status).toBe(400)
    const deep = `${'{"extension":['.repeat(50_000)}${']}'.repeat(50_000)}`
    const body = `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Observation","contained":[${deep}]},"request":{"method":"POST","url":"Observation"}}]}`
    expect((await server.ask('ada', '', { method: 'POST', body, headers: { 'content-type': 'application/fhir+json' } })).status).toBe(400)
    expect(await statuses(post('ada', 'transaction', []))).toEqual([])
  })

  it('is seen by nobody before it is whole, however many ask meanwhile', async () => {
    const entries = Array.from({ length: 60 }, (_, index) => create(observation('ann', { code: { coding: [{ system: 'urn:t', code: 'together' }] } }), {}, uuid(index)))
    const count = async () => (await json<Bundle>(server.ask('ada', 'Observation?patient=ann&code=together&_summary=count'))).total
    const asked = Array.from({ length: 20 }, () => count())
    const writing = post('ada', 'transaction', entries)
    for (let time = 0; time < 40; time += 1) asked.push(count())
    expect((await writing).status).toBe(200)
    expect((await Promise.all(asked)).filter((found) => found !== 0 && found !== 60)).toEqual([])
    expect(await count()).toBe(60)
  })
})

describe('a batch', () => {
  it('does what it can, and says of each entry what became of it', async () => {
    const answer = post('ada', 'batch', [
      create(observation()),
      create(observation('vip')),
      { request: { method: 'GET', url: `${server.base}/Patient/ann` } },
      { request: { method: 'GET', url: 'Patient/none' } },
      'nonsense',
      { request: { method: 'GET', url: 'Observation?patient=ann&_summary=count' } },
      { request: { method: 'DELETE', url: 'Patient/ann' } },
    ])
    expect(await statuses(answer)).toEqual(['201', '403', '200', '404', '400', '200', '403'])
  })

  it('tells nothing of what failed inside', async () => {
    server.store.database.exec('ALTER TABLE token RENAME TO elsewhere')
    const text = await (await post('ada', 'batch', [{ request: { method: 'GET', url: 'Patient?gender=male' } }])).text()
    expect(text).toContain('"status":"500"')
    expect(text).not.toMatch(/token|sql|elsewhere/i)
  })
})

describe('a condition', () => {
  const put = (who: Who, path: string, resource: unknown, method = 'PUT') =>
    server.ask(who, path, { method, body: JSON.stringify(resource), headers: { 'content-type': 'application/fhir+json' } })
  const task = { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' }, identifier: [{ system: 'urn:x', value: '1' }] }

  it('updates the one record that it names, or creates it', async () => {
    const first = await put('ada', 'Task?identifier=urn:x|1', task)
    const second = await put('ada', 'Task?identifier=urn:x|1', { ...task, status: 'accepted' })
    expect([first.status, second.status]).toEqual([201, 200])
    expect((await json<Resource>(Promise.resolve(second))).meta?.versionId).toBe('2')
  })

  it('withdraws the one record that it names, and nothing where there is none', async () => {
    const { id } = await json<Resource>(put('ada', 'Task?identifier=urn:x|1', task))
    for (let time = 0; time < 2; time += 1) expect((await server.ask('ada', 'Task?identifier=urn:x|1', { method: 'DELETE' })).status).toBe(204)
    expect(await status('ada', `Task/${id}`)).toBe(410)
  })

  it('is refused where it names several, or nothing, or is not understood', async () => {
    for (let time = 0; time < 2; time += 1) await put('ada', 'Task', task, 'POST')
    expect((await put('ada', 'Task?identifier=urn:x|1', task)).status).toBe(412)
    expect((await server.ask('ada', 'Task?identifier=urn:x|1', { method: 'DELETE' })).status).toBe(412)
    for (const query of ['', '?_count=1', '?colour=red', '?identifier:wrong=1']) {
      expect((await put('ada', `Task${query}`, task)).status).toBe(400)
      expect((await server.ask('ada', `Task${query}`, { method: 'DELETE' })).status).toBe(400)
    }
  })

  it('withdraws nothing of the clinical record, whatever it names @164.312(c)(1)', async () => {
    const before = server.store.count()
    for (const query of ['Observation?patient=ann', 'Condition?_id=ann-dm', 'AuditEvent?type=x', 'Provenance?patient=ann']) {
      expect((await server.ask('ada', query, { method: 'DELETE' })).status).toBe(403)
    }
    expect(server.store.count()).toBe(before)
  })
})

describe('a server that is killed in the middle of a transaction', () => {
  it('leaves nothing of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-killed-'))
    const file = join(folder, 'fhir.db')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sandbox-fhir/killed-in-transaction.ts'), file], { stdio: 'ignore' })
    const signal = await new Promise((ended) => child.once('exit', (_code, by) => ended(by)))
    expect(signal).toBe('SIGKILL')
    const store = openStore({ file, clock: { now: () => 0 } })
    expect(store.find('Patient', 'before')).toBeDefined()
    expect(store.count()).toBe(1)
    expect(store.statements.all("SELECT 1 FROM string WHERE folded LIKE 'inside%'")).toEqual([])
    store.close()
    rmSync(folder, { recursive: true })
  })
})
