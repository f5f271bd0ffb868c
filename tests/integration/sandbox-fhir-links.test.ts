import type { Bundle, Resource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

const label = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }
const subject = (id: string) => ({ reference: `Patient/${id}` })
const observation = (id: string, of: string, more = {}): Resource & { id: string } => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: 'http://loinc.org', code: 'link' }] }, subject: subject(of), ...more,
})
const provenance = (id: string, target: string): Resource & { id: string } => ({
  resourceType: 'Provenance', id, recorded: '2026-01-01T00:00:00Z', target: [{ reference: target }], agent: [{ who: { reference: 'Practitioner/dr-ada' } }],
})

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  // Three that point at each other in a circle, and one that points into a closed chart.
  server.store.put(observation('ring-a', 'ann', { hasMember: [{ reference: 'Observation/ring-b' }] }))
  server.store.put(observation('ring-b', 'ann', { hasMember: [{ reference: 'Observation/ring-c' }] }))
  server.store.put(observation('ring-c', 'ann', { hasMember: [{ reference: 'Observation/ring-a' }] }))
  server.store.put(observation('outward', 'ann', { hasMember: [{ reference: 'Observation/vip-lab' }, { reference: 'Observation/hidden' }] }))
  server.store.put(observation('hidden', 'ann', { meta: label }))
  for (const [id, target] of [['p-rx', 'MedicationRequest/ann-rx'], ['p-pulse', 'Observation/pulse/_history/1'], ['p-vip', 'Observation/vip-lab'], ['p-psych', 'DocumentReference/ann-psych'], ['p-hidden', 'Observation/hidden']] as const) {
    server.store.put(provenance(id, target))
  }
})
afterAll(() => server.close())

const ids = async (who: Who, path: string) => {
  const response = await server.ask(who, path)
  expect(response.status).toBe(200)
  // What the server under test sent.
  return ((await response.json()) as Bundle).entry?.map(({ resource, search }) => `${search?.mode === 'include' ? '+' : ''}${resource?.id}`).toSorted() ?? []
}
const status = async (who: Who, path: string) => {
  const response = await server.ask(who, path)
  await response.arrayBuffer()
  return response.status
}

describe('what a page brings with it', () => {
  it('is who wrote its records, by _revinclude', async () => {
    expect(await ids('ada', 'MedicationRequest?patient=ann&_revinclude=Provenance:target')).toEqual(['+p-rx', 'ann-rx'])
    expect(await ids('ada', 'Observation?_id=pulse&_revinclude=Provenance:target')).toEqual(['+p-pulse', 'pulse'])
    expect(await ids('ada', 'Patient?_id=ann&_revinclude=CareTeam:patient')).toEqual(['+team-ann', '+team-ann-nursing', 'ann'])
  })

  it('is what its records point at, of one type where one is named', async () => {
    expect(await ids('ada', 'MedicationRequest?patient=ann&_include=MedicationRequest:medication&_include=MedicationRequest:requester:Practitioner')).toEqual(['+dr-ada', '+metformin', 'ann-rx'])
    expect(await ids('ada', 'MedicationRequest?patient=ann&_include=MedicationRequest:requester:Organization')).toEqual(['ann-rx'])
  })

  it('goes on with :iterate until nothing new comes, in a circle too', async () => {
    expect(await ids('ada', 'Observation?_id=ring-a&_include=Observation:has-member')).toEqual(['+ring-b', 'ring-a'])
    expect(await ids('ada', 'Observation?_id=ring-a&_include:iterate=Observation:has-member')).toEqual(['+ring-b', '+ring-c', 'ring-a'])
    expect(await ids('ada', 'CareTeam?_id=team-ann&_include=CareTeam:participant&_include:iterate=Patient:general-practitioner&_include=CareTeam:patient')).toEqual(['+ann', '+dr-ada', 'team-ann'])
  })

  it('is part of the tag of the page', async () => {
    const tag = async () => (await server.ask('ada', 'Observation?_id=ring-a&_revinclude=Provenance:target')).headers.get('etag')
    const before = await tag()
    server.store.put(provenance('p-ring', 'Observation/ring-a'))
    expect(await tag()).not.toBe(before)
  })

  it.each(['_include=Observation:code', '_include=Condition:encounter', '_include=*', '_revinclude=*', '_revinclude=Provenance', '_revinclude=Provenance:target:Condition', '_revinclude=Observation:patient',
    '_revinclude:iterate=Provenance:target', '_include=Observation:__proto__', '_revinclude=__proto__:target', '_include:iterate=Nothing:at', '_include=Observation:encounter:Nothing'])(
    'is refused where it is not served: %s', async (query) => expect(await status('ada', `Observation?_id=pulse&${query}`)).toBe(400),
  )
})

