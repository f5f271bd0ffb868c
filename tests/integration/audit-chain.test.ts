import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuditChain } from '../../electron/audit/chain.ts'
import { chainFolder } from '../../electron/audit/disk.ts'
import { verifyChain } from '../../electron/audit/verify/verify.ts'

const writer = join(import.meta.dirname, 'audit-chain', 'writer.ts')
const node = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'node')
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = { now: () => Date.now() }
function reopen() {
  return createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 1, actor: () => ({ user: 'u', device: 'd', epoch: 2 }), log: { event: () => undefined, foreign: () => undefined } })
}

/** The correlations in the chain's files. */
function kept(): Set<unknown> {
  const texts = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => readFileSync(join(folder, name), 'utf8'))
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1))
  return new Set(lines.map((line) => { const entry: { correlation?: unknown } = JSON.parse(line.slice(65)); return entry.correlation }))
}

/** Runs the writer until it has acknowledged so many intents, kills it, and tells which it had acknowledged. */
async function killedAfter(acknowledged: number): Promise<string[]> {
  const child = spawn(node, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('latin1')
  child.stdout.on('data', (text: string) => {
    out += text
    if (out.split('\n').length > acknowledged) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return out.split('\n').slice(0, -1)
}

describe('the audit chain, when its process dies @164.312(b)', () => {
  it('holds every entry that was acknowledged before a kill -9, and verifies after each of six', async () => {
    const acknowledged: string[] = []
    for (const count of [1, 40, 7, 300, 23, 120]) acknowledged.push(...(await killedAfter(count)))
    const chain = reopen()
    await chain.open()
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
    const all = kept()
    expect(acknowledged.length).toBeGreaterThan(400)
    expect(acknowledged.filter((one) => !all.has(one))).toEqual([])
  })

  it('refuses when the file may not grow, and what is there verifies', async () => {
    // A limit of 64 blocks of 1 KiB: the system refuses in the middle of a write, as a full disk does.
    const child = spawn('bash', ['-c', 'ulimit -f 64; exec "$0" "$@"', node, writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => (out += text))
    await once(child, 'close')
    expect(out).toContain('audit-unavailable')
    expect(statSync(join(folder, 'chain-1.jsonl')).size).toBeGreaterThan(60_000)
    const chain = reopen()
    await chain.open()
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
    const all = kept()
    const acknowledged = out.split('\n').filter((line) => /^[0-9a-f]{8}$/.test(line))
    expect(acknowledged.length).toBeGreaterThan(100)
    expect(acknowledged.filter((one) => !all.has(one))).toEqual([])
  })
})
