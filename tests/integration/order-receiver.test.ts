import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OwnEvent } from '../../electron/audit/own-events.ts'
import { registerDevice } from '../../electron/auth/device.ts'
import { createLog } from '../../electron/diagnostics/log.ts'
import { openJournal } from '../../electron/orders/journal.ts'
import type { Order } from '../../electron/orders/order.ts'
import { type OrderService, type ServiceParts, startOrders } from '../../electron/orders/service.ts'
import { createTransport, type Limits } from '../../electron/transport/index.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { tokensOf } from './lockout/desk.ts'
import { openSite, type Site } from './lockout/site.ts'

let sandbox: Site['sandbox']
let probe: Site['probe']
let ask: Site['ask']
let close: Site['close']
let desk: string
beforeAll(async () => {
  const site = await openSite({ pollMs: 2_000 })
  ;({ sandbox, probe, ask, close } = site)
  desk = await site.desk()
})
afterAll(() => close())
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-orders-'))
})
afterEach(async () => {
  sandbox.faults.reset()
  sandbox.setClockSkew(0)
  await rm(folder, { recursive: true, force: true })
})

/** A workstation that is registered, and takes orders; what it did, and what it recorded. */
async function station({ aheadMs = 0, limits = {}, ...other }: { aheadMs?: number; limits?: Partial<Limits> } & Partial<Pick<ServiceParts, 'ehr' | 'status' | 'log'>> = {}) {
  const keychain = memoryKeychain()
  const key = await openDeviceKey(keychain)
  const transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [], proxy: undefined })
  const { access_token: token } = await tokensOf(sandbox, probe, 'nurse', 0, 'openid user/*.rs')
  expect(await registerDevice({ fetch: transport.fetch, fhirBase: sandbox.fhirBase, key, displayName: 'WS', clock: { now: Date.now } }, token)).toMatchObject({ state: 'registered' })
  await transport.close()
  const clock = { now: () => Date.now() + aheadMs }
  const done: Order[] = []
  const told: OwnEvent[] = []
  const logged: string[] = []
  let steadyAhead = 0
  const audit = { announce: async (own: OwnEvent) => void told.push(own), tell: (own: OwnEvent) => void told.push(own) }
  let heard = 0
  const unheard: (number | undefined)[] = []
  let service: OrderService | undefined
  const start = async () => {
    const { journal, isWhole } = await openJournal(folder, keychain)
    service = startOrders({
      ehr: async () => ({ fhirBase: sandbox.fhirBase, caPem: sandbox.caPem, pins: [], proxy: undefined }),
      key, clock, monotonic: () => performance.now() + steadyAhead, journal, audit, log: createLog((line) => void logged.push(line), clock), before: [], limits,
      heard: () => void (heard += 1),
      unheard: (since) => void unheard.push(since),
      carryOut: async (order) => {
        done.push(order)
        return 'done'
      },
      status: () => ({ state: 'locked', since: new Date(clock.now()).toISOString(), site: 'North', appVersion: '1', policyVersion: '1', unsent: { drafts: 0, changes: 0 } }),
      ...other,
    })
    return { journal, isWhole }
  }
  return {
    deviceId: key.deviceId, done, told, start,
    wake: () => service?.wake(),
    end: async () => service?.close(),
    heard: () => heard,
    screen: () => unheard,
    gaveUp: () => logged.filter((line) => line.includes('orders.poll-failed') && line.includes('timeout')).length,
    /** So much later it is for the workstation, by the clock that nobody sets. */
    passes: (milliseconds: number) => void (steadyAhead += milliseconds),
    heardOf: () => told.filter(({ event }) => event.startsWith('orders.')).map(({ event, outcome, failure }) => ({ event, outcome, failure })),
    refused: () => told.filter(({ event }) => event === 'order.refused').map(({ facts }) => facts?.refusal),
    lock: async () => (await ask('POST', '/lockout/orders', desk, { kind: 'lock', target: { workstations: [key.deviceId] }, reason: 'To see what becomes of it' })).body.id ?? '',
  }
}
const delivery = async (id: string) => {
  const { deliveries = [] } = (await ask('GET', `/lockout/orders/${id}`, desk)).body
  return deliveries[0]
}
async function becomes(id: string, what: object): Promise<void> {
  await expect.poll(() => delivery(id), { timeout: 15_000 }).toMatchObject(what)
}

