import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { type FhirTestServer, json, startFhirServer } from '../../electron/records/testing/fhir-server.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'

const ann = PatientId.parse('ann')
let server: FhirTestServer
let folder: string
let rig: Rig

beforeEach(async () => {
  server = await startFhirServer()
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-hostile-'))
  server.resources = [problem('good', 'Gout')]
  rig = startRig({ server, folder })
  await rig.workspace().call('vault.setPin', { pin: 'kestrel-7' })
})
afterEach(async () => {
  await rig.stop()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const problem = (id: string, text: string, more: object = {}) => ({ resourceType: 'Condition', id, subject: { reference: 'Patient/ann' }, code: { text }, ...more })
const searchset = (...resources: object[]) => ({ resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) })

async function look(want: 'current' | 'kept' = 'current') {
  const page = rig.tab(ann)
  const reply = await page.call('chart.section', { patient: ann, section: 'problems', cause: 'look', want })
  page.close()
  return 'value' in reply ? reply.value : { failure: reply.failure }
}
const ids = (found: Awaited<ReturnType<typeof look>>) => ('failure' in found ? found.failure : found.resources.map(({ id }) => id))

/** The problems are answered like this; everything else as ever. */
const answering = (body: unknown, headers: Record<string, string> = {}, status = 200): void => {
  server.intercept = ({ path }, response) => path.startsWith('Condition') && json(response, status, body, headers)
}

describe('a tag that is none', () => {
  it.each(['*', '"a", "b"', 'W/"\u00e9\u00ff"', '"a b"', `"${'x'.repeat(8_000)}"`, 'W/', '""', ' ', 'a"b'])('(%s) is not asked about, and keeps nothing from being read again', async (etag) => {
    answering(searchset(problem('one', 'Gout')), { etag })
    expect(ids(await look())).toEqual(['one'])
    answering(searchset(problem('two', 'Gout')), { etag })
    expect(ids(await look())).toEqual(['two'])
    const sent = server.asked.filter(({ path }) => path.startsWith('Condition')).at(-1)?.etag
    expect([undefined, '""']).toContain(sent)
  })

  it('but lacks its quotes is asked about all the same', async () => {
    answering(searchset(problem('one', 'Gout')), { etag: 'W/3.7' })
    await look()
    await look()
    expect(server.asked.filter(({ path }) => path.startsWith('Condition')).at(-1)?.etag).toBe('W/3.7')
  })
})

describe('a status that is no answer to a read', () => {
  it.each([201, 202, 203, 205, 206, 207, 226, 299, 300, 402, 418, 451, 499, 511, 599])('(%i) is a failure, however good its body looks', async (status) => {
    answering(searchset(problem('one', 'Gout')), {}, status)
    expect(await look()).toEqual({ failure: 'server' })
  })
})

describe('texts that are hardly texts', () => {
  const odd = 'a\u0000b\u0007\ud800c\udc00\ufffe\u202e'

  it('are kept as they came, and read again without the EHR', async () => {
    answering(searchset(problem('odd', odd, { note: [{ text: odd }] })))
    const first = await look()
    server.intercept = () => {
      throw new Error('the EHR was asked')
    }
    expect(await look('kept')).toMatchObject({ resources: 'failure' in first ? [] : first.resources, freshness: { source: 'cache' } })
    expect(JSON.stringify(first)).toContain(JSON.stringify(odd))
  })

  it('may be an id: the record is shown, or counted, and never lost unsaid', async () => {
    const oddIds = ['', '../../x', 'a b', '\u0000', '\ud800', 'toString', '__proto__', 'x'.repeat(65)]
    answering(searchset(...oddIds.map((id) => problem(id, 'Gout'))))
    const found = await look()
    if ('failure' in found) throw new Error(found.failure)
    expect(found.resources.length + found.refused.malformed).toBe(oddIds.length)
  })
})

describe('a record that says whose it is in more than one way', () => {
  it('is whose its own subject is, whatever is written around it or inside it', async () => {
    const elsewhere = 'https://elsewhere.example/fhir/R4'
    const strangers = { contained: [{ resourceType: 'Patient', id: 'p', name: [{ family: 'Stranger' }] }], asserter: { reference: 'Patient/bob' } }
    server.intercept = ({ path }, response) =>
      path.startsWith('Condition') &&
      json(response, 200, {
        resourceType: 'Bundle', type: 'searchset',
        entry: [
          { fullUrl: `${elsewhere}/Condition/hers`, resource: problem('hers', 'Gout', strangers) },
          { fullUrl: `${server.fhirBase}/Condition/contained`, resource: problem('contained', 'Gout', { ...strangers, subject: { reference: '#p' } }) },
          { resource: problem('elsewhere', 'Gout', { subject: { reference: `${elsewhere}/Patient/ann` } }) },
          { resource: problem('two', 'Gout', { subject: { reference: 'Patient/ann', identifier: { value: 'bob' } } }) },
          { resource: problem('list', 'Gout', { subject: [{ reference: 'Patient/ann' }] }) },
          { resource: problem('object', 'Gout', { subject: { reference: { toString: 'Patient/ann' } } }) },
          { resource: problem('path', 'Gout', { subject: { reference: 'Patient/ann/../bob' } }) },
          { resource: problem('line', 'Gout', { subject: { reference: 'Patient/ann\n' } }) },
          { resource: { resourceType: 'Bundle', id: 'inner', type: 'collection', entry: [{ resource: problem('inside', 'Gout') }] } },
          { resource: { resourceType: 'Patient', id: 'ann' } },
        ],
      })
    const found = await look()
    expect(ids(found)).toEqual(['hers', 'two'])
    expect(found).toMatchObject({ refused: { wrongPatient: 0, malformed: 8 } })
  })

  it('twice under one name, is whose the last one says: what was checked is what is shown', async () => {
    server.intercept = ({ path }, response) => {
      if (!path.startsWith('Condition')) return false
      const twice = JSON.stringify(problem('twice', 'Gout')).replace('"code"', '"subject":{"reference":"Patient/bob"},"code"')
      response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(`{"resourceType":"Bundle","type":"searchset","entry":[{"resource":${twice}}]}`)
      return true
    }
    expect(await look()).toMatchObject({ resources: [], refused: { wrongPatient: 1, malformed: 0 } })
  })
})

describe('an account of the answer that is beside the point', () => {
  it.each([-1, 1.5, '7', null, {}, [1], true])('as a total of %j changes nothing of the list', async (total) => {
    answering({ ...searchset(problem('one', 'Gout')), total })
    expect(ids(await look())).toEqual(['one'])
  })

  it.each([null, 7, 'x', [], [null], { entry: [] }, { resourceType: 'Bundle' }, { resourceType: 'Bundle', type: 'searchset', entry: {} }, { resourceType: 'Bundle', type: 'searchset', link: 7 }, { resourceType: 'Bundle', type: 'history', entry: [] }, { resourceType: ['Bundle'], type: 'searchset' }, searchset(problem('one', 'Gout')).entry])(
    'as %j in the place of it is a failure, never "none"',
    async (body) => {
      answering(body)
      expect(await look()).toEqual({ failure: 'malformed' })
    },
  )

  it('as ten thousand links is read, and none of them followed but the next', async () => {
    const link = Array.from({ length: 10_000 }, (_, index) => ({ relation: `up${index}`, url: `https://elsewhere.example/${index}` }))
    answering({ ...searchset(problem('one', 'Gout')), link })
    expect(ids(await look())).toEqual(['one'])
    expect(server.asked.filter(({ path }) => path.startsWith('Condition'))).toHaveLength(1)
  })
})

describe('a record that is all extensions', () => {
  it('beyond what can be parsed in a moment is left out alone, and the others are there', async () => {
    const extension = Array.from({ length: 60_000 }, (_, index) => ({ valueDecimal: index }))
    answering(searchset(problem('one', 'Gout'), problem('bomb', 'Gout', { extension }), problem('three', 'Gout')))
    expect(await look()).toMatchObject({ resources: [{ id: 'one' }, { id: 'three' }], refused: { wrongPatient: 0, malformed: 1 } })
  })
})
