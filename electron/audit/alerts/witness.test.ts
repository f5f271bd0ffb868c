import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../../shared/audit.ts'
import type { AlertPolicy } from '../../../shared/policy.ts'
import { createLog } from '../../diagnostics/log.ts'
import { createAuditChain } from '../chain.ts'
import { type ChainDisk, chainFolder } from '../disk.ts'
import { verifyChain } from '../verify/verify.ts'
import { morning, only } from './entry.testing.ts'
import { carriedEvent, raisedEvent } from './raised.ts'
import { createHoldKeeper } from './hold-keeper.ts'
import { createWitness } from './witness.ts'

let folder = ''
let now = morning
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-witness-'))
  now = morning
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const threeCharts = only({ chartsPerMinute: { response: 'ask-reason', threshold: 3 } })

/** One start of the application: its chain, watched. `isKilled`: the power fails before any alert is written. */
function started(policy: AlertPolicy = threeCharts, { disk = chainFolder(folder), isKilled = false, fileBytes = 4_194_304 }: { disk?: ChainDisk; isKilled?: boolean; fileBytes?: number } = {}) {
  let changes = 0
  const logged: string[] = []
  const log = createLog((line) => logged.push(line), { now: () => now })
  const holds = createHoldKeeper({ carry: (hold) => chain.tell(carriedEvent(hold)), changed: () => (changes += 1) })
  const witness = createWitness({
    disk,
    holds,
    policy: () => policy,
    zone: 'UTC',
    monotonic: () => now - morning,
    log,
    raise: (alert) => {
      if (!isKilled) chain.tell(raisedEvent(alert))
    },
  })
  const chain = createAuditChain({ disk, clock: { now: () => now }, monotonic: () => now - morning, actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }), log, witness: witness.saw, fileBytes })
  const opens = async (patient: string, correlation = '0a1b2c3d') => {
    now += 1_000
    const look: AuditHeader = { event: 'chart.open', action: 'R', outcome: 'intent', cause: 'look', patient, correlation }
    await chain.intent(look)
    await witness.settled()
  }
  const answers = async (patient: string) => {
    now += 1_000
    await chain.intent({ event: 'hold.answered', action: 'E', outcome: 'intent', cause: 'look', patient, correlation: '0c0c0c0c', holdReason: 'cover' })
  }
  const signals = async (patient: string, told: string) => {
    now += 1_000
    await chain.intent({ event: 'chart.signals', action: 'E', outcome: 'success', cause: 'refresh', patient, correlation: '0d0d0d0d', signals: told })
    await witness.settled()
    await chain.flush()
  }
  const starts = async () => {
    await chain.announce({ event: 'app.started', outcome: 'success' })
    await witness.settled()
  }
  return { chain, opens, answers, signals, starts, logged, witness, held: () => holds.of('userkey'), changes: () => changes }
}

const entries = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
    .map((line): Record<string, unknown> => JSON.parse(line.slice(65)))
const raised = () => entries().filter(({ event }) => event === 'alert.raised')

describe('an alert @164.312(b)', () => {
  it('stands in the chain beside what brought it about, with opaque ids, closed words and numbers alone', async () => {
    const { chain, opens } = started()
    for (const [index, patient] of ['p-1', 'p-2', 'p-3'].entries()) await opens(patient, `0000000${index}`)
    await chain.close()
    expect(raised()).toMatchObject([{ rule: 'chartsPerMinute', severity: 'high', response: 'ask-reason', count: 3, more: 0, user: 'userkey', correlation: '00000002', outcome: 'success', action: 'E' }])
    expect(Object.keys(raised()[0] ?? {}).sort()).toEqual(['action', 'cause', 'correlation', 'count', 'device', 'epoch', 'event', 'format', 'mono', 'more', 'outcome', 'prev', 'response', 'rule', 'run', 'seq', 'severity', 'user', 'wall'])
    expect(await verifyChain(folder)).toMatchObject({ holds: true, faults: [] })
  })

  it('counts what was done before a restart', async () => {
    const first = started()
    for (const patient of ['p-1', 'p-2']) await first.opens(patient)
    await first.chain.close()
    const second = started()
    await second.opens('p-3', '00000003')
    await second.chain.close()
    expect(raised()).toMatchObject([{ rule: 'chartsPerMinute', correlation: '00000003' }])
  })

  it('that a kill -9 kept from being raised is raised at the next start, once', async () => {
    const killed = started(threeCharts, { isKilled: true })
    for (const [index, patient] of ['p-1', 'p-2', 'p-3'].entries()) await killed.opens(patient, `0000000${index}`)
    await killed.chain.flush()
    for (const start of [1, 2]) {
      const next = started()
      await next.chain.announce({ event: 'app.started', outcome: 'success' })
      await next.witness.settled()
      await next.chain.close()
      expect(raised(), `start ${start}`).toMatchObject([{ rule: 'chartsPerMinute', correlation: '00000002' }])
    }
  })

  it('is remembered over the end of a file of the chain', async () => {
    const first = started(threeCharts, { fileBytes: 600 })
    for (const patient of ['p-1', 'p-2']) await first.opens(patient)
    await first.chain.close()
    expect(readdirSync(folder).length).toBeGreaterThan(1)
    const second = started(threeCharts, { fileBytes: 600 })
    await second.opens('p-3')
    await second.chain.close()
    expect(raised()).toHaveLength(1)
  })

  it('is never about what the disk has not taken: then there was no data either', async () => {
    const disk = chainFolder(folder)
    const full: ChainDisk = { ...disk, open: async (number) => ({ ...(await disk.open(number)), append: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) }) }
    const { opens } = started(threeCharts, { disk: full })
    for (const patient of ['p-1', 'p-2', 'p-3']) await expect(opens(patient)).rejects.toMatchObject({ kind: 'audit-unavailable' })
    const after = started()
    for (const patient of ['p-4', 'p-5']) await after.opens(patient)
    await after.chain.close()
    expect(raised()).toEqual([])
  })
})

