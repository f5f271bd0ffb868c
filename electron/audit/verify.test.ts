import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import { chainFolder } from './disk.ts'
import { type Anchor, verifyChain } from './verify.ts'

const clock = { now: () => 1_767_225_600_000 }
let folder = ''
let original = ''
const file = () => join(folder, 'chain-1.jsonl')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-verify-'))
  const chain = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 1, actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: createLog(() => {}, clock) })
  for (let i = 1; i < 30; i += 1) await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: `p-${i}`, correlation: '0a1b2c3d' })
  await chain.close()
  original = readFileSync(file(), 'utf8')
})
beforeEach(() => writeFileSync(file(), original))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const lines = () => original.split('\n').slice(0, -1)
const write = (kept: readonly string[]) => writeFileSync(file(), kept.map((line) => `${line}\n`).join(''))
function anchorAt(index: number): Anchor {
  const { seq, hash }: Anchor = JSON.parse(lines()[index] ?? '')
  return { seq, hash }
}

describe('the verifier of the audit chain @164.312(c)', () => {
  it('accepts what was written', async () => {
    expect(await verifyChain(folder)).toMatchObject({ holds: true, files: 1, entries: 30, head: anchorAt(29) })
    expect(await verifyChain(folder, anchorAt(12))).toMatchObject({ holds: true })
  })

  it('finds any one byte that was changed', async () => {
    const bytes = Buffer.from(original)
    const random = xorshift128plus(20_261)
    for (let i = 0; i < 600; i += 1) {
      const at = (random.next() >>> 0) % bytes.length
      const mask = 1 << ((random.next() >>> 0) % 8)
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ mask
      writeFileSync(file(), changed)
      expect(await verifyChain(folder), `byte ${at}, mask ${mask}`).toMatchObject({ holds: false })
    }
  })

  it('finds an entry that was rewritten with a hash of its own', async () => {
    const { prev, hash: _, ...content }: Record<string, unknown> = JSON.parse(lines()[10] ?? '')
    const changed = { ...content, patient: 'p-99' }
    const canonical = (value: Record<string, unknown>) => JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
    const hash = createHash('sha256').update(`${String(prev)}\n${canonical(changed)}`).digest('hex')
    write(lines().map((line, index) => (index === 10 ? canonical({ ...changed, prev, hash }) : line)))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'out-of-order', line: 12, entries: 11 })
  })

  it('finds another way to write the same entry', async () => {
    writeFileSync(file(), original.replace('"patient":"p-7"', '"patient":"\\u0070-7"'))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'not-an-entry', line: 8 })
  })

  it('finds an entry that was removed', async () => {
    write(lines().filter((_, index) => index !== 10))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'out-of-order', line: 11 })
  })

  it('finds entries that were swapped', async () => {
    const [a, b, ...rest] = lines()
    write([b ?? '', a ?? '', ...rest])
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'out-of-order', line: 1 })
  })

  it('finds an entry that was repeated', async () => {
    write(lines().flatMap((line, index) => (index === 5 ? [line, line] : [line])))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'out-of-order', line: 7 })
  })

  it('finds a cut in the middle of an entry', async () => {
    writeFileSync(file(), original.slice(0, -40))
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'torn', line: 30 })
  })

  it('finds a cut exactly between two entries only by an anchor, and says no more than that', async () => {
    write(lines().slice(0, 20))
    expect(await verifyChain(folder)).toMatchObject({ holds: true, entries: 20 })
    expect(await verifyChain(folder, anchorAt(25))).toMatchObject({ holds: false, fault: 'behind-anchor' })
  })

  it('finds a chain that was written anew only by an anchor', async () => {
    expect(await verifyChain(folder, { ...anchorAt(25), hash: 'f'.repeat(64) })).toMatchObject({ holds: false, fault: 'not-the-anchored' })
  })

  it('finds a file that is missing', async () => {
    writeFileSync(join(folder, 'chain-3.jsonl'), '')
    expect(await verifyChain(folder)).toMatchObject({ holds: false, fault: 'missing-file', file: 2 })
    rmSync(join(folder, 'chain-3.jsonl'))
  })
})
