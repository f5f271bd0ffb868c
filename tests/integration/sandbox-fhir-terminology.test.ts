import type { Bundle, Observation, OperationOutcome, Parameters, ValueSet } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogues } from '../../sandbox/people/index.ts'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const ask = (path: string, init?: RequestInit) => server.ask('ada', path, init)
// The bodies below are what the server under test sent.
const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json()
const r4 = 'http://hl7.org/fhir/ValueSet'
const codes = async (query: string) => (await json<ValueSet>(ask(`ValueSet/$expand?${query}`))).expansion?.contains?.map(({ code }) => code)
const result = async (query: string) => (await json<Parameters>(ask(`ValueSet/$validate-code?${query}`))).parameter?.find(({ name }) => name === 'result')?.valueBoolean

describe('a value set', () => {
  it('is listed, whole or by the beginnings of its words, and page by page', async () => {
    expect(await codes(`url=${r4}/administrative-gender`)).toEqual(['male', 'female', 'other', 'unknown'])
    expect(await codes(`url=${r4}/administrative-gender|4.0.1&filter=fem`)).toEqual(['female'])
    expect(await codes(`url=${r4}/administrative-gender&count=2&offset=1`)).toEqual(['female', 'other'])
    expect((await json<ValueSet>(ask(`ValueSet/$expand?url=${r4}/administrative-gender&count=0`))).expansion?.total).toBe(4)
  })

  it('of the hospital is listed for everything that the synthetic people have', async () => {
    for (const { url, members } of catalogues) {
      expect(members.length).toBeGreaterThan(3)
      expect(await codes(`url=${url}`)).toEqual(members.map(({ code }) => code))
      for (const { system, code } of members) expect(await result(`url=${url}&system=${encodeURIComponent(system)}&code=${code}`)).toBe(true)
    }
    expect(await codes('url=https://sandbox.chartkeep.example/ValueSet/problems&filter=diab mell')).toContain('44054006')
  })

  it('tells whether a code is in it', async () => {
    const gender = `url=${r4}/administrative-gender&system=http://hl7.org/fhir/administrative-gender`
    expect(await result(`${gender}&code=female`)).toBe(true)
    expect(await result(`${gender}&code=woman`)).toBe(false)
    expect(await result(`${gender}&code=female&display=Female`)).toBe(true)
    expect(await result(`${gender}&code=female&display=Male`)).toBe(false)
    expect(await result(`url=${r4}/administrative-gender&system=urn:other&code=female`)).toBe(false)
    const posted = { resourceType: 'Parameters', parameter: [{ name: 'url', valueUri: `${r4}/administrative-gender` }, { name: 'coding', valueCoding: { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' } }] }
    const answer = await json<Parameters>(ask('ValueSet/$validate-code', { method: 'POST', body: JSON.stringify(posted), headers: { 'content-type': 'application/fhir+json' } }))
    expect(answer.parameter?.[0]).toEqual({ name: 'result', valueBoolean: true })
  })

  it('and the name of a code', async () => {
    const found = await json<Parameters>(ask('CodeSystem/$lookup?system=http://snomed.info/sct&code=44054006'))
    expect(found.parameter?.find(({ name }) => name === 'display')?.valueString).toBe('Diabetes mellitus type 2')
    expect((await ask('CodeSystem/$lookup?system=http://snomed.info/sct&code=0')).status).toBe(404)
  })

  it.each(['ValueSet/$expand', 'ValueSet/$expand?url=', `ValueSet/$expand?url=${r4}/administrative-gender&count=-1`, `ValueSet/$expand?url=${r4}/administrative-gender&displayLanguage=de`, `ValueSet/$validate-code?url=${r4}/administrative-gender&code=male`])(
    'is asked as it is: %s', async (path) => expect((await ask(path)).status).toBe(400),
  )

  it.each(['urn:none', '__proto__', 'constructor', "' OR 1=1 --"])('is 404 where it is not known: %s', async (url) => {
    expect((await ask(`ValueSet/$expand?url=${encodeURIComponent(url)}`)).status).toBe(404)
  })

  it('needs a sign-in', async () => expect((await server.ask('nobody', `ValueSet/$expand?url=${r4}/administrative-gender`)).status).toBe(401))
})

describe('a code that R4 requires', () => {
  const base: Observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/ann' } }
  const post = (resource: { resourceType: string }) => ask(resource.resourceType, { method: 'POST', body: JSON.stringify(resource), headers: { 'content-type': 'application/fhir+json' } })

  it.each<[string, { resourceType: string }, string]>([
    ['a status', { ...base, status: 'finished' } as unknown as Observation, 'Observation.status'],
    ['of a part', { ...base, component: [{ code: { text: 'x' }, valueQuantity: { value: 1, comparator: '=' } }] } as unknown as Observation, 'Observation.component.value.comparator'],
    ['of a contained resource', { ...base, contained: [{ resourceType: 'Patient', gender: 'woman' }] } as unknown as Observation, 'Observation.contained.gender'],
    ['of an extension', { ...base, extension: [{ url: 'urn:x', valueAddress: { use: 'villa' } }] } as unknown as Observation, 'Observation.extension.value.use'],
    ['of a CodeableConcept', { resourceType: 'Condition', subject: { reference: 'Patient/ann' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'cured' }] } } as { resourceType: string }, 'Condition.clinicalStatus'],
    ['of the right code in another system', { resourceType: 'Condition', subject: { reference: 'Patient/ann' }, clinicalStatus: { coding: [{ system: 'urn:other', code: 'active' }] } } as { resourceType: string }, 'Condition.clinicalStatus'],
    ['that is a media type', { resourceType: 'DocumentReference', status: 'current', subject: { reference: 'Patient/ann' }, content: [{ attachment: { contentType: 'a page' } }] } as { resourceType: string }, 'DocumentReference.content.attachment.contentType'],
  ])('is refused where it is another: %s', async (_what, resource, at) => {
    const response = await post(resource)
    expect(response.status).toBe(422)
    const { issue } = (await response.json()) as OperationOutcome
    expect(issue[0]).toMatchObject({ code: 'code-invalid', details: { text: expect.stringContaining(`${at} is not`) } })
  })

  it('is taken where it is one of them', async () => {
    expect((await post({ ...base, component: [{ code: { text: 'x' }, valueQuantity: { value: 1, comparator: '<' } }] } as Observation)).status).toBe(201)
  })

  it('is asked of the entries of a bundle too', async () => {
    const entry = [{ resource: { ...base, status: 'finished' }, request: { method: 'POST', url: 'Observation' } }]
    const answer = await json<Bundle>(ask('', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }), headers: { 'content-type': 'application/fhir+json' } }))
    expect(answer.entry?.[0]?.response?.status).toBe('422')
  })
})
