import type { Bundle, CapabilityStatement, CapabilityStatementRestResource } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './sandbox-fhir/server.ts'
import { usCoreChart, usCoreDays, usCoreValues } from './sandbox-fhir/us-core-chart.ts'
import { usCorePublished } from './sandbox-fhir/us-core-published.ts'

/** The day on which the chart is loaded: when every record of it was last updated. */
const loaded = '2026-11-01'

let server: TestServer
let resources: readonly CapabilityStatementRestResource[]
beforeAll(async () => {
  server = await startServer()
  for (const resource of usCoreChart) server.store.put(resource)
  // Read as what it is by type: the statement is walked in a test of its own.
  const statement = (await (await server.ask('nobody', 'metadata')).json()) as CapabilityStatement
  resources = statement.rest?.[0]?.resource ?? []
})
afterAll(() => server.close())

const strict = { headers: { prefer: 'handling=strict' } }
const words = (text: string | undefined) => (text === undefined ? [] : text.split(' '))

type Pairs = readonly (readonly [name: string, value: string])[]

async function entriesOf(type: string, pairs: Pairs): Promise<string[]> {
  const response = await server.ask('ada', `${type}?${new URLSearchParams([...pairs.map(([name, value]) => [name, value]), ['_count', '1000']])}`, strict)
  expect([type, pairs, response.status]).toEqual([type, pairs, 200])
  // What the server under test sent.
  const { entry = [] } = (await response.json()) as Bundle
  return entry.map(({ resource }) => `${resource?.resourceType}/${resource?.id}`)
}

const finds = async (type: string, pairs: Pairs) => (await entriesOf(type, pairs)).includes(`${type}/usc`)

const common: Readonly<Record<string, readonly [found: string, not: string]>> = { patient: ['Patient/ann', 'Patient/bob'], _id: ['usc', 'other'] }

/** A value by which the record of a type is found, and one by which it is not. */
function valuesOf(type: string, name: string): readonly [found: string, not: string] {
  const pair = usCoreValues[type]?.[name] ?? common[name]
  if (pair === undefined) throw new Error(`no value for ${type}.${name}`)
  return pair
}

const aDay = 86_400_000
const dayBefore = (day: string) => new Date(Date.parse(day) - aDay).toISOString().slice(0, 10)
const dayAfter = (day: string) => new Date(Date.parse(day) + aDay).toISOString().slice(0, 10)

const searches = Object.entries(usCorePublished).flatMap(([type, { shall, should }]) => [
  ...words(shall).map((combination) => [type, 'SHALL', combination] as const),
  ...words(should).map((combination) => [type, 'SHOULD', combination] as const),
])
const compared = Object.entries(usCorePublished).flatMap(([type, expected]) => words(expected.compared).map((name) => [type, name] as const))
const several = Object.entries(usCorePublished).flatMap(([type, expected]) => words(expected.several).map((name) => [type, name] as const))

describe('a search of US Core 7', () => {
  it.each(searches)('%s %s be found by %s, and not where one of them is another', async (type, _expectation, combination) => {
    const values = combination.split('+').map((name) => ({ name, pair: valuesOf(type, name) }))
    expect(await finds(type, values.map(({ name, pair }) => [name, pair[0]]))).toBe(true)
    for (const wrong of values) expect(await finds(type, values.map(({ name, pair }) => [name, name === wrong.name ? pair[1] : pair[0]]))).toBe(false)
  })

  it.each(compared)('compares dates: %s by %s', async (type, name) => {
    const [from, to] = name === '_lastUpdated' ? [loaded, loaded] : (usCoreDays[type]?.[name] ?? [])
    if (from === undefined || to === undefined) throw new Error(`no days for ${type}.${name}`)
    const by = async (...values: readonly string[]) => [values, await finds(type, [['patient', 'ann'], ...values.map((value) => [name, value] as const)])]
    for (const found of [`ge${from}`, `le${to}`, `gt${dayBefore(from)}`, `lt${dayAfter(to)}`]) expect(await by(found)).toEqual([[found], true])
    for (const not of [`gt${to}`, `lt${from}`, `ge${dayAfter(to)}`, `le${dayBefore(from)}`]) expect(await by(not)).toEqual([[not], false])
    expect(await by(`ge${dayBefore(from)}`, `le${dayAfter(to)}`)).toEqual([expect.anything(), true])
    expect(await by(`ge${dayAfter(to)}`, `le${dayAfter(dayAfter(to))}`)).toEqual([expect.anything(), false])
  })

  it.each(several)('takes several values, of which one must fit: %s by %s', async (type, name) => {
    const [found, not] = valuesOf(type, name)
    expect(await finds(type, [['patient', 'ann'], [name, `${not},${found}`]])).toBe(true)
    expect(await finds(type, [['patient', 'ann'], [name, `${not},never`]])).toBe(false)
  })

  it('follows its chains: who works in a role, by name and by number', async () => {
    const chains = Object.entries(usCorePublished).flatMap(([type, { chained }]) => words(chained).map((chain) => `${type}.${chain}`))
    expect(chains).toEqual(['PractitionerRole.practitioner.identifier', 'PractitionerRole.practitioner.name'])
    for (const name of ['identifier', 'name']) {
      const [found, not] = valuesOf('Practitioner', name)
      expect([name, await finds('PractitionerRole', [[`practitioner.${name}`, found]])]).toEqual([name, true])
      expect([name, await finds('PractitionerRole', [[`practitioner.${name}`, not]])]).toEqual([name, false])
    }
  })

  it('brings what it includes', async () => {
    const brings = (type: string, name: string, value: string) => entriesOf(type, [['_id', 'usc'], [name, value]])
    for (const [type, { includes, revIncludes }] of Object.entries(usCorePublished)) {
      const targets: Readonly<Record<string, string>> = { 'CareTeam:participant:Practitioner': 'Practitioner/usc', 'MedicationDispense:medication': 'Medication/metformin', 'MedicationRequest:medication': 'Medication/metformin', 'PractitionerRole:practitioner': 'Practitioner/usc' }
      for (const include of words(includes)) {
        const target = targets[include]
        // A team of one: of its other kinds of member it has none.
        expect([include, await brings(type, '_include', include)]).toEqual([include, [`${type}/usc`, ...(target === undefined ? [] : [target])]])
      }
      for (const include of words(revIncludes)) expect([type, await brings(type, '_revinclude', include)]).toEqual([type, [`${type}/usc`, `Provenance/usc-${type.toLowerCase()}`]])
    }
  })
})

describe('the CapabilityStatement, held to that of US Core 7', () => {
  it.each(Object.entries(usCorePublished))('claims for %s all that is published', (type, expected) => {
    const claimed = resources.find((one) => one.type === type)
    expect(claimed?.interaction?.map(({ code }) => code)).toEqual(expect.arrayContaining(words(expected.interactions)))
    const names = new Set([...words(expected.shall), ...words(expected.should)].flatMap((combination) => combination.split('+')))
    expect((claimed?.searchParam ?? []).map(({ name }) => name)).toEqual(expect.arrayContaining([...names]))
    const withoutTarget = words(expected.includes).map((include) => include.split(':').slice(0, 2).join(':'))
    expect(claimed?.searchInclude ?? []).toEqual(expect.arrayContaining(withoutTarget))
    expect(claimed?.searchRevInclude ?? []).toEqual(expect.arrayContaining(words(expected.revIncludes)))
  })
})
