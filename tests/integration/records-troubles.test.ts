import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultChange } from '../../sandbox/faults/index.ts'
import { sections } from '../../shared/contract/index.ts'
import { signedIn } from './sandbox-client.ts'
import { look, openTroubledHospital, type TroubledHospital } from './switches/troubled-chart.ts'

let hospital: TroubledHospital
let sandbox: TroubledHospital['sandbox']
let ann: TroubledHospital['ann']
let bob: TroubledHospital['bob']
let withRecords: TroubledHospital['withRecords']
let under: TroubledHospital['under']

beforeAll(async () => {
  hospital = await openTroubledHospital()
  ;({ sandbox, ann, bob, withRecords, under } = hospital)
})
beforeEach(() => hospital.honest())
afterAll(() => hospital.close())

const none = { wrongPatient: 0, malformed: 0 }

describe('an EHR that is slow', () => {
  it('is waited for', async () => {
    const { count, took } = await under({ do: 'delay', ms: 200, jitterMs: 100 })
    expect(count).toBeGreaterThan(1)
    expect(took).toBeGreaterThanOrEqual(200)
  })

  it('is given up in time, and not asked again', async () => {
    expect(await under({ do: 'delay', ms: 5_000 })).toMatchObject({ failure: 'timeout', asked: 1, took: expect.toSatisfy((took: number) => took < 5_000) })
  })
})

describe('an EHR that is overloaded', () => {
  it.each([false, true])('is asked again when it said so (as a date: %s)', async (asDate) => {
    const { count, took, asked } = await under({ do: 'answer', status: 429, retryAfter: 2, asDate }, { scope: { times: 1 } })
    expect(count).toBeGreaterThan(1)
    expect(asked).toBe(2)
    // A date has no fractions of a second.
    expect(took).toBeGreaterThan(asDate ? 900 : 1_900)
  })

  it.each([429, 503])('is not waited for longer than a person waits (%i)', async (status) => {
    expect(await under({ do: 'answer', status, retryAfter: 600 })).toMatchObject({ failure: status === 429 ? 'throttled' : 'server', asked: 1 })
  })

  it.each([1, 2])('is forgiven %i failures', async (times) => {
    const { count, asked } = await under({ do: 'answer', status: 503 }, { scope: { times } })
    expect([count > 1, asked]).toEqual([true, times + 1])
  })

  it('is not stormed: a chart of twelve parts is twelve requests and eight more', async () => {
    await withRecords(async (rig) => {
      sandbox.troubles.set([{ for: {}, deed: { do: 'answer', status: 503 } }])
      const found = await Promise.all(sections.map((section) => look(rig, ann, section)))
      expect(found).toEqual(sections.map(() => ({ failure: 'server' })))
      const [asked = 0] = sandbox.troubles.counts()
      // The connection's own question is one more, where it falls into that time.
      expect(asked).toBeGreaterThanOrEqual(20)
      expect(asked).toBeLessThanOrEqual(22)
    })
  })

  it('is not asked again with what may be wrong about the question', async () => {
    expect(await under({ do: 'answer', status: 400 })).toMatchObject({ failure: 'server', asked: 1 })
    expect(await under({ do: 'answer', status: 401 })).toMatchObject({ failure: 'unauthorized', asked: 2 })
  })

  it('is asked again for a search by name too, which is posted', async () => {
    await withRecords(async (rig) => {
      sandbox.troubles.set([{ for: { path: '/fhir/R4/Patient/_search', method: 'POST', times: 2 }, deed: { do: 'answer', status: 503 } }])
      expect(await rig.workspace().call('patients.search', { text: 'zz-nobody' })).toMatchObject({ value: { patients: [] } })
      expect(sandbox.troubles.counts()).toEqual([3])
    })
  })

  it('is not asked again by who has left', async () => {
    await withRecords(async (rig) => {
      sandbox.troubles.set([{ for: { type: 'Condition' }, deed: { do: 'answer', status: 429, retryAfter: 1 } }])
      const page = rig.tab(ann)
      void page.call('chart.section', { patient: ann, section: 'problems', cause: 'look', want: 'current' })
      await expect.poll(() => sandbox.troubles.counts()).toEqual([1])
      page.close()
      await expect.poll(() => rig.told.some((message) => message.kind === 'audit-outcome' && message.header.outcome !== undefined)).toBe(true)
      expect(sandbox.troubles.counts()).toEqual([1])
    })
  })
})

describe('a connection that ends', () => {
  it.each(['before', 'in-head', 'in-body'] as const)('%s the answer is made again', async (when) => {
    const { count, asked } = await under({ do: 'drop', when }, { scope: { times: 1 } })
    expect([count > 1, asked]).toEqual([true, 2])
  })
})

