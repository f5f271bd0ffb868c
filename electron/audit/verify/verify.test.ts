import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../diagnostics/log.ts'
import { createAuditChain } from '../chain.ts'
import type { CheckpointKey } from '../checkpoint.ts'
import { chainFolder } from '../disk.ts'
import { verifyCommand } from './command.ts'
import type { Anchor } from './verdict.ts'
import { verifyChain } from './verify.ts'

function newKey(deviceId: string): CheckpointKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { deviceId, publicJwk: { x: String(publicKey.export({ format: 'jwk' }).x) }, sign: (bytes) => sign(null, bytes, privateKey) }
}

let now = 1_767_225_600_000
let mono = 0
/** The clocks at the end of the chain that each test begins with. */
let written = { now, mono }
const clock = { now: () => now }
const key = newKey('device-1')
let root = ''
let folder = ''
const file = (n = 1) => join(folder, `chain-${n}.jsonl`)

interface Writing {
  readonly key?: CheckpointKey | undefined
  readonly device?: string
  readonly fileBytes?: number
}
function chainIn(place: string, { key: signer = key, device = signer.deviceId, fileBytes = 4_194_304 }: Writing = {}) {
  return createAuditChain({ disk: chainFolder(place), clock, monotonic: () => mono, actor: () => ({ user: 'u', device, epoch: 1 }), log: createLog(() => {}, clock), fileBytes, key: signer })
}
type Chain = ReturnType<typeof chainIn>

async function looks(chain: Chain, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    now += 1_000
    mono += 1_000
    await chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: `p-${i}`, correlation: '0a1b2c3d' })
  }
}

