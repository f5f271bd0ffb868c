import { readFileSync, writeFileSync } from 'node:fs'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { describe, expect, it } from 'vitest'
import { Alike } from './alike.ts'
import { anchorAt, chainIn, entryOf, file, first, folder, forge, linesOf, looks, put, sumOf, time, useChain } from './chain.testing.ts'
import { readEntry } from './line.ts'
import { verifyChain } from './verify.ts'

/** Entries 1 to 604, checkpoints at 302 and 603: all others but the first are as long, and differ in their gaps alone. */
useChain(async (place) => {
  time.mono = 1_000_000
  const chain = chainIn(place)
  for (const step of [1, 2]) {
    await Promise.all(Array.from({ length: 300 }, (_, look) => looks(chain, 1, () => `b6a3f2c9-1d4e-4f8a-9a77-0e2d5c6b${7_000 + 100 * step + look}`)))
    await chain.checkpoint()
  }
  await looks(chain, 1, () => 'b6a3f2c9-1d4e-4f8a-9a77-0e2d5c6b9999')
  await chain.close()
})

const seeded = xorshift128plus(20_261_128)
const below = (bound: number) => (seeded.next() >>> 0) % bound
const lineOf = (text: Buffer) => Buffer.concat([Buffer.from(`${sumOf(text)} `), text, Buffer.from('\n')])

/** One that knows the shape of these lines, and took the last of them. */
function knowing(lines: readonly Buffer[]): Alike {
  const alike = new Alike()
  for (const line of lines) {
    const entry = readEntry(line, 0, line.length - 1)
    if (entry) alike.took(line, 0, line.length - 1, entry)
  }
  return alike
}

describe('entries that are like one before', () => {
  const known = () => linesOf().slice(100, 110).map((line) => Buffer.from(`${line}\n`))

  it('are told without being read name by name, and come to the same', () => {
    const [lines, alike] = [linesOf(), knowing(known())]
    const after = lines.slice(110, 301).map((line) => Buffer.from(`${line}\n`))
    for (const line of after) {
      expect(alike.follows(line, 0, line.length - 1)).toBe(true)
      expect(alike.last()).toEqual(readEntry(line, 0, line.length - 1))
    }
    const checkpoint = Buffer.from(`${lines[301]}\n`)
    expect(alike.follows(checkpoint, 0, checkpoint.length - 1)).toBe(false)
    expect(alike.last()?.seq).toBe(301)
  })

  it('are told by no line that reads otherwise name by name, however it is spelt, though its hash is right', () => {
    const before = known()
    const text = Buffer.from(linesOf()[110]?.slice(65) ?? '')
    const bytes = ['"', ':', ',', '\\', '0', '9', 'f', '}', ' ', '\0', 'é', '\u{10348}'].map((one) => Buffer.from(one))
    const names = ['"seq":', '"wall":1', '"mono":', '"prev":"', '"run":"', '"device":"', '"event":"chain.', '"format":', '"patient":"'].map((one) => Buffer.from(one))
    let followed = 0
    for (let round = 0; round < 3_000; round += 1) {
      const changed = Buffer.from(text)
      for (let times = below(3); times >= 0; times -= 1) {
        const piece = [() => bytes[below(bytes.length)], () => names[below(names.length)], () => text.subarray(below(text.length), below(text.length)), () => Buffer.from(String(below(100)))][below(4)]?.() ?? text
        piece.copy(changed, below(changed.length))
      }
      const line = lineOf(below(8) === 0 ? changed.subarray(0, -1 - below(9)) : changed)
      const alike = knowing(before)
      const wasLast = alike.last()
      const read = readEntry(line, 0, line.length - 1, wasLast)
      if (alike.follows(line, 0, line.length - 1)) {
        followed += 1
        expect(alike.last(), line.toString()).toEqual(read)
        expect(read).toMatchObject({ seq: (wasLast?.seq ?? 0) + 1, prev: wasLast?.hash, device: wasLast?.device, run: wasLast?.run })
      } else expect(alike.last()).toBe(wasLast)
    }
    expect(followed).toBeGreaterThan(150)
  })

  it('never tell a line whose hash is not its own, by a single bit', () => {
    const line = Buffer.from(`${linesOf()[110]}\n`)
    const before = known()
    for (let at = 0; at < line.length - 1; at += 1) {
      const changed = Buffer.from(line)
      changed[at] = (changed[at] ?? 0) ^ (1 << below(8))
      const alike = knowing(before)
      const wasLast = alike.last()
      expect(alike.follows(changed, 0, changed.length - 1), `byte ${at}`).toBe(false)
      expect(alike.last()).toBe(wasLast)
    }
    expect(knowing(before).follows(line, 0, line.length - 1)).toBe(true)
  })

  it('are not told where a text could pass for a name, where the run changed, or where the entry is a checkpoint', () => {
    const [base = '', ...more] = linesOf().slice(110, 114).map((line) => line.slice(65))
    const checkpoint = linesOf()[301]?.slice(65) ?? ''
    const renamed = (text: string, seq: number, prev: string) => text.replace(/"seq":\d+/, `"seq":${seq}`).replace(/"prev":"\w+"/, `"prev":"${prev}"`)
    const cases: readonly (readonly [string, string])[] = [
      [base.replace('"correlation":"0a1b2c3d"', '"correlation":"abcdef":"device-2"'), base.replace('"correlation":"0a1b2c3d"', '"correlation":"device":"device-2"')],
      [base, base],
      [checkpoint, checkpoint],
    ]
    const told = cases.map(([known, next]) => {
      const alike = new Alike()
      let prev = '0'.repeat(64)
      const add = (text: string, seq: number) => {
        const line = lineOf(Buffer.from(renamed(text, seq, prev)))
        prev = line.toString('latin1', 0, 64)
        return line
      }
      const lines = [111, 112, 113].map((seq) => add(known, seq))
      if (known === base) lines.push(add((more[0] ?? '').replace(/"run":"\w+"/, '"run":"ffffffff"'), 114))
      for (const line of lines) alike.took(line, 0, line.length - 1, readEntry(line, 0, line.length - 1) ?? expect.fail())
      const line = add(next, 111 + lines.length)
      return alike.follows(line, 0, line.length - 1)
    })
    expect(told).toEqual([false, false, false])
  })

  it('are told of more than one length and of two shapes of one length, in turn', () => {
    const shapes = [{ outcome: 'success' }, { outcome: 'refused' }, { outcome: 'intent', sealed: 'x'.repeat(90) }]
    const entry = entryOf(linesOf()[110] ?? '')
    const alike = new Alike()
    let prev = '0'.repeat(64)
    let told = 0
    for (let seq = 1_000; seq < 1_120; seq += 1) {
      const line = Buffer.from(`${forge({ ...entry, ...shapes[seq % shapes.length], seq, prev })}\n`)
      prev = line.toString('latin1', 0, 64)
      const read = readEntry(line, 0, line.length - 1)
      if (alike.follows(line, 0, line.length - 1)) told += 1
      else if (read) alike.took(line, 0, line.length - 1, read)
      expect(alike.last()).toEqual(read)
    }
    expect(told).toBeGreaterThan(60)
  })
})

