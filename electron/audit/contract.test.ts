import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AuditPort } from '../../shared/audit.ts'
import { contract, isProcedureName, PatientId, permissions, type ProcedureName, type Transport } from '../../shared/contract/index.ts'
import { FhirResource } from '../../shared/contract/fhir.ts'
import { createLog } from '../diagnostics/log.ts'
import { createBroker } from '../records/broker.ts'
import { type CallerFacts, createRouter, type Handlers } from '../rpc/router.ts'
import { patient, validCalls } from '../rpc/testing/valid-calls.ts'
import { createAuditChain } from './chain.ts'
import { type ChainDisk, chainFolder } from './disk.ts'

/** Rows that touch a patient, or are answered where patients are, and leave no entry, each with why. Whoever adds one has to say it here. */
const unrecorded: Partial<Record<ProcedureName, string>> = {
  'place.keep': 'gives nothing to anybody, and keeps no more than ids of charts whose opening is recorded, and how far each was scrolled',
  'desk.changes': 'gives workstations and staff, and no patient; that the list which it follows was read is recorded',
}

const names = Object.keys(contract).filter(isProcedureName)
const recorded = names.filter((name) => contract[name].audit !== 'nothing')

/** Whether a patient's id or data can travel in what a schema takes, however deep. */
function mentionsPatient(schema: z.ZodType): boolean {
  if (schema === PatientId || schema === FhirResource) return true
  return schemasIn(schema.def, 2).some(mentionsPatient)
}
/** The schemas in a definition: its own, in a list, or in an object's shape. */
function schemasIn(part: unknown, depth: number): z.ZodType[] {
  if (part instanceof z.ZodType) return [part]
  return typeof part === 'object' && part !== null && depth > 0 ? Object.values(part).flatMap((inner) => schemasIn(inner, depth - 1)) : []
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-contract-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = { now: () => 1_767_225_600_000 }
/** What a loss of power would leave: the bytes of each file as they were at its last sync. */
function durableDisk(disk: ChainDisk) {
  const durable = new Map<number, number>()
  const watched: ChainDisk = {
    ...disk,
    open: async (number) => {
      const file = await disk.open(number)
      return { ...file, sync: async () => { await file.sync(); durable.set(number, await file.size()) } }
    },
  }
  const entries = (): Record<string, unknown>[] =>
    [...durable].flatMap(([number, bytes]) => readFileSync(join(folder, `chain-${number}.jsonl`)).subarray(0, bytes).toString('utf8').split('\n').slice(0, -1)).map((line) => JSON.parse(line.slice(65)))
  return { watched, entries }
}

function chainOn(disk: ChainDisk) {
  return createAuditChain({ disk, clock, monotonic: () => 42, actor: () => ({ user: 'userkey', device: 'device-1', epoch: 3 }), log: createLog(() => undefined, clock) })
}

/** One call of a row through the real router. Tells whether data was given, and what `atHandler` saw at that moment. */
async function called(name: ProcedureName, audit: AuditPort, options: { fails?: boolean; permissions?: readonly []; atHandler?: () => unknown } = {}) {
  const { via, during } = contract[name]
  let seen: unknown
  let gave = false
  const handler = () => {
    seen = options.atHandler?.()
    gave = true
    if (options.fails) throw new Error('the disk of the EHR burns')
    return validCalls[name].output
  }
  // Every row answers with the same handler here; the real ones are held to the type.
  const handlers = Object.fromEntries(names.map((each) => [each, handler])) as unknown as Handlers<Transport, CallerFacts>
  const answer = createRouter<Transport, CallerFacts>({
    via,
    rows: contract,
    handlers,
    session: () => ({ state: during[0] ?? 'active', permissions: options.permissions ?? permissions }),
    audit,
    seal: () => Promise.resolve(undefined),
    correlation: () => '0badcafe',
    report: () => undefined,
  })
  const reply = await answer(via === 'tab' ? { patient } : {}, name, validCalls[name].input)
  return { reply, gave, seen }
}

describe('the contract, row by row @164.312(b)', () => {
  it('records every row by which something of a patient can travel', () => {
    const touching = names.filter((name) => contract[name].via !== 'main' || mentionsPatient(contract[name].input) || mentionsPatient(contract[name].output))
    expect(touching).toEqual(expect.arrayContaining(['tab.open', 'chart.section', 'patients.search', 'draft.save', 'vault.unlock']))
    expect(names.filter((name) => mentionsPatient(contract[name].output))).toEqual(['patients.search', 'patients.mine', 'patients.recent', 'chart.section', 'place.recall', 'audit.events'])
    expect(touching.filter((name) => contract[name].audit === 'nothing')).toEqual(Object.keys(unrecorded))
    // Nothing is given by a row that leaves no entry.
    for (const name of touching) if (name in unrecorded) expect(mentionsPatient(contract[name].output), name).toBe(false)
  })

  it.each(recorded)('%s: the intent is durable before the handler runs, and the outcome follows', async (name) => {
    const { watched, entries } = durableDisk(chainFolder(folder))
    const chain = chainOn(watched)
    const rule = contract[name].audit
    const about = 'patient' in validCalls[name].input ? { patient } : {}
    const { reply, seen } = await called(name, chain, { atHandler: () => entries().at(-1) })
    expect(reply).toMatchObject({ ok: true })
    const entry = { ...(rule === 'nothing' ? {} : { event: rule.event, action: rule.action }), ...about, user: 'userkey', correlation: '0badcafe' }
    expect(seen).toMatchObject({ ...entry, outcome: 'intent' })
    await chain.close()
    expect(entries().at(-1)).toMatchObject({ ...entry, outcome: 'success' })
  })

  it.each(recorded)('%s: a failure and a refusal are recorded as such', async (name) => {
    const { watched, entries } = durableDisk(chainFolder(folder))
    const chain = chainOn(watched)
    await called(name, chain, { fails: true })
    await chain.flush()
    expect(entries().at(-1)).toMatchObject({ outcome: 'failed', failure: 'internal' })
    const { gave } = await called(name, chain, { permissions: [] })
    await chain.close()
    if (contract[name].needs === 'anyone') expect(gave).toBe(true)
    else expect(entries().at(-1)).toMatchObject({ outcome: 'refused', failure: 'not-permitted' })
  })

  it.each(recorded)('%s: no data on a full disk, and none where the chain was changed', async (name) => {
    const disk = chainFolder(folder)
    const full: ChainDisk = { ...disk, open: async (number) => ({ ...(await disk.open(number)), append: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) }) }
    const onFull = chainOn(full)
    expect(await called(name, onFull)).toMatchObject({ gave: false, reply: { ok: false, failure: { kind: 'audit-unavailable' } } })
    const before = chainOn(disk)
    await before.announce({ event: 'app.started', outcome: 'success' })
    await before.close()
    const [file = ''] = readdirSync(folder)
    writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace('device-1', 'device-2'))
    expect(await called(name, chainOn(disk))).toMatchObject({ gave: false, reply: { ok: false, failure: { kind: 'audit-unavailable' } } })
  })

  it.each(recorded.filter((name) => contract[name].via !== 'main'))('%s: no data while main does not answer, or refuses', async (name) => {
    const asked: number[] = []
    const broker = createBroker({ post: (message) => void ('request' in message && asked.push(message.request)), onMessage: () => undefined })
    let gave = false
    const call = called(name, broker.audit, { atHandler: () => (gave = true) })
    // Longer than any turn that a careless handler could take; nobody has answered.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect({ asked: asked.length, gave }).toEqual({ asked: 1, gave: false })
    broker.receive({ kind: 'audit-refused', request: asked[0] ?? 0 }, [])
    expect(await call).toMatchObject({ gave: false, reply: { ok: false, failure: { kind: 'audit-unavailable' } } })
  })
})
