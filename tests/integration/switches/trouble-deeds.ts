import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { z } from 'zod'
import { script, type TroubleName } from '../../../sandbox/trouble/index.ts'
import type { Asker, Heard } from './asking.ts'
import type { DeedInput } from './troubled-chart.ts'

/** Somebody who asks for one part of a chart, before and under a trouble. */
export interface Troubled {
  readonly asker: Asker
  /** The path that is in trouble. */
  readonly path: string
  /** What is answered to it without trouble. */
  readonly honest: Heard
  readonly places: { readonly fhirBase: string; readonly otherHost: string }
}

interface TroubleDeed {
  readonly deed: DeedInput | ((stranger: string) => DeedInput)
  /** The part that is in trouble. Absent: the problems. */
  readonly type?: string
  /** Holds that the server does what the name says. */
  holds(troubled: Troubled): Promise<void>
}

const Bundle = z.looseObject({
  total: z.number().optional(),
  link: z.array(z.object({ relation: z.string(), url: z.string() })).default([]),
  entry: z.array(z.looseObject({ resource: z.looseObject({ resourceType: z.string(), id: z.string(), subject: z.object({ reference: z.string() }).optional() }) })).default([]),
})
const bundleIn = ({ text }: Heard) => Bundle.parse(JSON.parse(text))
const idsIn = (heard: Heard) => bundleIn(heard).entry.map(({ resource }) => resource.id)
const linkIn = (heard: Heard, relation: string) => bundleIn(heard).link.find((link) => link.relation === relation)?.url

type Answer = (heard: Heard, troubled: Troubled) => void | Promise<void>
const answered = (deed: TroubleDeed['deed'], check: Answer): TroubleDeed => ({
  deed,
  holds: async (troubled) => check(await troubled.asker.get(troubled.path), troubled),
})
const spoilt = (how: Extract<DeedInput, { do: 'spoil' }>['how'], check: Answer): TroubleDeed =>
  answered({ do: 'spoil', how }, async (heard, troubled) => {
    expect([heard.status, heard.headers['content-type']]).toEqual([200, troubled.honest.headers['content-type']])
    await check(heard, troubled)
  })
const redirected = (to: Extract<DeedInput, { do: 'redirect' }>['to'], where: (troubled: Troubled) => string): TroubleDeed =>
  answered({ do: 'redirect', to }, ({ status, headers }, troubled) => expect([status, headers['location']]).toEqual([307, where(troubled)]))
const brackets = (text: string) => text.split('[').length - 1

