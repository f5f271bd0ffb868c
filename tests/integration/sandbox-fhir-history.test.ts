import type { Bundle, Observation, Task } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const send = (who: Who, method: string, path: string, body: unknown) =>
  server.ask(who, path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/fhir+json' } })
// The bodies below are what the server under test sent; each test looks at what it needs of them.
const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json()
const bundle = (who: Who, path: string) => json<Bundle>(server.ask(who, path))
const status = async (who: Who, path: string, init?: RequestInit) => {
  const response = await server.ask(who, path, init)
  await response.arrayBuffer()
  return response.status
}
const next = ({ link }: Bundle) => link?.find(({ relation }) => relation === 'next')?.url
const label = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }

async function versions(who: Who, path: string): Promise<NonNullable<Bundle['entry']>> {
  const all: NonNullable<Bundle['entry']> = []
  for (let at: string | undefined = path; at !== undefined; ) {
    const page: Bundle = await bundle(who, at)
    expect(page.type).toBe('history')
    all.push(...(page.entry ?? []))
    at = next(page)
  }
  return all
}

const task: Task = { resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/ann' } }

describe('the history of a record', () => {
  it('is its versions, the newest first, the withdrawal too, on pages of any size', async () => {
    const created = await json<Task>(send('ada', 'POST', 'Task', task))
    for (const next of ['accepted', 'in-progress', 'completed'] as const) await send('ada', 'PUT', `Task/${created.id}`, { ...created, status: next })
    expect(await status('ada', `Task/${created.id}`, { method: 'DELETE' })).toBe(204)
    for (const count of [1, 2, 50]) {
      const all = await versions('ada', `Task/${created.id}/_history?_count=${count}`)
      expect(all.map(({ request }) => request?.method)).toEqual(['DELETE', 'PUT', 'PUT', 'PUT', 'POST'])
      expect(all.map(({ response }) => response?.etag)).toEqual(['W/"5"', 'W/"4"', 'W/"3"', 'W/"2"', 'W/"1"'])
      expect(all.map(({ resource }) => (resource?.resourceType === 'Task' ? resource.status : undefined))).toEqual([
        undefined, 'completed', 'in-progress', 'accepted', 'requested',
      ])
    }
  })

  it('begins where it is asked to', async () => {
    const created = await json<Task>(send('ada', 'POST', 'Task', task))
    server.clock.set('2026-11-02T08:00:00Z')
    await send('ada', 'PUT', `Task/${created.id}`, { ...created, status: 'accepted' })
    const path = `Task/${created.id}/_history?_since=2026-11-01T12:00:00Z`
    expect((await versions('ada', path)).map(({ response }) => response?.etag)).toEqual(['W/"2"'])
    expect(await status('ada', `Task/${created.id}/_history?_since=yesterday`)).toBe(400)
    expect(await status('ada', `Task/${created.id}/_history?_at=2026`, { headers: { prefer: 'handling=strict' } })).toBe(400)
  })

  it('is 404 for a record that never was', async () => expect(await status('ada', 'Task/none/_history')).toBe(404))
})

describe('the history of a type', () => {
  it('is what happened, the newest first, without repeating or leaving out while more happens', async () => {
    const all = await versions('ada', 'Observation/_history?_count=40')
    expect(new Set(all.map(({ fullUrl, response }) => `${fullUrl} ${response?.etag}`)).size).toBe(all.length)
    const first = await bundle('ada', 'Task/_history?_count=1')
    expect(first.entry).toBeUndefined()
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) ids.unshift((await json<Task>(send('ada', 'POST', 'Task', task))).id ?? '')
    const page = await bundle('ada', 'Task/_history?_count=2')
    await send('ada', 'PUT', `Task/${ids[4]}`, { ...task, id: ids[4], status: 'accepted' })
    const rest = await versions('ada', next(page) ?? '')
    expect([...(page.entry ?? []), ...rest].map(({ resource }) => resource?.id)).toEqual(ids)
  })

  it('tells nothing of closed charts and closed records @164.312(a)(1)', async () => {
    const seen = async (who: Who, type: string) => (await versions(who, `${type}/_history`)).map(({ resource }) => resource?.id)
    expect(await seen('ada', 'Observation')).not.toContain('vip-lab')
    expect(await seen('ben', 'Observation')).toContain('vip-lab')
    expect(await seen('ben', 'DocumentReference')).not.toContain('ann-psych')
    expect(await seen('ada', 'Patient')).not.toContain('vip')
    expect(await status('dan', 'Observation/_history')).toBe(403)
    expect(await status('sam', 'Patient/_history')).toBe(403)
    expect(await status('ada', 'AuditEvent/_history')).toBe(403)
  })
})

describe('a record that became restricted @164.312(a)(1)', () => {
  it('hides its past with itself: what was open once is not any more', async () => {
    const open = await json<Observation>(send('ada', 'POST', 'Observation', { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/ann' } }))
    const path = `Observation/${open.id}`
    expect(await status('ben', `${path}/_history/1`)).toBe(200)
    const record = server.store.find('Observation', open.id ?? '')
    server.store.put({ ...open, id: open.id ?? '', meta: label }, record)
    for (const one of [path, `${path}/_history`, `${path}/_history/1`, `${path}/_history/2`]) {
      expect(await status('ben', one)).toBe(403)
      expect(await status('ada', one)).toBe(200)
    }
    const inType = await versions('ben', 'Observation/_history')
    expect(inType.map(({ resource }) => resource?.id)).not.toContain(open.id)
  })

  it('hides the past of a patient who became restricted', async () => {
    const record = server.store.find('Patient', 'nil')
    server.store.put({ resourceType: 'Patient', id: 'nil', meta: label, name: [{ family: 'Nil' }] }, record)
    for (const path of ['Patient/nil/_history', 'Patient/nil/_history/1']) expect(await status('ada', path)).toBe(403)
    expect((await versions('ada', 'Patient/_history')).map(({ resource }) => resource?.id)).not.toContain('nil')
  })
})

describe('a page of a history', () => {
  it('is not opened by another person, nor at another place', async () => {
    const at = next(await bundle('ada', 'Observation/_history?_count=2')) ?? ''
    expect(await status('ben', at)).toBe(400)
    expect(await status('ada', at.replace('Observation/', 'Condition/'))).toBe(400)
    expect(await status('ada', at.replace('/_history', ''))).toBe(400)
    expect(await status('ada', `${at}&_count=5`)).toBe(400)
  })
})