describe('an EHR whose token is over', () => {
  it('gets another one, once', async () => {
    await withRecords(async (rig) => {
      sandbox.expireTokens('access')
      const fresh = (await signedIn(sandbox, hospital.probe)).access_token
      expect(await look(rig, ann, 'problems')).toEqual({ failure: 'unauthorized' })
      await withRecords(async (renewed) => {
        expect(await look(renewed, ann, 'problems')).toMatchObject({ refused: none })
        expect(renewed.told.filter((message) => message.kind === 'want-token').map((message) => 'refused' in message && message.refused)).toEqual([false, true])
      }, { nextToken: fresh })
      hospital.useToken(fresh)
    })
  })
})

describe('a server that is not the EHR @164.312(e)(1)', () => {
  it.each<[string, FaultChange]>([
    ['shows a certificate of another authority', { certificate: 'foreign' }],
    ['vouches for itself', { certificate: 'self-signed' }],
    ['shows a certificate for another name', { certificate: 'wrong-name' }],
    ['shows a certificate that is over', { certificate: 'expired' }],
    ['speaks TLS 1.1 alone', { tls: '1.1' }],
  ])('and %s gets nothing: no token, no question', async (_name, faults) => {
    await withRecords(async (rig) => {
      sandbox.faults.set(faults)
      sandbox.troubles.set([{ for: { path: '/' }, deed: { do: 'delay', ms: 0 } }])
      expect(await Promise.all(sections.map((section) => look(rig, ann, section)))).toEqual(sections.map(() => ({ failure: 'untrusted-certificate' })))
      expect(sandbox.troubles.counts()).toEqual([0])
      hospital.honest()
      expect(await look(rig, ann, 'problems')).toMatchObject({ refused: none })
    })
  })
})

describe('an entry that is too much', () => {
  it('costs no other entry', async () => {
    expect(await under({ do: 'bulk', megabytes: 10, in: 'one-entry' })).toMatchObject({ count: 0, refused: { wrongPatient: 0, malformed: 1 } })
  })
})

describe('an answer that is not what it should be', () => {
  it.each(['application/fhir+xml', 'application/fhir+json; charset=utf-16', 'application/jsonp', 'text/plain; application/json'])('calls itself %s: it is not read', async (type) => {
    expect(await under({ do: 'content-type', type })).toMatchObject({ failure: 'malformed', asked: 1 })
  })

  it.each(['application/json', 'application/fhir+json;fhirVersion=4.0; charset=UTF-8', 'Application/FHIR+JSON'])('calls itself %s: it is read', async (type) => {
    expect(await under({ do: 'content-type', type })).toMatchObject({ refused: none })
  })
})

describe("another patient's answer @164.312(c)(1)", () => {
  it('is refused as a whole where it says whose it is', async () => {
    expect(await under({ do: 'swap', patient: bob })).toMatchObject({ failure: 'wrong-patient', asked: 1 })
  })

  it('is refused as a person', async () => {
    expect(await under({ do: 'swap', patient: bob }, { section: 'patient', type: 'Patient' })).toMatchObject({ failure: 'wrong-patient' })
  })

  it('is left out, record by record, and counted', async () => {
    const found = await under({ do: 'spoil', how: 'stranger' })
    expect(found).toMatchObject({ refused: { wrongPatient: 1, malformed: 0 } })
    expect(found.texts).not.toContain('Their disease')
  })

  it('does not come in under its own tag either: what is kept is kept under its question', async () => {
    await withRecords(async (rig) => {
      const hers = await look(rig, ann, 'problems')
      sandbox.troubles.set([{ for: { type: 'Condition' }, deed: { do: 'etag', value: 'W/"same"' } }])
      await look(rig, bob, 'problems')
      await look(rig, ann, 'problems')
      // Both are kept under one tag now, and the server says of each that it has not changed.
      sandbox.troubles.set([{ for: { type: 'Condition' }, deed: { do: 'not-modified' } }])
      const again = await look(rig, ann, 'problems')
      const ids = (found: typeof hers) => ('failure' in found ? found.failure : found.resources.map(({ id }) => id))
      expect(ids(again)).toEqual(ids(hers))
      expect(ids(await look(rig, bob, 'problems'))).not.toEqual(ids(hers))
    })
  })

  it('nor does the answer to another question about the same patient read as "none"', async () => {
    expect(await under({ do: 'swap', type: 'Flag' }, { section: 'allergies', type: 'AllergyIntolerance' })).toMatchObject({ failure: 'malformed' })
  })

  it('nor an answer that nobody asked for, sent along with another', async () => {
    await withRecords(async (rig) => {
      const honestly = await look(rig, ann, 'problems')
      sandbox.troubles.set([{ for: { type: 'Condition' }, deed: { do: 'split' } }])
      for (let i = 0; i < 5; i += 1) {
        for (const section of ['problems', 'allergies', 'patient'] as const) {
          const found = await look(rig, ann, section)
          if (section === 'problems') expect(found).toMatchObject({ resources: 'failure' in honestly ? [] : honestly.resources })
          else expect('failure' in found ? found.failure : found.resources.length).not.toBe(section === 'patient' ? 0 : 'malformed')
        }
      }
    })
  })
})