describe('what is wrong in a long row of entries that are alike @164.312(c)', () => {
  const at = 150

  it('holds as it was written, and the anchor within it is seen', async () => {
    expect(await verifyChain(folder, { anchor: anchorAt(at) })).toMatchObject({ holds: true, entries: 605 })
    expect(await verifyChain(folder, { anchor: { seq: at, hash: 'f'.repeat(64) } })).toMatchObject(first('forked', { seq: at }))
  })

  it('changed: any one byte, in that line', async () => {
    const bytes = readFileSync(file())
    const start = linesOf().slice(0, at).join('\n').length + 1
    const length = linesOf()[at]?.length ?? 0
    for (let offset = 0; offset < length; offset += 1 + below(5)) {
      const changed = Buffer.from(bytes)
      changed[start + offset] = (changed[start + offset] ?? 0) ^ (1 << below(6))
      writeFileSync(file(), changed)
      expect(await verifyChain(folder), `byte ${offset}`).toMatchObject(first('changed', { line: at + 1, seq: at + 1 }))
    }
  })

  it('removed, moved, repeated, written anew: each by its name, where it stands', async () => {
    const lines = linesOf()
    const [before, [a = '', b = '', ...after]] = [lines.slice(0, at), lines.slice(at)]
    for (const [put1, fault] of [
      [[...before, b, ...after], first('removed', { line: at + 1, seq: at + 1, missing: 1 })],
      [[...before, b, a, ...after], first('reordered', { line: at + 1, seq: at + 2 })],
      [[...before, a, a, b, ...after], first('repeated', { line: at + 2, seq: at + 1 })],
      [[...before, forge({ ...entryOf(a), correlation: 'ffffffff' }), b, ...after], first('forked', { line: at + 2, seq: at + 2 })],
    ] as const) {
      put(1, put1)
      expect(await verifyChain(folder)).toMatchObject(fault)
    }
  })

  it('another device, and a clock that was set back, in entries with hashes of their own', async () => {
    const lines = linesOf()
    const anew = (change: (entry: Record<string, unknown>) => object) => {
      let prev = ''
      put(1, lines.map((line, index) => {
        const entry = entryOf(line)
        const made = index <= at ? line : forge({ ...entry, prev, ...change(entry) })
        prev = made.slice(0, 64)
        return made
      }))
      return verifyChain(folder)
    }
    expect(await anew(() => ({ device: 'device-2' }))).toMatchObject(first('another-device', { seq: at + 2 }))
    expect(await anew(({ wall }) => ({ wall: Number(wall) - 3_600_000 }))).toMatchObject({ holds: false, faults: [{ kind: 'clock-back', seq: at + 2, by: 3_600_000 }, { kind: 'forged', seq: 302 }] })
    expect(await anew(({ mono }) => ({ mono: Number(mono) + 7_200_000 }))).toMatchObject({ holds: false, faults: [{ kind: 'clock-back', seq: at + 2, by: 7_200_000 }, { kind: 'forged', seq: 302 }] })
    // A run that began anew keeps to the wall clock alone.
    expect(await anew(() => ({ run: 'ffffffff', mono: 1 }))).toMatchObject(first('forged', { seq: 302 }))
  })
})
