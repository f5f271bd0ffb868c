import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Rig, type RigOptions, startRig } from '../../electron/records/testing/rig.ts'
import type { FaultChange } from '../../sandbox/faults/index.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import type { TroubleInput } from '../../sandbox/trouble/index.ts'
import { PatientId } from '../../shared/contract/ids.ts'
import { type SectionName, sections } from '../../shared/contract/index.ts'
import { openProbe, type Probe, signedIn, smallSandbox } from './sandbox-client.ts'

type Deed = TroubleInput['deed']
type How = Extract<Deed, { do: 'spoil' }>['how']

const pin = 'kestrel-7'
/** Short, so that what takes too long takes a second here. */
const limits = { connectMs: 300, headersMs: 700, bodyMs: 1_000 }

let sandbox: Sandbox
let probe: Probe
let token: string
/** Somebody with problems, and somebody else with problems of their own. */
let ann: PatientId
let bob: PatientId
/** Words of the records that must not be in a log. */
let words: string[]

beforeAll(async () => {
  sandbox = await smallSandbox({ patients: 12 })
  probe = await openProbe(sandbox)
  token = (await signedIn(sandbox, probe)).access_token
  await withRecords(async (rig) => {
    const found: { id: PatientId; words: string[] }[] = []
    for (const patient of await everyone()) {
      const problems = await look(rig, patient, 'problems')
      if ('failure' in problems || problems.resources.length < 2) continue
      const told = problems.resources.flatMap((resource) => (resource.resourceType === 'Condition' && resource.code?.text ? [resource.code.text] : []))
      found.push({ id: patient, words: told })
    }
    const [first, second] = found
    if (!first || !second) throw new Error('nobody here has two problems')
    ann = first.id
    bob = second.id
    words = [...first.words, first.id, second.id]
  })
})
beforeEach(honest)
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

async function everyone(): Promise<PatientId[]> {
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
  const answer = await fetch(`${sandbox.fhirBase}/Patient?_count=100`, { dispatcher, headers: { authorization: `Bearer ${token}` } })
  const { entry } = z.object({ entry: z.array(z.object({ resource: z.object({ id: PatientId }) })) }).parse(await answer.json())
  await dispatcher.close()
  return entry.map(({ resource }) => resource.id)
}

function honest(): void {
  sandbox.faults.reset()
  sandbox.troubles.set([])
}