describe('those who look around a corner @164.312(a)(1)', () => {
  it('see no closed chart and no closed record through an include', async () => {
    expect(await ids('ada', 'Observation?_id=outward&_include=Observation:has-member')).toEqual(['+hidden', 'outward'])
    expect(await ids('ben', 'Observation?_id=outward&_include:iterate=Observation:has-member')).toEqual(['+vip-lab', 'outward'])
    expect(await ids('cleo', 'Patient?family=vandermeer&_revinclude=CareTeam:patient')).toEqual(['vip'])
    // Who treats them is not among what is shown of them.
    expect(await ids('ada', 'Patient?family=vandermeer&_include=Patient:general-practitioner')).toEqual(['vip'])
    expect(await ids('ben', 'Patient?family=vandermeer&_include=Patient:general-practitioner')).toEqual(['+dr-ben', 'vip'])
  })

  it('see through an include nothing of a type that was not granted to them', async () => {
    server.store.put({ resourceType: 'Patient', id: 'open', generalPractitioner: [{ reference: 'Practitioner/dr-ada' }] })
    expect(await ids('ada', 'Patient?_id=open&_include=Patient:general-practitioner')).toEqual(['+dr-ada', 'open'])
    expect(await ids('reader', 'Patient?_id=open&_include=Patient:general-practitioner')).toEqual(['open'])
  })

  it('see not who wrote what they do not see', async () => {
    expect(await ids('ben', 'Provenance?patient=ann')).not.toContain('p-psych')
    expect(await ids('ada', 'Provenance?patient=ann')).toContain('p-psych')
    expect(await ids('ada', 'Provenance?agent=Practitioner/dr-ada')).not.toContain('p-vip')
    expect(await ids('ben', 'Provenance?target=Observation/hidden')).toEqual([])
    expect(await status('ada', 'Provenance/p-vip')).toBe(403)
    expect(await status('ada', 'Provenance?patient=vip')).toBe(403)
    expect(await status('dan', 'Patient?_id=ann&_revinclude=CareTeam:patient')).toBe(403)
    expect(await status('reader', 'Patient?_id=ann&_revinclude=Provenance:target')).toBe(403)
  })

  it('find nobody by a chain whom they may not find', async () => {
    expect(await ids('ada', 'Observation?patient.family=vandermeer')).toEqual([])
    expect(await ids('ben', 'Observation?patient.family=vandermeer')).toEqual(['vip-lab'])
    expect(await ids('dan', 'Coverage?beneficiary.name=vera')).toEqual([])
    expect(await ids('ada', 'Patient?general-practitioner.family=dr-ben')).toEqual([])
    expect(await ids('ben', 'Patient?general-practitioner.family=dr-ben')).toEqual(['vip'])
    expect(await status('reader', 'Patient?general-practitioner.family=dr-ben')).toBe(403)
    expect(await status('dan', 'Observation?patient.family=vandermeer')).toBe(403)
  })
})

describe('a chain', () => {
  it.each([
    ['Observation?patient.identifier=https://sandbox.chartkeep.example/mrn|MRN-bob', ['bob-lab']],
    ['Observation?subject:Patient.name=obrien', ['bob-lab']],
    ['Observation?patient._id=bob', ['bob-lab']],
    ['Observation?patient.birthdate=1985&code=2345-7', ['bob-lab']],
    ['Observation?patient.family:exact=obrien', []],
    ['MedicationRequest?medication.code=6809', ['ann-rx']],
    ['MedicationRequest?patient=ann&medication.code=http://www.nlm.nih.gov/research/umls/rxnorm|6809', ['ann-rx']],
    ['MedicationRequest?patient=ann&medication.code=0', []],
    ['MedicationRequest?requester:Practitioner.family=dr-ada', ['ann-rx']],
    ['Appointment?patient.name=garcia', ['ann-visit']],
  ])('finds %s', async (path, expected) => expect(await ids('ada', path)).toEqual(expected))

  it.each(['Observation?patient.name.given=a', 'Observation?performer.name=a', 'Observation?encounter.status=finished', 'Observation?patient.favourite=a', 'Observation?code.text=a', 'Observation?subject:Nothing.name=a',
    'Observation?patient.name:wrong=a', 'Observation?patient.__proto__=a', 'Observation?patient.name:missing=true', 'Observation?patient.=a'])(
    'is refused where it is not served: %s', async (path) => expect(await status('ada', path)).toBe(400),
  )

  it('takes what is written into it for a value', async () => {
    const before = server.store.count()
    for (const value of ["' OR 1=1 --", '%', '"); DROP TABLE record; --', '\u0000']) {
      expect(await ids('ada', `Observation?patient.name:exact=${encodeURIComponent(value)}`)).toEqual([])
      expect(await status('ada', `Observation?patient.${encodeURIComponent(value)}=x`)).toBe(400)
    }
    expect(server.store.count()).toBe(before)
  })
})
