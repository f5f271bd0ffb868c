import type { Bundle } from '@medplum/fhirtypes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annsResults } from './sandbox-fhir/hospital.ts'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const status = async (who: Who, path: string) => {
  const response = await server.ask(who, path)
  await response.arrayBuffer()
  return response.status
}

async function everything(who: Who, path: string): Promise<string[]> {
  const names: string[] = []
  for (let at: string | undefined = path; at !== undefined; ) {
    const response: Response = await server.ask(who, at)
    expect(response.status).toBe(200)
    // What the server under test sent; the test looks at what it needs of it.
    const page = (await response.json()) as Bundle
    names.push(...(page.entry ?? []).filter(({ search }) => search?.mode === 'match').map(({ resource }) => `${resource?.resourceType}/${resource?.id}`))
    at = page.link?.find(({ relation }) => relation === 'next')?.url
  }
  return names
}

describe('a whole chart', () => {
  it('comes page by page, each record once, the patient first', async () => {
    const whole = await everything('ada', 'Patient/ann/$everything?_count=1000')
    expect(whole[0]).toBe('Patient/ann')
    expect(whole.filter((name) => name.startsWith('Observation/'))).toHaveLength(annsResults + 1)
    for (const count of [1, 7, 50]) expect(await everything('ada', `Patient/ann/$everything?_count=${count}`)).toEqual(whole)
    expect(new Set(whole).size).toBe(whole.length)
  })

  it('brings the medications and the people that it names', async () => {
    const response = await server.ask('ada', 'Patient/ann/$everything?_type=MedicationRequest')
    const { entry } = (await response.json()) as Bundle
    expect(entry?.map(({ resource, search }) => `${search?.mode} ${resource?.resourceType}/${resource?.id}`).toSorted()).toEqual([
      'include Medication/metformin', 'include Practitioner/dr-ada', 'match MedicationRequest/ann-rx',
    ])
  })

  it('is cut down to types, and to what changed', async () => {
    expect(await everything('ada', 'Patient/ann/$everything?_type=Condition,Appointment')).toEqual(['Appointment/ann-visit', 'Condition/ann-dm'])
    expect(await everything('ada', 'Patient/ann/$everything?_since=2026-11-01T09:00:00Z')).toEqual([])
    for (const query of ['_type=Organization', '_type=AuditEvent', '_type=', '_since=2026', '_count=0', '_count=-1']) {
      expect(await status('ada', `Patient/ann/$everything?${query}`)).toBe(400)
    }
    const strict = await server.ask('ada', 'Patient/ann/$everything?start=2020', { headers: { prefer: 'handling=strict' } })
    expect(strict.status).toBe(400)
  })
})

describe('a whole chart, and those who may not see it @164.312(a)(1)', () => {
  it('is closed where the patient is', async () => {
    expect(await status('ada', 'Patient/vip/$everything')).toBe(403)
    expect(await status('ben', 'Patient/vip/$everything')).toBe(200)
    expect(await status('nobody', 'Patient/ann/$everything')).toBe(401)
    for (const who of ['sam', 'cora'] as const) expect(await status(who, 'Patient/ann/$everything')).toBe(403)
  })

  it('is for the front desk what the front desk sees, and for privacy whom it is about', async () => {
    expect(await everything('dan', 'Patient/ann/$everything')).toEqual(['Patient/ann', 'Appointment/ann-visit'])
    expect(await everything('dan', 'Patient/ann/$everything?_type=Observation')).toEqual([])
    expect(await everything('pia', 'Patient/ann/$everything')).toEqual(['Patient/ann'])
  })

  it('lacks the restricted records of it, for those outside the care team', async () => {
    expect(await everything('ada', 'Patient/ann/$everything')).toContain('DocumentReference/ann-psych')
    expect(await everything('ben', 'Patient/ann/$everything')).not.toContain('DocumentReference/ann-psych')
  })

  it('has pages that nobody else opens, and that do not lead into another chart', async () => {
    const { link } = (await (await server.ask('ada', 'Patient/ann/$everything?_count=2')).json()) as Bundle
    const at = link?.find(({ relation }) => relation === 'next')?.url ?? ''
    expect(await status('ben', at)).toBe(400)
    expect(await status('ada', at.replace('Patient/ann', 'Patient/bob'))).toBe(400)
  })
})
