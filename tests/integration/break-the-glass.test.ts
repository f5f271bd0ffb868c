import type { AuditEvent, Bundle } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const asked = { patient: 'Patient/vip', reason: 'Unconscious in the emergency room' }
const grantsAt = () => `${new URL(server.base).origin}/break-the-glass/grants`

async function glass(who: Who, method: 'GET' | 'POST' | 'DELETE', path = '', body?: unknown) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const answer = await server.ask(who, `${grantsAt()}${path}`, { method, ...sent })
  const text = await answer.text()
  // What the server under test sent; each test looks at what it needs of it.
  const said: { error?: string; id?: string; until?: string; grants?: { patient: string }[] } = text === '' ? {} : JSON.parse(text)
  return { status: answer.status, ...said }
}
const status = async (who: Who, path: string, init?: RequestInit) => {
  const answer = await server.ask(who, path, init)
  await answer.arrayBuffer()
  return answer.status
}
const events = async (query: string): Promise<AuditEvent[]> => {
  const answer = await server.ask('cora', `AuditEvent?${query}`)
  const bundle: Bundle<AuditEvent> = await answer.json()
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? [])
}

describe('breaking the glass @164.312(a)(2)(ii)', () => {
  it('opens one restricted chart to one person, and to nobody else', async () => {
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
    expect(await glass('ada', 'POST', '', asked)).toMatchObject({ status: 201, patient: 'Patient/vip', from: '2026-11-01T08:00:00.000Z', until: '2026-11-01T09:00:00.000Z', purposeOfUse: 'BTG' })
    expect(await status('ada', 'Observation?patient=vip')).toBe(200)
    expect(await status('ada', 'Observation/vip-lab')).toBe(200)
    expect(await (await server.ask('ada', 'Patient/vip')).text()).toContain('Harbour Street')
    expect(await status('cleo', 'Observation?patient=vip')).toBe(403)
  })

  it('opens no other chart, and no type that was not granted', async () => {
    await glass('ada', 'POST', '', { ...asked, patient: 'Patient/bob' })
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
    await glass('ada', 'POST', '', asked)
    // The same person, signed in with fewer scopes.
    expect(await status('reader', 'Observation?patient=vip')).toBe(403)
  })

  it('lets them write down what they did, as one of the team', async () => {
    const pulse = { resourceType: 'Observation', status: 'final', code: { text: 'Pulse' }, subject: { reference: 'Patient/vip' } }
    const write = () => status('ada', 'Observation', { method: 'POST', body: JSON.stringify(pulse), headers: { 'content-type': 'application/fhir+json' } })
    expect(await write()).toBe(403)
    await glass('ada', 'POST', '', asked)
    expect(await write()).toBe(201)
  })

  it('ends by itself, at the second, though the chart was read just before', async () => {
    await glass('ada', 'POST', '', { ...asked, minutes: 5 })
    server.clock.set('2026-11-01T08:04:59Z')
    expect(await status('ada', 'Observation?patient=vip')).toBe(200)
    server.clock.set('2026-11-01T08:05:00Z')
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
    expect(await status('ada', 'Observation/vip-lab/_history/1')).toBe(403)
    expect(await glass('ada', 'GET')).toMatchObject({ grants: [] })
  })

  it('is given back at once, by its holder alone', async () => {
    const { id = '' } = await glass('ada', 'POST', '', asked)
    expect(await glass('ben', 'DELETE', `/${id}`)).toMatchObject({ status: 404 })
    expect(await status('ada', 'Observation?patient=vip')).toBe(200)
    expect(await glass('ada', 'DELETE', `/${id}`)).toMatchObject({ status: 204 })
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
  })

  it('is not made longer by asking again', async () => {
    const { until } = await glass('ada', 'POST', '', { ...asked, minutes: 5 })
    expect(await glass('ada', 'POST', '', asked)).toMatchObject({ status: 409, error: 'already-open', grant: { until } })
  })

  it('is shown to its holder alone', async () => {
    await glass('ada', 'POST', '', asked)
    expect(await glass('ada', 'GET')).toMatchObject({ grants: [{ patient: 'Patient/vip' }] })
    expect(await glass('ben', 'GET')).toMatchObject({ grants: [] })
  })
})

describe('a glass stays whole', () => {
  it('for those who treat nobody, and without a sign-in', async () => {
    for (const who of ['dan', 'sam', 'cora', 'pia'] as const) expect(await glass(who, 'POST', '', asked)).toMatchObject({ status: 403, error: 'role-may-not' })
    for (const method of ['GET', 'POST'] as const) expect(await glass('nobody', method)).toMatchObject({ status: 401 })
    expect(await status('dan', 'Coverage?patient=vip')).toBe(403)
  })

  it('without a reason, a patient, or a purpose that is one; and for more than an hour', async () => {
    const bad = [
      {}, { patient: 'Patient/vip' }, { ...asked, reason: 'now' }, { ...asked, reason: `two\nlines, and more of them` }, { ...asked, reason: 'x'.repeat(501) },
      { ...asked, patient: 'Practitioner/dr-ben' }, { ...asked, patient: 'https://other.example/Patient/vip' }, { ...asked, patient: ['vip', 'bob'] },
      { ...asked, purposeOfUse: 'HMARKT' }, { ...asked, minutes: 61 }, { ...asked, minutes: 0 }, { ...asked, minutes: -5 }, { ...asked, sub: 'dr-ben' },
    ]
    for (const body of bad) expect(await glass('ada', 'POST', '', body)).toMatchObject({ status: 400, error: 'grant-malformed' })
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
  })

  it('where there is none: in the care team, and for a patient who is not here', async () => {
    expect(await glass('ben', 'POST', '', asked)).toMatchObject({ status: 409, error: 'in-care-team' })
    expect(await glass('ada', 'POST', '', { ...asked, patient: 'Patient/no-such' })).toMatchObject({ status: 404, error: 'no-such-patient' })
  })

  it('though a request says that it is broken', async () => {
    const category = 'http://terminology.hl7.org/CodeSystem/v3-ActReason#BTG; scheme="http://hl7.org/fhir/tag/security"; label="break the glass"'
    expect(await status('ada', 'Observation?patient=vip', { headers: { category } })).toBe(403)
  })
})

describe('the audit trail @164.312(b)', () => {
  it('has who broke which glass, why, and when it was whole again; those who treat read none of it', async () => {
    await glass('ada', 'POST', '', { ...asked, minutes: 5 })
    const [started] = await events('patient=vip&subtype=110127')
    expect(started).toMatchObject({ agent: [{ who: { reference: 'Practitioner/dr-ada' } }], purposeOfEvent: [{ coding: [{ code: 'BTG' }] }], recorded: '2026-11-01T08:00:00.000Z' })
    expect(JSON.stringify(started)).toContain(asked.reason)
    expect(await events('patient=vip&subtype=110128')).toEqual([])
    server.clock.set('2026-11-01T08:30:00Z')
    await glass('ada', 'POST', '', asked)
    expect(await events('patient=vip&subtype=110128')).toMatchObject([{ recorded: '2026-11-01T08:05:00.000Z' }])
    expect(await status('ada', 'AuditEvent?patient=vip')).toBe(403)
  })
})