/** A chain of three files: entries 1–32, checkpoints at 11, 21 and 32. */
async function write(place: string, writing: Writing = {}): Promise<void> {
  const chain = chainIn(place, { fileBytes: 4_000, ...writing })
  await looks(chain, 9)
  await chain.checkpoint()
  await looks(chain, 9)
  await chain.checkpoint()
  await looks(chain, 10)
  await chain.close()
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'chartkeep-verify-'))
  await write(join(root, 'whole'))
  written = { now, mono }
})
beforeEach(() => {
  ;({ now, mono } = written)
  folder = mkdtempSync(join(root, 'case-'))
  cpSync(join(root, 'whole'), folder, { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const linesOf = (n = 1) => readFileSync(file(n), 'utf8').split('\n').slice(0, -1)
const put = (n: number, lines: readonly string[]) => writeFileSync(file(n), lines.map((line) => `${line}\n`).join(''))
const entryOf = (line: string): Record<string, unknown> => JSON.parse(line.slice(65))
const allLines = () => readdirSync(folder).toSorted().flatMap((_, index) => linesOf(index + 1))
function anchorAt(seq: number): Anchor {
  const line = allLines()[seq - 1] ?? ''
  return { seq, hash: line.slice(0, 64) }
}
/** As an attacker writes it who knows the format and has no key. */
function forge(entry: Record<string, unknown>): string {
  const text = JSON.stringify(Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))))
  return `${createHash('sha256').update(text).digest('hex')} ${text}`
}
const first = (kind: string, more: object = {}) => ({ holds: false, faults: [{ kind, ...more }] })

describe('the verifier of the audit chain @164.312(c)', () => {
  it('accepts what was written, over files, and says how far it is signed and by whom', async () => {
    expect(readdirSync(folder).length).toBeGreaterThan(2)
    for (const threads of [1, 3]) {
      expect(await verifyChain(folder, { anchor: anchorAt(21), key: key.publicJwk.x, threads })).toMatchObject({ holds: true, entries: 32, from: 1, head: anchorAt(32), signed: { ...anchorAt(32), device: 'device-1', key: key.publicJwk.x } })
    }
    expect(allLines().map(entryOf).filter((entry) => entry['event'] === 'chain.checkpoint').map((entry) => entry['seq'])).toEqual([11, 21, 32])
  })

  it('says the same of a broken chain in however many threads, and names a file that cannot be read', async () => {
    const swapped = linesOf(2)
    put(2, [swapped[1] ?? '', swapped[0] ?? '', ...swapped.slice(2)])
    const alone = await verifyChain(folder, { anchor: anchorAt(32), threads: 1 })
    expect(alone.faults).toMatchObject([{ kind: 'reordered', file: 2, line: 1 }])
    for (const threads of [2, 4]) expect(await verifyChain(folder, { anchor: anchorAt(32), threads })).toEqual(alone)
    // Behind a fault nothing counts, not even whether it can be read.
    rmSync(file(3))
    mkdirSync(file(3))
    put(2, [`${swapped[0]} `, ...swapped.slice(1)])
    for (const threads of [1, 2]) expect((await verifyChain(folder, { threads })).faults).toMatchObject([{ kind: 'changed', file: 2, line: 1 }])
    put(2, swapped)
    for (const threads of [1, 2]) await expect(verifyChain(folder, { threads })).rejects.toThrow('EISDIR')
  })

  it('finds any one byte that was changed', async () => {
    const originals = [1, 2, 3].map((n) => readFileSync(file(n)))
    const random = xorshift128plus(20_261)
    for (let i = 0; i < 300; i += 1) {
      const n = (random.next() >>> 0) % 3
      const bytes = originals[n] ?? Buffer.alloc(0)
      const at = (random.next() >>> 0) % bytes.length
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ (1 << ((random.next() >>> 0) % 8))
      writeFileSync(file(n + 1), changed)
      expect(await verifyChain(folder), `file ${n + 1}, byte ${at}`).toMatchObject({ holds: false })
      writeFileSync(file(n + 1), bytes)
    }
  })

  it('changed: names the entry', async () => {
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"patient":"p-7"', '"patient":"p-8"'))
    expect(await verifyChain(folder)).toMatchObject({ ...first('changed', { file: 1, line: 9, seq: 9 }), entries: 8 })
  })

  it('forked: an entry that was rewritten with a hash of its own is not what the next one continues', async () => {
    put(1, linesOf().map((line, index) => (index === 4 ? forge({ ...entryOf(line), patient: 'p-99' }) : line)))
    expect(await verifyChain(folder)).toMatchObject(first('forked', { file: 1, line: 6, seq: 6 }))
  })

  it('forged: the rest of the chain rewritten without the key stops at its next checkpoint', async () => {
    let prev = ''
    const rewrite = (line: string, index: number) => {
      const entry = entryOf(line)
      const forged = index < 4 ? line : forge({ ...entry, ...(index === 4 ? { patient: 'p-99' } : { prev }) })
      prev = forged.slice(0, 64)
      return forged
    }
    const lines = allLines().map(rewrite)
    for (const n of [2, 3]) rmSync(file(n))
    put(1, lines)
    expect(await verifyChain(folder)).toMatchObject(first('forged', { seq: 11 }))
  })

  it('unsigned: the checkpoints may not be left out either', async () => {
    const place = mkdtempSync(join(root, 'long-'))
    const chain = createAuditChain({ disk: chainFolder(place), clock, monotonic: () => mono, actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: createLog(() => {}, clock) })
    await Promise.all(Array.from({ length: 1_100 }, () => looks(chain, 1)))
    await chain.close()
    expect(await verifyChain(place)).toMatchObject(first('unsigned', { seq: 1_001 }))
  })

  it('removed: one entry, many, and a whole file', async () => {
    put(1, linesOf().filter((_, index) => index !== 3))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 4, seq: 4, missing: 1 }))
    put(1, linesOf().filter((_, index) => index < 3))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 2, line: 1, seq: 4 }))
    rmSync(file(2))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 2, line: 0, seq: 4 }))
  })

  it('removed: the beginning', async () => {
    put(1, linesOf().slice(2))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 1, seq: 1, missing: 2 }))
    rmSync(file(1))
    expect(await verifyChain(folder)).toMatchObject(first('removed', { file: 1, line: 0, seq: 1 }))
  })

  it('reordered: entries that were swapped, and files', async () => {
    const [a = '', b = '', c = '', ...rest] = linesOf()
    put(1, [a, c, b, ...rest])
    expect(await verifyChain(folder)).toMatchObject(first('reordered', { file: 1, line: 2, seq: 3 }))
    put(1, [a, b, c, ...rest])
    renameSync(file(2), file(9))
    renameSync(file(3), file(2))
    renameSync(file(9), file(3))
    expect(await verifyChain(folder)).toMatchObject(first('reordered', { file: 2, line: 1 }))
  })

  it('repeated: an entry that stands twice, near and far', async () => {
    put(1, linesOf().flatMap((line, index) => (index === 4 ? [line, line] : [line])))
    expect(await verifyChain(folder)).toMatchObject(first('repeated', { file: 1, line: 6, seq: 5 }))
    cpSync(join(root, 'whole'), folder, { recursive: true })
    put(3, [...linesOf(3), linesOf(1)[1] ?? ''])
    expect(await verifyChain(folder)).toMatchObject(first('repeated', { file: 3, seq: 2 }))
  })

  it('forked: a copy that went on by itself, put behind the original', async () => {
    const copy = mkdtempSync(join(root, 'copy-'))
    cpSync(folder, copy, { recursive: true })
    const here = chainIn(folder)
    await looks(here, 3)
    await here.close()
    const there = chainIn(copy)
    await looks(there, 5)
    await there.close()
    const [n, foreign] = [readdirSync(folder).length, readFileSync(join(copy, `chain-${readdirSync(copy).length}.jsonl`), 'utf8').split('\n').slice(0, -1)]
    put(n, [...linesOf(n), ...foreign.slice(-3)])
    expect(await verifyChain(folder)).toMatchObject(first('forked', { file: n }))
  })

  it('forked: as long as the anchor says, and another chain', async () => {
    expect(await verifyChain(folder, { anchor: { ...anchorAt(25), hash: 'f'.repeat(64) } })).toMatchObject(first('forked', { seq: 25 }))
  })

  it('truncated: in the middle of a line', async () => {
    writeFileSync(file(3), readFileSync(file(3)).subarray(0, -40))
    expect(await verifyChain(folder)).toMatchObject(first('truncated', { file: 3, seq: 32 }))
  })

  it('truncated: between two entries, seen by the anchor alone', async () => {
    const anchor = anchorAt(32)
    put(3, linesOf(3).slice(0, -3))
    expect(await verifyChain(folder, { key: key.publicJwk.x })).toMatchObject({ holds: true, entries: 29 })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('truncated', { seq: 30, missing: 3 }))
  })

  it('a cut exactly at a signed checkpoint is invisible to the chain alone, and found with the anchor', async () => {
    const anchor = anchorAt(32)
    const cut = allLines().slice(0, 21)
    for (const n of [2, 3]) rmSync(file(n))
    put(1, cut)
    expect(await verifyChain(folder, { key: key.publicJwk.x })).toMatchObject({ holds: true, entries: 21, signed: { seq: 21 } })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('rolled-back', { seq: 22, missing: 11 }))
  })

  it('rolled back: an older state that went on is another chain than the anchored one', async () => {
    const older = join(root, 'whole')
    const here = chainIn(folder)
    await looks(here, 4)
    await here.close()
    const anchor = anchorAt(37)
    rmSync(folder, { recursive: true })
    cpSync(older, folder, { recursive: true })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('rolled-back', { seq: 33, missing: 5 }))
    const again = chainIn(folder)
    await looks(again, 9)
    await again.close()
    expect(await verifyChain(folder)).toMatchObject({ holds: true })
    expect(await verifyChain(folder, { anchor })).toMatchObject(first('forked', { seq: 37 }))
  })

  it('another device: a key that is not the one asked for, a second signer, a second writer', async () => {
    expect(await verifyChain(folder, { key: newKey('device-1').publicJwk.x })).toMatchObject(first('another-device', { seq: 11 }))
    const impostor = chainIn(folder, { key: newKey('device-1') })
    await looks(impostor, 2)
    await impostor.close()
    expect(await verifyChain(folder)).toMatchObject(first('another-device', { seq: 35 }))
    const place = mkdtempSync(join(root, 'moved-'))
    await write(place)
    const other = chainIn(place, { device: 'device-2' })
    await looks(other, 2)
    await other.close()
    expect(await verifyChain(place)).toMatchObject(first('another-device', { seq: 33 }))
  })

  it('clock gone backwards: named, and the rest is proven all the same', async () => {
    const chain = chainIn(folder)
    await looks(chain, 2)
    // An hour back, while the other clock goes on by two: no shorter by the wall clock than what went before.
    now -= 3_600_000
    mono += 7_200_000
    await looks(chain, 2)
    await chain.close()
    const verdict = await verifyChain(folder)
    expect(verdict).toMatchObject({ ...first('clock-back', { seq: 35 }), entries: 37 })
    expect(verdict.faults[0]?.by).toBeGreaterThanOrEqual(3_600_000)
  })

  it('clock gone backwards between two starts', async () => {
    now -= 60_000
    const chain = chainIn(folder)
    await looks(chain, 1)
    await chain.close()
    expect(await verifyChain(folder)).toMatchObject(first('clock-back', { seq: 33, by: 59_000 }))
  })

  it('a file by itself is proven from where it begins', async () => {
    expect(await verifyChain(file(2), { key: key.publicJwk.x })).toMatchObject({ holds: true, files: 1, entries: linesOf(2).length, from: Number(entryOf(linesOf(2)[0] ?? '')['seq']) })
  })
})

