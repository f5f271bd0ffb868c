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
import { raisedEvent } from './raised.ts'
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
  const logged: string[] = []
  const log = createLog((line) => logged.push(line), { now: () => now })
  const witness = createWitness({
    disk,
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
  return { chain, opens, logged, witness }
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