describe('an order to a workstation', () => {
  it('is carried out once, acknowledged, and reported; kept before all of it', async () => {
    const work = await station()
    const { journal } = await work.start()
    const id = await work.lock()
    await becomes(id, { state: 'taken', result: 'done' })
    expect(work.done).toMatchObject([{ kind: 'lock' }])
    expect(work.told.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual(['order.lock intent', 'order.lock success'])
    // The desk has the report before the workstation has the answer to it.
    await expect.poll(() => journal.current(), { timeout: 15_000 }).toMatchObject({ seen: [{}], pending: [] })
    expect(work.heard()).toBeGreaterThan(0)
    await work.end()
  })

  it.each([
    ['bad-signature', 'authentication_failed', 'signature'],
    ['alg-none', 'invalid_key', 'algorithm'],
    ['unknown-key', 'invalid_key', 'unknown-key'],
    ['wrong-issuer', 'invalid_issuer', 'issuer'],
    ['wrong-audience', 'invalid_audience', 'audience'],
    ['wrong-subject', 'invalid_subject', 'subject'],
    ['future', 'issued_in_future', 'future'],
    ['stale', 'issued_too_long_ago', 'stale'],
    ['not-a-token', 'invalid_request', 'malformed'],
  ] as const)('that is %s is refused, told to the desk and recorded, and nothing is done', async (fault, error, why) => {
    const work = await station()
    sandbox.faults.set({ orderToken: fault })
    await work.start()
    await becomes(await work.lock(), { state: 'refused', error })
    expect([work.done, work.refused()]).toEqual([[], [why]])
    // And the next one, which is honest, is taken.
    sandbox.faults.reset()
    await becomes(await work.lock(), { state: 'taken', result: 'done' })
    await work.end()
  })

  it('that comes twice is carried out once, and the second is refused', async () => {
    const work = await station()
    sandbox.faults.set({ orderToken: 'twice' })
    await work.start()
    await becomes(await work.lock(), { state: 'taken' })
    await expect.poll(work.refused, { timeout: 10_000 }).toEqual(['replayed'])
    expect(work.done).toHaveLength(1)
    await work.end()
  })

  it.each(['not-json', 'server-error'] as const)('is taken once a poll that is %s is over', async (fault) => {
    const work = await station()
    sandbox.faults.set({ orderPoll: fault })
    await work.start()
    const id = await work.lock()
    await sleep(1_000)
    expect([work.done, await delivery(id)]).toMatchObject([[], { state: 'waiting' }])
    sandbox.faults.reset()
    await becomes(id, { state: 'taken', result: 'done' })
    expect(work.done).toHaveLength(1)
    await work.end()
  })

  it('is taken though a poll hangs: the workstation gives that one up by itself, logs it, and asks the next; after five minutes without an answer the chain and the screen say so, and again when there is one', async () => {
    // More than the transmitter takes when it is well.
    const work = await station({ limits: { headersMs: 3_500 } })
    sandbox.faults.set({ orderPoll: 'hangs' })
    await work.start()
    const id = await work.lock()
    await expect.poll(work.gaveUp, { timeout: 20_000 }).toBeGreaterThan(0)
    expect([work.done, work.heardOf(), await delivery(id)]).toMatchObject([[], [], { state: 'waiting' }])
    work.passes(5 * 60_000)
    await expect.poll(work.heardOf, { timeout: 20_000 }).toEqual([{ event: 'orders.unheard', outcome: 'failed', failure: 'timeout' }])
    sandbox.faults.reset()
    await becomes(id, { state: 'taken', result: 'done' })
    expect(work.done).toHaveLength(1)
    expect(work.heardOf().slice(1)).toEqual([{ event: 'orders.heard', outcome: 'success' }])
    expect(work.screen()).toEqual([expect.any(Number), undefined])
    await work.end()
  })

  it('among ten thousand is not the end of the workstation: fifty are looked at, and the next answer is waited for', async () => {
    const work = await station()
    sandbox.faults.set({ orderPoll: 'flood' })
    await work.start()
    await expect.poll(() => work.done.length, { timeout: 30_000 }).toBe(50)
    sandbox.faults.reset()
    await work.end()
    expect(work.done.length).toBeLessThanOrEqual(100)
  })

  it('is taken by a workstation whose clock is a day off, in either direction', async () => {
    for (const days of [1, -1]) {
      const work = await station({ aheadMs: days * 86_400_000 })
      await work.start()
      await becomes(await work.lock(), { state: 'taken', result: 'done' })
      expect(work.done).toHaveLength(1)
      await work.end()
    }
  })

  it('signed with a new key is taken, without anything being done about it', async () => {
    const work = await station()
    await work.start()
    await becomes(await work.lock(), { state: 'taken' })
    await sandbox.rotateOrderKey()
    await becomes(await work.lock(), { state: 'taken', result: 'done' })
    expect(work.refused()).toEqual([])
    await work.end()
  })

  it('is taken by a workstation that cannot say anything of itself', async () => {
    const work = await station({ status: () => { throw new RangeError('Invalid time value') } })
    await work.start()
    for (const times of [1, 2]) {
      await becomes(await work.lock(), { state: 'taken' })
      expect(work.done).toHaveLength(times)
    }
    await work.end()
  })

  it('is taken once the way to the EHR is known, though it could not be told at first', async () => {
    let asked = 0
    const work = await station({
      ehr: async () => {
        asked += 1
        if (asked <= 2) throw new Error('no proxy is known yet')
        return { fhirBase: sandbox.fhirBase, caPem: sandbox.caPem, pins: [], proxy: undefined }
      },
    })
    await work.start()
    await becomes(await work.lock(), { state: 'taken', result: 'done' })
    expect(asked).toBe(3)
    await work.end()
  })

  it('is taken though what asks for orders once came to an end that nobody had thought of', async () => {
    let broke = 0
    const work = await station({
      log: {
        event: (name) => {
          if (name !== 'orders.poll-failed' || broke > 0) return
          broke += 1
          throw new Error('no log')
        },
        foreign: () => undefined,
      },
    })
    sandbox.faults.set({ orderPoll: 'server-error' })
    await work.start()
    await expect.poll(() => broke, { timeout: 10_000 }).toBe(1)
    sandbox.faults.reset()
    await becomes(await work.lock(), { state: 'taken', result: 'done' })
    expect(work.done).toHaveLength(1)
    await work.end()
  })

  it('that was taken before a restart is not carried out again', async () => {
    const work = await station()
    const { journal } = await work.start()
    await becomes(await work.lock(), { state: 'taken' })
    // The transmitter answers the poll that acknowledged it.
    await expect.poll(() => journal.current().seen, { timeout: 10_000 }).toMatchObject([{ isHeard: true }])
    await work.end()
    expect((await work.start()).journal.current().seen).toMatchObject([{ isHeard: true }])
    await work.end()
    expect(work.done).toHaveLength(1)
  })
})

describe('the journal of orders', () => {
  it('that somebody has changed is not believed', async () => {
    const keychain = memoryKeychain()
    const { journal } = await openJournal(folder, keychain)
    await journal.change((kept) => ({ ...kept, pending: [{ jti: 'one', kind: 'disable-user', userKey: 'a'.repeat(26) }] }))
    const file = join(folder, 'orders', 'journal.json')
    const text = await readFile(file, 'utf8')
    expect((await openJournal(folder, keychain)).journal.current().pending).toHaveLength(1)
    for (const changed of [text.replace('disable-user', 'enable-user'), text.slice(0, -9), 'rubbish', '']) {
      await writeFile(file, changed)
      expect(await openJournal(folder, keychain)).toMatchObject({ isWhole: false })
    }
    // It is put aside before anything else is written, and never written over.
    for (const changed of ['rubbish', 'more of it']) {
      await writeFile(file, changed)
      await (await openJournal(folder, keychain)).journal.change((kept) => kept)
      expect(await readFile(join(folder, 'orders', 'journal.aside.json'), 'utf8')).toBe('rubbish')
    }
    // Nor one of another keychain.
    await writeFile(file, text)
    expect((await openJournal(folder, memoryKeychain())).isWhole).toBe(false)
  })
})