describe('what a person is told', () => {
  async function told(args: readonly string[]) {
    const lines: string[] = []
    const code = await verifyCommand(args, { from: folder, print: (text) => lines.push(text), complain: (text) => lines.push(text) })
    return { code, text: lines.join('\n') }
  }

  it('that the chain holds, in a sentence, with what to keep as the next anchor', async () => {
    const { seq, hash } = anchorAt(32)
    const { code, text } = await told(['.', '--anchor', `${seq}:${hash}`, '--key', key.publicJwk.x])
    expect(code, text).toBe(0)
    expect(text).toContain('The chain holds: 32 entries (1 to 32) in 3 files.')
    expect(text).toContain(`Last checkpoint: 32:${hash}, signed by device device-1`)
  })

  it('also where the key begins with a hyphen', async () => {
    const other = `-${key.publicJwk.x.slice(1)}`
    const { code, text } = await told(['.', '--key', other])
    expect(code, text).toBe(1)
  })

  it('which entry is wrong, and how', async () => {
    put(2, linesOf(2).filter((_, index) => index !== 1))
    const { code, text } = await told(['.'])
    expect(code).toBe(1)
    const missing = Number(entryOf(linesOf(2)[0] ?? '')['seq']) + 1
    expect(text).toContain(`THE CHAIN DOES NOT HOLD`)
    expect(text).toContain(`Entry ${missing} (chain-2.jsonl, line 2) was removed: 1 entry is missing.`)
  })

  it('that there is nothing to read, or that the question is not one: never that the chain holds', async () => {
    expect(await told(['nowhere'])).toMatchObject({ code: 2 })
    expect(await told([])).toMatchObject({ code: 2, text: expect.stringContaining('Usage') })
    expect(await told(['.', '--anchor', '12'])).toMatchObject({ code: 2 })
    expect(await told(['.', '--key', 'short'])).toMatchObject({ code: 2 })
  })
})
