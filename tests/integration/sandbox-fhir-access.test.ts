import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSearched, servedTypes } from '../../sandbox/fhir/access/served-types.ts'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const status = async (who: Who, path: string, init?: RequestInit) => {
  const response = await server.ask(who, path, init)
  await response.arrayBuffer()
  return response.status
}
// The bodies below are what the server under test sent; each test looks at what it needs of them.
const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json()
const bundle = (who: Who, path: string) => json<Bundle>(server.ask(who, path))
const ids = async (who: Who, path: string) => ((await bundle(who, path)).entry ?? []).map(({ resource }) => resource?.id)

const clinical = servedTypes.filter(({ about, type }) => about === 'patient' && type !== 'Appointment' && type !== 'Coverage').map(({ type }) => type)

describe('without a sign-in @164.312(a)(1)', () => {
  it('nothing is answered but 401, at any address, by any method', async () => {
    for (const [path, method] of [['Patient/ann', 'GET'], ['Patient?name=a', 'GET'], ['Patient/_search', 'POST'], ['Patient', 'POST'], ['Patient/ann', 'PUT'], ['Patient/ann', 'DELETE'], ['Group/1', 'GET'], ['Patient/ann/_history/1', 'GET']] as const) {
      const response = await server.ask('nobody', path, { method })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
      const outcome: OperationOutcome = await response.json()
      expect(outcome.issue[0]?.code).toBe('login')
    }
  })
})

describe('a sign-in with few scopes @164.312(a)(1)', () => {
  it('reads what was granted and nothing else', async () => {
    expect(await status('reader', 'Patient/ann')).toBe(200)
    for (const path of ['Observation/pulse', 'Observation?patient=ann', 'CareTeam?participant=Practitioner/dr-ada', 'Practitioner/dr-ada']) {
      expect(await status('reader', path)).toBe(403)
    }
  })

  it('does not look around them: neither through _has nor through _include', async () => {
    expect(await status('reader', 'Patient?_has:Observation:patient:code=2345-7')).toBe(403)
    expect(await ids('reader', 'Patient?_id=vip&_include=Patient:general-practitioner')).toEqual(['vip'])
  })
})