describe('what is said of a chart and of a reason', () => {
  it('is of closed lists: no name rides along in them', async () => {
    const { chain } = started()
    const entry: AuditHeader = { event: 'chart.signals', action: 'E', outcome: 'success', cause: 'refresh', patient: 'p-1', correlation: '0a1b2c3d' }
    for (const signals of ['', 'vip Okonkwo', 'vip not-related', 'related related', 'VIP']) await expect(chain.intent({ ...entry, signals }), signals).rejects.toMatchObject({ kind: 'invalid-input' })
    // As a `records` that was taken over might send it.
    const gossip = { ...entry, event: 'hold.answered', holdReason: 'curiosity' } as unknown as AuditHeader
    await expect(chain.intent(gossip)).rejects.toMatchObject({ kind: 'invalid-input' })
    await chain.intent({ ...entry, signals: 'not-related vip' })
    await chain.close()
    expect(entries().filter(({ event }) => event === 'chart.signals').map(({ signals }) => signals)).toEqual(['not-related vip'])
  })
})

describe('the witness', () => {
  it('passes over what is no entry, and goes on', async () => {
    const first = started()
    for (const patient of ['p-1', 'p-2']) await first.opens(patient)
    await first.chain.close()
    // Torn in mid-write: the writer sets it aside when it opens the chain, and the witness does not stumble over it before.
    appendFileSync(join(folder, 'chain-1.jsonl'), '0123 {"event":"chart.open","pati')
    const second = started()
    await second.opens('p-3')
    await second.chain.close()
    expect(raised()).toHaveLength(1)
  })

  it('lets the entry through where its own files cannot be read, says so, and goes by what it sees from there on', async () => {
    const disk = chainFolder(folder)
    const first = started()
    await first.opens('p-0')
    await first.chain.close()
    let reads = 0
    // The writer reads the file to prove it; then the disk gives up.
    const failing: ChainDisk = { ...disk, read: (file) => ((reads += 1) > 1 ? Promise.reject(new Error('bad sector')) : disk.read(file)) }
    const { chain, opens, logged } = started(threeCharts, { disk: failing })
    for (const patient of ['p-1', 'p-2', 'p-3']) await opens(patient)
    await chain.close()
    expect(logged.join('')).toContain('alerts.failed')
    expect(raised()).toHaveLength(1)
  })
})

describe('a hold @164.312(b)', () => {
  const vip = only({ vip: { response: 'ask-reason' } })
  const held = { rule: 'vip', patient: 'p-1' }

  it('is there once its alert is durable, for that chart and that user, and ends with the answer', async () => {
    const { chain, signals, answers, held: current, changes } = started(vip)
    await signals('p-2', 'related vip')
    expect(current()).toEqual([])
    const before = changes()
    await signals('p-1', 'not-related vip')
    expect(current()).toEqual([held])
    expect(changes()).toBe(before + 1)
    await answers('p-2')
    expect(current()).toEqual([held])
    await answers('p-1')
    expect(current()).toEqual([])
    await chain.close()
    expect(entries().findLast(({ event }) => event === 'hold.answered')).toMatchObject({ holdReason: 'cover', patient: 'p-1', user: 'userkey' })
  })

  it('before every chart, where the alert is about many, ends with one answer and leaves the others', async () => {
    const { chain, signals, opens, answers, held: current } = started(only({ vip: { response: 'ask-reason' }, chartsPerMinute: { response: 'ask-reason', threshold: 3 } }))
    await signals('p-1', 'not-related vip')
    for (const patient of ['p-2', 'p-3', 'p-4']) await opens(patient)
    await chain.flush()
    expect(current()).toEqual([held, { rule: 'chartsPerMinute' }])
    await answers('p-4')
    expect(current()).toEqual([held])
    await chain.close()
  })

  it('is not known before the chain was read back, and outlives a kill -9', async () => {
    const killed = started(vip)
    await killed.signals('p-1', 'relation-not-known vip')
    const next = started(vip)
    expect(next.held()).toBeUndefined()
    await next.starts()
    expect(next.held()).toEqual([held])
    await next.answers('p-1')
    await next.chain.close()
    const last = started(vip)
    await last.starts()
    expect(last.held()).toEqual([])
    await last.chain.close()
  })

  it('outlives as many files of the chain as there are, and restarts between them', async () => {
    let at = started(vip, { fileBytes: 2_000 })
    await at.signals('p-1', 'not-related vip')
    for (let round = 0; round < 40; round += 1) {
      await at.opens(`q-${round}`)
      if (round % 7 === 6) {
        await at.chain.close()
        at = started(vip, { fileBytes: 2_000 })
        await at.starts()
      }
      expect(at.held(), `round ${round}`).toEqual([held])
    }
    await at.chain.close()
    expect(readdirSync(folder).length).toBeGreaterThan(5)
    expect(entries().filter(({ event }) => event === 'hold.carried').length).toBeGreaterThan(3)
    expect(raised()).toHaveLength(1)
  })

  it('is asked of nobody by a notice, nor by words that are no rule', async () => {
    const { chain, signals, held: current } = started(only({ vip: { response: 'notice' }, sameFamilyName: { response: 'lock' } }))
    await signals('p-1', 'not-related same-family-name vip')
    expect(raised().map(({ response }) => response)).toEqual(['lock', 'notice'])
    expect(current()).toEqual([])
    await chain.close()
  })
})
