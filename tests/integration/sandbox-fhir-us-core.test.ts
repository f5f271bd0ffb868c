import type { Bundle, CapabilityStatement } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'
import { usCoreChart, usCoreSearches, usCoreValues } from './sandbox-fhir/us-core-chart.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  for (const resource of usCoreChart) server.store.put(resource)
})
afterAll(() => server.close())

const strict = { headers: { prefer: 'handling=strict' } }

async function finds(type: string, pairs: readonly (readonly [string, string])[]): Promise<boolean> {
  const response = await server.ask('ada', `${type}?${new URLSearchParams([...pairs.map(([name, value]) => [name, value]), ['_count', '1000']])}`, strict)
  expect(response.status).toBe(200)
  // What the server under test sent.
  return ((await response.json()) as Bundle).entry?.some(({ resource }) => resource?.id === 'usc') === true
}

const common: Readonly<Record<string, readonly [string, string]>> = { patient: ['Patient/ann', 'Patient/bob'], _id: ['usc', 'other'] }

describe.each(Object.entries(usCoreSearches))('US Core 7: %s', (type, { shall, should = '' }) => {
  it.each([...shall.split(' ').map((one) => ['SHALL', one]), ...should.split(' ').filter((one) => one !== '').map((one) => ['SHOULD', one])])(
    '%s be found by %s, and not where one of them is another',
    async (_expectation, combination) => {
      const values = combination.split('+').map((name) => {
        const pair = usCoreValues[type]?.[name] ?? common[name]
        if (pair === undefined) throw new Error(`no value for ${type}.${name}`)
        return { name, pair }
      })
      expect(await finds(type, values.map(({ name, pair }) => [name, pair[0]]))).toBe(true)
      for (const wrong of values) expect(await finds(type, values.map(({ name, pair }) => [name, name === wrong.name ? pair[1] : pair[0]]))).toBe(false)
    },
  )
})

describe('US Core 7', () => {
  it('has its includes: who wrote it, and which medication', async () => {
    // Read as what it is by type: the statement is walked in a test of its own.
    const statement = (await (await server.ask('nobody', 'metadata')).json()) as CapabilityStatement
    const resources = statement.rest?.[0]?.resource ?? []
    const bringing = (include: string) => resources.filter(({ searchInclude }) => searchInclude?.includes(include) === true).map(({ type }) => type)
    const written = resources.filter(({ searchRevInclude }) => searchRevInclude?.includes('Provenance:target') === true).map(({ type }) => type)
    expect(written).toEqual(
      expect.arrayContaining([
        'AllergyIntolerance', 'CarePlan', 'CareTeam', 'Condition', 'Coverage', 'Device', 'DiagnosticReport', 'DocumentReference', 'Encounter', 'Goal', 'Immunization', 'MedicationDispense',
        'MedicationRequest', 'Observation', 'Patient', 'Procedure', 'QuestionnaireResponse', 'RelatedPerson', 'ServiceRequest',
      ]),
    )
    for (const type of ['MedicationRequest', 'MedicationDispense']) expect(bringing(`${type}:medication`)).toEqual([type])
    expect(bringing('PractitionerRole:practitioner')).toEqual(['PractitionerRole'])
  })

  it('compares dates by every prefix that it asks for', async () => {
    const by = (value: string) => finds('Observation', [['patient', 'ann'], ['category', 'survey'], ['date', value]])
    for (const found of ['2022', '2022-09', 'ge2022-09-09', 'le2022-09-09', 'gt2022-09-08', 'lt2022-09-10']) expect([found, await by(found)]).toEqual([found, true])
    for (const not of ['2021', 'gt2022-09-09', 'lt2022-09-09', 'ge2022-09-10', 'le2022-09-08']) expect([not, await by(not)]).toEqual([not, false])
    expect(await finds('Observation', [['patient', 'ann'], ['category', 'survey'], ['date', 'ge2022-09-01'], ['date', 'le2022-09-30']])).toBe(true)
    expect(await finds('Observation', [['patient', 'ann'], ['category', 'survey'], ['date', 'ge2022-09-01'], ['date', 'le2022-09-05']])).toBe(false)
  })
})