async function withRecords(act: (rig: Rig) => Promise<void>, options: Partial<RigOptions> = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-troubles-'))
  const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, pins: [sandbox.pin], token, nextToken: token, folder, limits, ...options })
  try {
    await rig.workspace().call('vault.setPin', { pin })
    await act(rig)
  } finally {
    await rig.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function look(rig: Rig, patient: PatientId, section: SectionName, want: 'kept' | 'current' = 'current') {
  const page = rig.tab(patient)
  const reply = await page.call('chart.section', { patient, section, cause: 'look', want })
  page.close()
  return 'value' in reply ? reply.value : { failure: reply.failure }
}

interface Outcome {
  readonly failure?: string
  readonly count: number
  readonly refused: { readonly wrongPatient: number; readonly malformed: number } | undefined
  /** Until it was known, in ms. */
  readonly took: number
  /** Requests that the trouble was for. */
  readonly asked: number
  readonly texts: string
  /** The answer says that there is more. */
  readonly more: boolean
}

/**
 * Reads a chart while one part of it is in trouble, and holds what must hold in every trouble: the other parts are there, the log
 * says nothing of a record, nothing of a failed part is kept, a draft that was there is there, and the process goes on.
 */
async function under(deed: Deed, { scope = {}, section = 'problems', type = 'Condition' }: { scope?: TroubleInput['for']; section?: SectionName; type?: string } = {}): Promise<Outcome> {
  let outcome: Outcome | undefined
  await withRecords(async (rig) => {
    const draft = { text: 'severe headache', caret: 3, typedAt: 1 }
    const chart = rig.tab(ann)
    await chart.call('draft.save', { patient: ann, draft })
    sandbox.troubles.set([{ for: { type, ...scope }, deed }])

    const began = performance.now()
    const troubled = look(rig, ann, section).then((found) => ({ found, took: performance.now() - began }))
    const others = sections.filter((name) => name !== section)
    const rest = await Promise.all(others.map(async (name) => [name, await look(rig, ann, name)] as const))
    const { found, took } = await troubled
    expect(rest.flatMap(([name, other]) => ('failure' in other ? [[name, other.failure]] : []))).toEqual([])
    const [asked = 0] = sandbox.troubles.counts()

    if ('failure' in found) {
      sandbox.faults.set({ network: 'cut' })
      expect(await look(rig, ann, section, 'kept')).toEqual({ failure: 'offline' })
    }
    honest()
    expect(await look(rig, ann, section)).toMatchObject({ refused: { wrongPatient: 0, malformed: 0 } })
    expect(await chart.call('draft.read', { patient: ann })).toEqual({ value: { draft } })
    const logs = JSON.stringify(rig.told.filter(({ kind }) => kind === 'log'))
    for (const word of [...words, 'headache', 'onerror']) expect(logs).not.toContain(word)

    const about = 'failure' in found ? { failure: found.failure, count: 0, refused: undefined, texts: '', more: false } : { count: found.resources.length, refused: found.refused, texts: JSON.stringify(found.resources), more: found.next !== undefined }
    outcome = { ...about, took, asked }
  })
  if (outcome === undefined) throw new Error('nothing was read')
  return outcome
}

const none = { wrongPatient: 0, malformed: 0 }

describe('an EHR that is slow', () => {
  it('is waited for', async () => {
    const { count, took } = await under({ do: 'delay', ms: 200, jitterMs: 100 })
    expect(count).toBeGreaterThan(1)
    expect(took).toBeGreaterThanOrEqual(200)
  })

  it.each<[string, Deed]>([
    ['does not answer', { do: 'delay', ms: 5_000 }],
    ['sends a head that never ends', { do: 'drip', what: 'head', everyMs: 20 }],
    ['sends a byte now and then', { do: 'drip', what: 'body', everyMs: 20 }],
  ])('that %s is given up in time, and not asked again', async (_name, deed) => {
    expect(await under(deed)).toMatchObject({ failure: 'timeout', asked: 1, took: expect.toSatisfy((took: number) => took < 5_000) })
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

  it('is asked three times at most', async () => {
    expect(await under({ do: 'answer', status: 500 })).toMatchObject({ failure: 'server', asked: 3 })
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

  it.each(['before', 'in-head', 'in-body'] as const)('%s the answer every time is an outage, and says so', async (when) => {
    expect(await under({ do: 'drop', when })).toMatchObject({ failure: 'offline', asked: 3 })
  })

})

describe('an EHR whose token is over', () => {
  it('gets another one, once', async () => {
    await withRecords(async (rig) => {
      sandbox.expireTokens('access')
      const fresh = (await signedIn(sandbox, probe)).access_token
      expect(await look(rig, ann, 'problems')).toEqual({ failure: 'unauthorized' })
      await withRecords(async (renewed) => {
        expect(await look(renewed, ann, 'problems')).toMatchObject({ refused: none })
        expect(renewed.told.filter((message) => message.kind === 'want-token').map((message) => 'refused' in message && message.refused)).toEqual([false, true])
      }, { nextToken: fresh })
      token = fresh
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
      honest()
      expect(await look(rig, ann, 'problems')).toMatchObject({ refused: none })
    })
  })
})

describe('an EHR that points elsewhere', () => {
  it.each(['same-host', 'other-host', 'plain', 'loop'] as const)('by a redirect (%s) is not followed', async (to) => {
    expect(await under({ do: 'redirect', to })).toMatchObject({ failure: 'redirected', asked: 1 })
    expect(sandbox.strays()).toEqual({ requests: 0, withToken: 0 })
  })

  it.each<How>(['foreign-next', 'plain-next', 'circular-next'])('by a next page (%s) is not followed', async (how) => {
    expect(await under({ do: 'spoil', how })).toMatchObject({ failure: 'malformed', asked: 1 })
    expect(sandbox.strays()).toEqual({ requests: 0, withToken: 0 })
  })

  it('by ever new pages is followed for twenty, and the rest is said to be there', async () => {
    expect(await under({ do: 'spoil', how: 'endless-next' })).toMatchObject({ asked: 20, more: true })
  })
})

describe('an answer that is too much', () => {
  it.each<[string, Deed]>([
    ['40 MB in entries', { do: 'bulk', megabytes: 40 }],
    ['40 MB in one entry', { do: 'bulk', megabytes: 40, in: 'one-entry' }],
    ['a bomb of 400 MB', { do: 'pack', how: 'bomb', megabytes: 400 }],
    ['a hundred thousand brackets', { do: 'spoil', how: 'deep' }],
  ])('(%s) is refused as that, within a bound on memory', async (_name, deed) => {
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    expect(await under(deed)).toMatchObject({ failure: 'too-large', asked: 1 })
    clearInterval(watch)
    // The sandbox is in this process too; the whole of it would be 40 MB of bytes, as much text, and more of objects.
    expect((most - before) / 1024 / 1024).toBeLessThan(120)
  })

  it('costs one entry where it is one entry', async () => {
    expect(await under({ do: 'bulk', megabytes: 10, in: 'one-entry' })).toMatchObject({ count: 0, refused: { wrongPatient: 0, malformed: 1 } })
    const { count, refused } = await under({ do: 'spoil', how: 'deep-entry' })
    expect(count).toBeGreaterThan(1)
    expect(refused).toEqual({ wrongPatient: 0, malformed: 1 })
  })
})

describe('an answer that is not what it should be', () => {
  it.each(['text/html', 'application/fhir+xml', 'application/fhir+json; charset=utf-16', 'application/jsonp', 'text/plain; application/json'])('calls itself %s: it is not read', async (type) => {
    expect(await under({ do: 'content-type', type })).toMatchObject({ failure: 'malformed', asked: 1 })
  })

  it.each(['application/json', 'application/fhir+json;fhirVersion=4.0; charset=UTF-8', 'Application/FHIR+JSON'])('calls itself %s: it is read', async (type) => {
    expect(await under({ do: 'content-type', type })).toMatchObject({ refused: none })
  })

  it.each<[How, string]>([
    ['cut-short', 'malformed'],
    ['not-json', 'malformed'],
    ['xml', 'malformed'],
    ['utf-16', 'malformed'],
    ['prototype-keys', 'malformed'],
  ])('is %s: the part fails as %s', async (how, failure) => {
    expect(await under({ do: 'spoil', how })).toMatchObject({ failure, asked: 1 })
  })

  it.each<[string, Deed, string]>([
    ['packed as was not asked for', { do: 'pack', how: 'brotli' }, 'server'],
    ['packed and broken', { do: 'pack', how: 'broken' }, 'server'],
    ['"you have it already", to who has nothing', { do: 'not-modified' }, 'server'],
  ])('is %s: the part fails', async (_name, deed, failure) => {
    expect(await under(deed)).toMatchObject({ failure })
  })

  it.each<[string, Deed]>([
    ['packed', { do: 'pack', how: 'gzip' }],
    ['begun with a byte order mark', { do: 'spoil', how: 'byte-order-mark' }],
    ['without its own address', { do: 'spoil', how: 'no-self' }],
    ['with numbers that are none', { do: 'spoil', how: 'huge-numbers' }],
    ['full of nulls', { do: 'spoil', how: 'nulls' }],
    ['full of script', { do: 'spoil', how: 'script' }],
  ])('is %s: it is read, and is no more than it is', async (_name, deed) => {
    expect(await under(deed)).toMatchObject({ refused: none, count: expect.toSatisfy((count: number) => count > 1) })
  })

  it('says everything twice: it is shown once', async () => {
    const once = await under({ do: 'delay', ms: 0 })
    expect(await under({ do: 'spoil', how: 'duplicate-ids' })).toMatchObject({ count: once.count, refused: none })
  })

  it('claims a total that it does not have: the list is what came', async () => {
    const { count } = await under({ do: 'spoil', how: 'lying-total' })
    expect(count).toBeLessThan(1_000)
  })

  it('holds a byte that is no text: that entry is left out, and counted', async () => {
    const { count, refused } = await under({ do: 'spoil', how: 'not-utf8' })
    expect(count).toBeGreaterThan(0)
    expect(refused).toEqual({ wrongPatient: 0, malformed: 1 })
  })
})

describe("another patient's answer @164.312(c)(1)", () => {
  it('is refused as a whole where it says whose it is', async () => {
    expect(await under({ do: 'swap', patient: bob })).toMatchObject({ failure: 'wrong-patient', asked: 1 })
  })

  it('is refused as a person', async () => {
    expect(await under({ do: 'swap', patient: bob }, { section: 'patient', type: 'Patient' })).toMatchObject({ failure: 'wrong-patient' })
  })

  it('is left out, entry by entry, and counted', async () => {
    const one = await under({ do: 'spoil', how: 'stranger' })
    expect(one).toMatchObject({ refused: { wrongPatient: 1, malformed: 0 } })
    expect(one.texts).not.toContain('Their disease')
    const all = await under({ do: 'spoil', how: 'strangers' })
    expect(all).toMatchObject({ count: 0, refused: { malformed: 0 } })
    expect(all.refused?.wrongPatient).toBeGreaterThan(1)
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