export const troubleDeeds: Readonly<Record<TroubleName, TroubleDeed>> = {
  delay: {
    deed: { do: 'delay', ms: 300, jitterMs: 50 },
    async holds({ asker, path, honest }) {
      const began = performance.now()
      expect((await asker.get(path)).text).toBe(honest.text)
      expect(performance.now() - began).toBeGreaterThanOrEqual(299)
    },
  },
  answer: answered({ do: 'answer', status: 503, retryAfter: 7 }, ({ status, headers, json }) => {
    expect([status, headers['retry-after'], json()['resourceType']]).toEqual([503, '7', 'OperationOutcome'])
  }),
  'drop: before': { deed: { do: 'drop', when: 'before' }, holds: async ({ asker, path }) => expect(await asker.wire(path)).toMatchObject({ text: '', isEnded: true }) },
  'drop: in-head': {
    deed: { do: 'drop', when: 'in-head' },
    holds: async ({ asker, path }) => expect(await asker.wire(path)).toMatchObject({ text: 'HTTP/1.1 200 OK\r\ncontent-ty', isEnded: true }),
  },
  'drop: in-body': {
    deed: { do: 'drop', when: 'in-body' },
    async holds({ asker, path, honest }) {
      const { text, isEnded } = await asker.wire(path)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      expect(isEnded).toBe(true)
      expect(head).toContain(`content-length: ${honest.bytes.length}`)
      expect(body.length).toBeGreaterThan(0)
      expect(body.length).toBeLessThan(honest.bytes.length)
    },
  },
  'drip: head': {
    deed: { do: 'drip', what: 'head', everyMs: 5 },
    async holds({ asker, path }) {
      const { text, pieces } = await asker.wire(path, (heard) => heard.split('x-more').length > 10)
      expect(pieces).toBeGreaterThan(5)
      expect(text).not.toContain('\r\n\r\n')
    },
  },
  'drip: body': {
    deed: { do: 'drip', what: 'body', everyMs: 5 },
    async holds({ asker, path, honest }) {
      const { text, pieces } = await asker.wire(path, (heard) => (heard.split('\r\n\r\n')[1]?.split('\r\n').length ?? 0) > 20)
      expect(pieces).toBeGreaterThan(5)
      expect(text.length).toBeLessThan(honest.bytes.length)
    },
  },
  'redirect: same-host': redirected('same-host', ({ places }) => `${places.fhirBase}/metadata`),
  'redirect: other-host': redirected('other-host', ({ places, path }) => `${places.otherHost}/elsewhere${new URL(places.fhirBase).pathname}/${path}`),
  'redirect: plain': redirected('plain', ({ places, path }) => `${places.fhirBase.replace('https:', 'http:')}/${path}`),
  'redirect: loop': redirected('loop', ({ places, path }) => `${new URL(places.fhirBase).pathname}/${path}`),
  'content-type': answered({ do: 'content-type', type: 'text/html' }, ({ headers, text }, { honest }) => expect([headers['content-type'], text]).toEqual(['text/html', honest.text])),
  etag: answered({ do: 'etag', value: 'W/"another"' }, ({ headers, text }, { honest }) => {
    expect([headers['etag'], text]).toEqual(['W/"another"', honest.text])
    expect(honest.headers['etag']).not.toBe('W/"another"')
  }),
  'not-modified': answered({ do: 'not-modified' }, ({ status, text }) => expect([status, text]).toEqual([304, ''])),
  'pack: gzip': answered({ do: 'pack', how: 'gzip' }, ({ headers, bytes }, { honest }) => expect([headers['content-encoding'], gunzipSync(bytes).toString()]).toEqual(['gzip', honest.text])),
  'pack: bomb': answered({ do: 'pack', how: 'bomb', megabytes: 20 }, ({ headers, bytes }, { honest }) => {
    expect(headers['content-encoding']).toBe('gzip')
    expect(bytes.length).toBeLessThan(honest.bytes.length + 200_000)
    expect(gunzipSync(bytes).length).toBe(20 * 1024 * 1024 + honest.bytes.length)
  }),
  'pack: broken': answered({ do: 'pack', how: 'broken' }, ({ headers, bytes }) => {
    expect(headers['content-encoding']).toBe('gzip')
    expect(() => gunzipSync(bytes)).toThrow()
  }),
  'pack: brotli': answered({ do: 'pack', how: 'brotli' }, ({ headers }) => expect(headers['content-encoding']).toBe('br')),
  'bulk: entries': answered({ do: 'bulk', megabytes: 2 }, (heard, { honest }) => {
    expect(heard.bytes.length).toBeGreaterThan(2 * 1024 * 1024)
    const { entry } = bundleIn(heard)
    expect(entry.length).toBeGreaterThan(900)
    // The patient's own, so that nothing but the size is wrong.
    expect(new Set(entry.map(({ resource }) => resource.subject?.reference))).toEqual(new Set(bundleIn(honest).entry.map(({ resource }) => resource.subject?.reference)))
  }),
  'bulk: one-entry': answered({ do: 'bulk', megabytes: 2, in: 'one-entry' }, (heard) => {
    expect(heard.bytes.length).toBeGreaterThan(2 * 1024 * 1024)
    expect(bundleIn(heard).entry).toHaveLength(1)
  }),
  swap: answered((stranger) => ({ do: 'swap', patient: stranger }), (heard, { honest }) => {
    expect(heard.status).toBe(200)
    expect(idsIn(heard).length).toBeGreaterThan(0)
    expect(idsIn(heard).filter((id) => idsIn(honest).includes(id))).toEqual([])
  }),
  split: {
    deed: { do: 'split' },
    async holds({ asker, path }) {
      const { text } = await asker.wire(path, (heard) => heard.split('HTTP/1.1 200').length > 2)
      expect(text.split('HTTP/1.1 200').at(-1)).toContain('"entry":[]')
    },
  },
  'spoil: cut-short': spoilt('cut-short', ({ text, json }, { honest }) => {
    expect(honest.text.startsWith(text)).toBe(true)
    expect(json).toThrow()
  }),
  'spoil: byte-order-mark': spoilt('byte-order-mark', ({ bytes }, { honest }) => expect(bytes.equals(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), honest.bytes]))).toBe(true)),
  'spoil: not-utf8': spoilt('not-utf8', ({ bytes }) => expect(() => new TextDecoder('utf8', { fatal: true }).decode(bytes)).toThrow()),
  'spoil: utf-16': spoilt('utf-16', ({ bytes }, { honest }) => expect(bytes.toString('utf16le')).toBe(`\uFEFF${honest.text}`)),
  'spoil: deep': spoilt('deep', ({ text }) => expect(brackets(text)).toBeGreaterThan(100_000)),
  'spoil: not-json': spoilt('not-json', ({ text }) => expect(text).toMatch(/^<!doctype html>/)),
  'spoil: xml': spoilt('xml', ({ text }) => expect(text).toMatch(/^<\?xml.*<!ENTITY/)),
  // Problems have no numbers.
  'spoil: huge-numbers': { ...spoilt('huge-numbers', ({ text }) => expect(text).toMatch(/:1e400[,}]/)), type: 'MedicationRequest' },
  'spoil: prototype-keys': spoilt('prototype-keys', ({ text }) => expect(text.split('{"__proto__":{"status":"entered-in-error"').length).toBeGreaterThan(10)),
  'spoil: script': spoilt('script', (heard, { honest }) => {
    expect(heard.text).toContain(JSON.stringify(script))
    expect(idsIn(heard)).toEqual(idsIn(honest))
  }),
  'spoil: nulls': spoilt('nulls', (heard, { honest }) => {
    expect(heard.text.split(':null').length).toBeGreaterThan(10)
    expect(idsIn(heard)).toEqual(idsIn(honest))
  }),
  'spoil: deep-entry': spoilt('deep-entry', (heard) => {
    expect(brackets(heard.text)).toBeGreaterThan(100_000)
    expect(heard.text).toContain('"id":"deep"')
  }),
  'spoil: duplicate-ids': spoilt('duplicate-ids', (heard, { honest }) => expect(idsIn(heard)).toEqual([...idsIn(honest), ...idsIn(honest)])),
  'spoil: lying-total': spoilt('lying-total', (heard, { honest }) => expect([bundleIn(heard).total, idsIn(heard)]).toEqual([100_000, idsIn(honest)])),
  'spoil: circular-next': spoilt('circular-next', (heard) => expect(linkIn(heard, 'next')).toBe(linkIn(heard, 'self'))),
  'spoil: foreign-next': spoilt('foreign-next', (heard, { places }) => expect(linkIn(heard, 'next')).toMatch(new RegExp(`^${places.otherHost}/elsewhere/`))),
  'spoil: plain-next': spoilt('plain-next', (heard) => expect(linkIn(heard, 'next')).toMatch(/^http:/)),
  'spoil: endless-next': spoilt('endless-next', async (heard, { asker, path }) => {
    const next = linkIn(heard, 'next')
    expect(next).toContain('_page=')
    expect(linkIn(await asker.get(path), 'next')).not.toBe(next)
  }),
  'spoil: stranger': spoilt('stranger', (heard, { honest }) => {
    const { entry } = bundleIn(heard)
    expect(entry.map(({ resource }) => resource.id)).toEqual([...idsIn(honest), expect.stringMatching(/-x$/)])
    expect(entry.at(-1)?.resource.subject?.reference).toBe('Patient/somebody-else')
  }),
  'spoil: strangers': spoilt('strangers', (heard) => expect(new Set(bundleIn(heard).entry.map(({ resource }) => resource.subject?.reference))).toEqual(new Set(['Patient/somebody-else']))),
  'spoil: no-self': spoilt('no-self', (heard, { honest }) => {
    expect([linkIn(honest, 'self'), linkIn(heard, 'self')]).toEqual([expect.any(String), undefined])
    expect(idsIn(heard)).toEqual(idsIn(honest))
  }),
}
