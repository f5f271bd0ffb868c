import type { Bundle, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annsResults, mrn } from './sandbox-fhir/hospital.ts'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const form = (query: string): RequestInit => ({
  method: 'POST', body: query, headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

const withHeader = (init: RequestInit, name: string, value: string): RequestInit => {
  const headers = new Headers(init.headers)
  headers.set(name, value)
  return { ...init, headers }
}

// The bodies below are what the server under test sent; each test looks at what it needs of them.
const json = async <T>(response: Response | Promise<Response>): Promise<T> => (await response).json()
const search = (who: Who, query: string) => json<Bundle>(server.ask(who, query))
const idsOf = ({ entry }: Bundle) => (entry ?? []).map(({ resource }) => resource?.id ?? '')
const linkOf = ({ link }: Bundle, relation: string) => link?.find((one) => one.relation === relation)?.url

async function assertOutcome(response: Response, status: number): Promise<OperationOutcome> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toContain('application/fhir+json')
  const outcome = await json<OperationOutcome>(response)
  expect(outcome.resourceType).toBe('OperationOutcome')
  return outcome
}

describe('reading', () => {
  it('gives a record with its version and its date', async () => {
    const response = await server.ask('ada', 'Patient/ann')
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBe('W/"1"')
    expect(response.headers.get('last-modified')).toBe('Sun, 01 Nov 2026 08:00:00 GMT')
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
    expect(await json<Resource>(response)).toMatchObject({ resourceType: 'Patient', id: 'ann', meta: { versionId: '1' } })
  })

  it('says "not modified" to who has it', async () => {
    const response = await server.ask('ada', 'Patient/ann', { headers: { 'if-none-match': 'W/"1"' } })
    expect(response.status).toBe(304)
    expect(await response.text()).toBe('')
  })

  it('says 404 for what is not there, and for what cannot be', async () => {
    for (const path of ['Patient/nobody', 'Patient/a%20b', 'Patient/%2e%2e%2fetc%2fpasswd', `Patient/${'a'.repeat(70)}`, 'Patient/ann/_history/9', 'Patient/ann/_history/x', 'Group/1', '__proto__/1', 'Nothing']) {
      await assertOutcome(await server.ask('ada', path), 404)
    }
  })

  it('serves JSON alone', async () => {
    await assertOutcome(await server.ask('ada', 'Patient/ann', { headers: { accept: 'application/fhir+xml' } }), 406)
    await assertOutcome(await server.ask('ada', 'Patient?_format=xml'), 400)
  })
})

describe('the CapabilityStatement', () => {
  it('is read without a sign-in, and every search parameter it names is answered', async () => {
    const statement = await json<{ rest: { resource: { type: string; searchParam: { name: string; type: string }[] }[] }[] }>(server.ask('nobody', 'metadata'))
    const samples: Readonly<Record<string, string>> = { date: '2024', quantity: '5', reference: 'Practitioner/x', string: 'a', token: 'a', uri: 'a' }
    for (const { type, searchParam = [] } of statement.rest[0]?.resource ?? []) {
      for (const { name, type: kind } of searchParam) {
        const response = await server.ask(type === 'AuditEvent' ? 'cora' : 'ada', `${type}?${name}=${samples[kind]}`, { headers: { prefer: 'handling=strict' } })
        expect(`${type}?${name} ${response.status}`).toBe(`${type}?${name} 200`)
        await response.arrayBuffer()
      }
    }
  })
})

describe('searching for patients', () => {
  it.each([
    ['name=garcia', ['ann']],
    ['name=lopez', ['ann']],
    ['name=ann%20garcia', ['ann']],
    ['family=obrien', ['bob']],
    ['family:exact=O%27Brien', ['bob']],
    ['family:exact=obrien', []],
    ['family:contains=rien', ['bob']],
    ['given=nor', ['nil']],
    ['birthdate=1970-02-28', ['ann']],
    ['birthdate=1970', ['ann']],
    ['birthdate=1985-03-01', []],
    ['birthdate=1985', ['bob']],
    ['birthdate=2001-12', ['nil']],
    ['birthdate=lt1980', ['ann', 'vip']],
    [`identifier=${mrn}|MRN-bob`, ['bob']],
    ['identifier=MRN-bob', ['bob']],
    ['identifier=MRN-bo', []],
    ['identifier=http://elsewhere|MRN-bob', []],
    ['gender=male', ['bob']],
    ['gender:not=male', ['ann', 'vip', 'nil']],
    ['deceased=true', ['bob']],
    ['_id=ann,bob,none', ['ann', 'bob']],
    ['name=garcia&birthdate=1985', []],
    ['name=garcia,obrien', ['ann', 'bob']],
    ['address-city=quill', ['ann', 'bob', 'nil']],
    ['_has:CareTeam:patient:participant=Practitioner/dr-ada&_has:CareTeam:patient:status=active', ['ann']],
    ['_lastUpdated=gt2030', []],
  ])('Patient?%s finds %j', async (query, expected) => {
    expect(idsOf(await search('ada', `Patient?${query}`)).sort()).toEqual([...expected].sort())
    const posted = await json<Bundle>(server.ask('ada', 'Patient/_search', form(query)))
    expect(idsOf(posted).sort()).toEqual([...expected].sort())
  })

  it('gives "my patients", each with the care team', async () => {
    const bundle = await search('ada', 'CareTeam?participant=Practitioner/dr-ada&status=active&_include=CareTeam:subject')
    expect(bundle.entry?.map(({ resource, search: how }) => `${resource?.resourceType}/${resource?.id} ${how?.mode}`)).toEqual([
      'CareTeam/team-ann match', 'Patient/ann include',
    ])
  })
})

describe('loading a chart', () => {
  it.each([
    ['Observation?patient=ann&category=vital-signs', 1],
    ['Observation?patient=ann&category=survey', 0],
    ['Observation?patient=ann&category=laboratory&code=http://loinc.org|2345-7&_count=1000', annsResults / 2],
    ['Observation?patient=ann&category=laboratory&code=2345-7,2160-0&_count=1000', annsResults],
    ['Observation?patient=ann&date=ge2024-01-01&date=lt2024-01-03', 3],
    ['Observation?patient=ann&date=2024-01-02', 2],
    ['Observation?patient=ann&value-quantity=72', 1],
    ['Observation?patient=ann&value-quantity=gt5.2|http://unitsofmeasure.org|mmol/L&category=laboratory', 9],
    ['Observation?patient=bob&date=2023', 1],
    ['Observation?patient=bob&date=2023-05-02', 0],
    ['Condition?patient=ann&category=problem-list-item&clinical-status=active', 1],
    ['Condition?patient=ann&onset-date=le2015', 1],
    ['MedicationRequest?patient=ann&intent=order&status=active', 1],
    ['DocumentReference?patient=ann', 1],
    ['CareTeam?patient=ann&status=active', 2],
    ['Encounter?patient=nil', 0],
    ['Observation?patient=nobody-we-know', 0],
    ['Observation?patient=ann&patient=bob', 0],
    ['Observation?patient=ann,bob&category=laboratory&_count=1000', annsResults + 1],
  ])('%s finds %i', async (query, expected) => {
    const bundle = await search('ada', query)
    expect(idsOf(bundle)).toHaveLength(expected)
    const { total } = await search('ada', `${query}&_summary=count`)
    expect(total).toBe(expected)
  })

  it('brings the medication with the order', async () => {
    const { entry } = await search('ada', 'MedicationRequest?patient=ann&_include=MedicationRequest:medication')
    expect(entry?.map(({ fullUrl, search: how }) => [fullUrl, how?.mode])).toEqual([
      [`${server.base}/MedicationRequest/ann-rx`, 'match'],
      [`${server.base}/Medication/metformin`, 'include'],
    ])
  })

  it('cuts records down to the elements that are asked and those that nobody may do without, and says so', async () => {
    const { entry } = await search('ada', 'Condition?patient=ann&_elements=code')
    expect(Object.keys(entry?.[0]?.resource ?? {}).sort()).toEqual(['clinicalStatus', 'code', 'id', 'meta', 'resourceType', 'subject'])
    expect(entry?.[0]?.resource?.meta?.tag).toContainEqual(expect.objectContaining({ code: 'SUBSETTED' }))
  })
})

describe('paging', () => {
  const walk = async (who: Who, first: Bundle) => {
    const pages = [first]
    for (let url = linkOf(first, 'next'); url !== undefined; url = linkOf(pages.at(-1) ?? first, 'next')) {
      pages.push(await search(who, url))
      if (pages.length > 50) throw new Error('The pages do not end.')
    }
    return pages
  }

  it.each(['-date', 'date', '_id', '-_id', '_lastUpdated,-date', 'issued'])('sorted by %s gives every record once, in order', async (sort) => {
    if (sort === 'issued') {
      expect((await server.ask('ada', 'Observation?patient=ann&_sort=issued')).status).toBe(400)
      return
    }
    const pages = await walk('ada', await search('ada', `Observation?patient=ann&category=laboratory&_sort=${sort}&_count=17`))
    const ids = pages.flatMap(idsOf)
    const ascending = Array.from({ length: annsResults }, (_, index) => `lab-${String(index).padStart(3, '0')}`)
    expect(ids).toEqual(sort.includes('-') ? ascending.toReversed() : ascending)
  })

  it('sorts patients by name', async () => {
    expect(idsOf(await search('ada', 'Patient?_sort=family'))).toEqual(['ann', 'nil', 'bob', 'vip'])
    expect(idsOf(await search('ada', 'Patient?_sort=-birthdate'))).toEqual(['nil', 'bob', 'ann', 'vip'])
  })

  it('keeps the place when a record comes in between', async () => {
    const first = await search('ada', 'Observation?patient=ann&category=laboratory&_sort=-date&_count=100')
    const { store } = server
    const { record } = store.put({
      resourceType: 'Observation', id: 'lab-new', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/ann' }, effectiveDateTime: '2026-10-01',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    })
    const rest = (await walk('ada', first)).flatMap(idsOf)
    store.remove(record)
    expect(new Set(rest).size).toBe(rest.length)
    expect(rest).toHaveLength(annsResults)
  })

  it('puts no name into an address when the search was posted', async () => {
    const bundle = await json<Bundle>(server.ask('ada', 'Patient/_search', form('name=a,o,n,v,garcia&_count=1')))
    const next = linkOf(bundle, 'next') ?? ''
    expect(next).toMatch(/\/Patient\?_cursor=[\w-]+$/)
    expect(Buffer.from(next.split('=')[1] ?? '', 'base64url').toString('latin1')).not.toContain('garcia')
    expect(idsOf(await search('ada', next))).toHaveLength(1)
  })

  it('gives a page to nobody but the person who searched', async () => {
    const next = linkOf(await search('ada', 'Patient?_count=1'), 'next') ?? ''
    await assertOutcome(await server.ask('ben', next), 400)
    await assertOutcome(await server.ask('nobody', next), 401)
  })

  it.each(['Patient?_cursor=x', 'Patient?_cursor=', 'Patient?_cursor=AAAA&name=a', 'Patient?_offset=1', 'Patient?_count=-5', 'Patient?_count=NaN'])(
    'refuses %s',
    async (query) => {
      await assertOutcome(await server.ask('ada', query, { headers: { prefer: 'handling=strict' } }), 400)
    },
  )

  it('does not take the page of one type for another', async () => {
    const next = linkOf(await search('ada', 'Patient?_count=1'), 'next') ?? ''
    await assertOutcome(await server.ask('ada', next.replace('/Patient?', '/Practitioner?')), 400)
  })

  it('never gives more than 1,000 records, whatever is asked', async () => {
    const bundle = await search('ada', 'Observation?patient=ann&_count=999999999')
    expect(idsOf(bundle)).toHaveLength(annsResults + 1)
    await assertOutcome(await server.ask('ada', 'Observation?patient=ann&_count=99999999999999999999'), 400)
  })
})

describe('revalidating', () => {
  it('answers 304 while a section has not changed, by GET and by POST', async () => {
    for (const [path, init] of [['Condition?patient=ann', {}], ['Condition/_search', form('patient=ann')]] as const) {
      const tag = (await server.ask('ada', path, init)).headers.get('etag') ?? ''
      const again = await server.ask('ada', path, withHeader(init, 'if-none-match', tag))
      expect(again.status).toBe(304)
    }
  })

  it('answers anew when a record of it changed, and again when it is gone', async () => {
    const path = 'Goal?patient=ann'
    const goal = { resourceType: 'Goal', id: 'goal', lifecycleStatus: 'active', description: { text: 'walk' }, subject: { reference: 'Patient/ann' } } as const
    const tags = [(await server.ask('ada', path)).headers.get('etag')]
    const { record } = server.store.put(goal)
    tags.push((await server.ask('ada', path)).headers.get('etag'))
    const { record: changed } = server.store.put({ ...goal, description: { text: 'run' } }, record)
    tags.push((await server.ask('ada', path)).headers.get('etag'))
    server.store.remove(changed)
    expect(new Set(tags).size).toBe(3)
    expect((await server.ask('ada', path)).headers.get('etag')).toBe(tags[0])
  })
})

describe('what is not understood', () => {
  it('is left out of the self link in lenient handling', async () => {
    const bundle = await search('ada', 'Patient?name=garcia&favourite-colour=red')
    expect(linkOf(bundle, 'self')).toBe(`${server.base}/Patient?name=garcia`)
  })

  it('is refused in strict handling', async () => {
    await assertOutcome(await server.ask('ada', 'Patient?favourite-colour=red', { headers: { prefer: 'handling=strict' } }), 400)
  })

  it('is answered with an outcome, by any method', async () => {
    await assertOutcome(await server.ask('ada', 'Patient/ann/$nothing'), 404)
    await assertOutcome(await server.ask('ada', 'Observation/pulse/$everything'), 404)
    await assertOutcome(await server.ask('ada', 'Patient/ann', { method: 'PATCH', body: '[]', headers: { 'content-type': 'application/json-patch+json' } }), 405)
    await assertOutcome(await server.ask('ada', 'Patient', { method: 'DELETE' }), 403)
    await assertOutcome(await server.ask('ada', 'Task', { method: 'DELETE' }), 400)
    await assertOutcome(await server.ask('ada', '$graphql', { method: 'POST', body: '{"resourceType":"x"}', headers: { 'content-type': 'application/json' } }), 404)
  })
})

/** Every parameter of a search is data: none of these may fail, find more than it should, or change anything. */
describe('an attacker in a search @164.312(a)(1)', () => {
  const hostile = ["' OR '1'='1", "'; DROP TABLE record; --", '%', '_', '\\', '\u0000', '*', '") OR 1=1 --', '{"$ne":null}', '../../etc/passwd', '<script>', '\uD800', '𝒜'.repeat(300)]
  const parameters = ['name', 'family', 'family:exact', 'family:contains', 'identifier', '_id', 'gender', 'general-practitioner', 'birthdate', '_lastUpdated', '_sort', '_count', '_elements', '_include', '_has:CareTeam:patient:participant', '_cursor', '_total', '_summary']

  it.each(parameters)('gets nothing through %s', async (parameter) => {
    const before = server.store.count()
    for (const value of hostile) {
      const response = await server.ask('ada', `Patient?${parameter}=${encodeURIComponent(value.toWellFormed())}`)
      expect([200, 400]).toContain(response.status)
      const body = await json<Bundle>(response)
      if (response.status === 200) expect(idsOf(body)).toEqual([])
      else expect(body.resourceType).toBe('OperationOutcome')
    }
    expect(server.store.count()).toBe(before)
  })

  it('gets nothing through the name of a parameter', async () => {
    for (const name of ["name' OR 1=1 --", '__proto__', 'constructor', 'name:__proto__', '_has:__proto__:a:b', '_has:', 'record.key', '']) {
      const response = await server.ask('ada', `Patient?${encodeURIComponent(name)}=a`, { headers: { prefer: 'handling=strict' } })
      await assertOutcome(response, 400)
    }
  })

  it('gets nothing through the patient', async () => {
    for (const value of hostile) {
      const response = await server.ask('ada', `Observation?patient=${encodeURIComponent(value.toWellFormed())}`)
      expect([200, 400]).toContain(response.status)
      if (response.status === 200) expect(idsOf(await json<Bundle>(response))).toEqual([])
      else await response.arrayBuffer()
    }
  })
})