describe('the front desk @164.312(a)(1)', () => {
  it('finds patients, appointments and coverage', async () => {
    expect(await ids('dan', 'Patient?family=garcia')).toEqual(['ann'])
    expect(await ids('dan', 'Appointment?patient=ann')).toEqual(['ann-visit'])
    expect(await status('dan', 'Coverage?patient=ann')).toBe(200)
  })

  it('is refused every clinical type, by search, by post and by read', async () => {
    for (const type of clinical) {
      expect(await status('dan', `${type}?patient=ann`)).toBe(403)
      expect(await status('dan', `${type}/_search`, { method: 'POST', body: 'patient=ann', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(403)
      expect(await status('dan', `${type}/ann-dm`)).toBe(403)
    }
  })

  it('learns nothing clinical by asking for patients who have it', async () => {
    expect(await status('dan', 'Patient?_has:Condition:patient:code=44054006')).toBe(403)
  })
})

describe('a restricted patient @164.312(a)(1)', () => {
  it('is found by name by anyone who searches for patients, with the label, and as a few lines', async () => {
    for (const who of ['ada', 'cleo', 'dan'] as const) {
      const { entry } = await bundle(who, 'Patient?family=vandermeer')
      const patient = entry?.[0]?.resource
      expect(Object.keys(patient ?? {}).sort()).toEqual(['active', 'birthDate', 'gender', 'id', 'identifier', 'meta', 'name', 'resourceType'])
      expect(patient?.meta?.security?.[0]?.code).toBe('R')
      expect(patient?.meta?.tag?.[0]?.code).toBe('SUBSETTED')
    }
  })

  it('is not found by what is not shown: the address, the telephone, who treats them', async () => {
    for (const query of ['address-city=quillport', 'phone=555-0100', 'general-practitioner=Practitioner/dr-ben', '_has:CareTeam:patient:participant=Practitioner/dr-ben']) {
      expect(await ids('ada', `Patient?${query}`)).not.toContain('vip')
      expect(await ids('ben', `Patient?${query}`)).toContain('vip')
    }
  })

  it('is not betrayed by an order either', async () => {
    expect(await ids('ada', 'Patient?_sort=death-date')).not.toContain('vip')
  })

  it('has a chart that answers 403, whatever is asked of it', async () => {
    for (const type of clinical.filter(isSearched)) expect(await status('ada', `${type}?patient=vip`)).toBe(403)
    const outcome = await json<OperationOutcome>(server.ask('ada', 'Observation?subject=Patient/vip'))
    expect(outcome.issue[0]?.code).toBe('suppressed')
    expect(await status('ada', 'Observation?patient=ann,vip')).toBe(403)
    expect(await status('ada', 'Observation?patient=vip&_summary=count')).toBe(403)
    expect(await status('ada', 'Observation/vip-lab')).toBe(403)
    expect(await status('ada', 'Observation/vip-lab/_history/1')).toBe(403)
    expect(await status('ada', 'Patient/vip/_history/1')).toBe(403)
    expect(await status('dan', 'Coverage/vip-coverage')).toBe(403)
  })

  it('is absent from searches across patients, and from their counts', async () => {
    expect(await ids('ada', 'Observation?code=2345-7&_count=1000')).not.toContain('vip-lab')
    expect(await ids('ada', 'Observation?_id=vip-lab')).toEqual([])
    expect(await ids('ada', 'CareTeam?participant=Practitioner/dr-ben')).toEqual([])
    const [ada, ben] = await Promise.all((['ada', 'ben'] as const).map((who) => bundle(who, 'Observation?code=2345-7&_summary=count')))
    // Ben has the restricted one more; Ada has nothing that Ben has not.
    expect((ben?.total ?? 0) - (ada?.total ?? 0)).toBe(1)
  })

  it('is open to the care team, whole', async () => {
    expect(await ids('ben', 'Observation?patient=vip')).toEqual(['vip-lab'])
    const response = await server.ask('ben', 'Patient/vip')
    expect(response.headers.get('etag')).toBe('W/"1"')
    expect(await response.text()).toContain('Harbour Street')
  })

  it('is not open to those whose place in the team has ended', async () => {
    expect(await status('ada', 'Observation?patient=vip')).toBe(403)
  })

  it('has another version tag in part than whole: what was cached in part is not confirmed as the whole', async () => {
    const tag = (await server.ask('ada', 'Patient/vip')).headers.get('etag') ?? ''
    expect(await status('ada', 'Patient/vip', { headers: { 'if-none-match': tag } })).toBe(304)
    expect(await status('ben', 'Patient/vip', { headers: { 'if-none-match': tag } })).toBe(200)
    const page = (await server.ask('ada', 'Patient?family=vandermeer')).headers.get('etag') ?? ''
    expect(await status('ben', 'Patient?family=vandermeer', { headers: { 'if-none-match': page } })).toBe(200)
  })
})

describe('one restricted record in an open chart @164.312(a)(1)', () => {
  it('is for the care team: absent from the search of others, and 403 when it is read', async () => {
    expect(await ids('ada', 'DocumentReference?patient=ann')).toEqual(['ann-psych'])
    expect(await ids('ben', 'DocumentReference?patient=ann')).toEqual([])
    expect((await bundle('ben', 'DocumentReference?patient=ann&_summary=count')).total).toBe(0)
    expect(await status('ben', 'DocumentReference/ann-psych')).toBe(403)
  })
})

describe('when memberships change', () => {
  it('access follows at once', async () => {
    expect(await status('cleo', 'Observation?patient=vip')).toBe(403)
    const team: Resource & { id: string } = {
      resourceType: 'CareTeam', id: 'team-vip-nursing', status: 'active', subject: { reference: 'Patient/vip' },
      participant: [{ member: { reference: 'Practitioner/nurse-cleo' }, period: { end: '2026-11-01' } }],
    }
    const { record } = server.store.put(team)
    expect(await status('cleo', 'Observation?patient=vip')).toBe(200)
    server.store.remove(record)
    expect(await status('cleo', 'Observation?patient=vip')).toBe(403)
  })

  it('access ends with the period, without a write', async () => {
    server.store.put({
      resourceType: 'CareTeam', id: 'team-vip-cover', status: 'active', subject: { reference: 'Patient/vip' },
      participant: [{ member: { reference: 'Practitioner/nurse-cleo' }, period: { end: '2026-11-01T12:00:00Z' } }],
    })
    expect(await status('cleo', 'Observation?patient=vip')).toBe(200)
    server.clock.set('2026-11-01T12:01:01Z')
    expect(await status('cleo', 'Observation?patient=vip')).toBe(403)
  })
})
