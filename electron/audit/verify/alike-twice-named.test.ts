import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus'
import { afterAll, describe, expect, it } from 'vitest'
import { auditFormat } from '../format.ts'
import { Alike } from './alike.ts'
import { sumOf } from './chain.testing.ts'
import { readEntry } from './line.ts'
import type { SeenEntry } from './seen-entry.ts'
import { eachLine, walkFile } from './walk.ts'

const folder = mkdtempSync(join(tmpdir(), 'chartkeep-twice-named-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the verifier says of a file, and what it would say if it read every line by its names. */
function judged(lines: readonly string[]) {
  const path = join(folder, 'chain-1.jsonl')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  const { entries, fault } = walkFile(path, 1, undefined)
  const read: SeenEntry[] = []
  let wrong: string | undefined
  eachLine(path, (bytes, start, end) => {
    const entry = readEntry(bytes, start, end)
    if (entry === undefined) wrong = 'changed'
    else if (!goesOn(read.at(-1), entry)) wrong = 'forked'
    else read.push(entry)
    return wrong !== undefined
  })
  return { walked: [entries, fault?.kind], byName: [read.length, wrong] }
}

const goesOn = (last: SeenEntry | undefined, entry: SeenEntry) => last === undefined || (entry.seq === last.seq + 1 && entry.prev === last.hash && entry.format >= last.format)

/** Writes as many lines as it is asked for, each from its number and the hash of the one before. */
function chained(count: number, text: (seq: number, prev: string) => string): string[] {
  const lines: string[] = []
  let prev = auditFormat.origin
  for (let seq = 1; seq <= count; seq += 1) {
    const entry = text(seq, prev)
    prev = sumOf(entry)
    lines.push(`${prev} ${entry}`)
  }
  return lines
}

describe('a line that names a value twice, by somebody who can hash @164.312(c)', () => {
  it.each([
    ['the values that count before a correlation', '"correlation":"abcd0123","mono":'],
    ['the values that count before a patient', '"patient":"abcd0123","mono":'],
  ])('is read by the names that come first, also where many are alike: %s, and what would follow behind it', (_, between) => {
    let second = ''
    const lines = chained(5, (seq, prev) => {
      const counts = `"mono":1000000,"prev":"${prev}","run":"aaaaaaaa","seq":${seq},"wall":1767225600000`
      if (seq === 2) second = counts
      // From the third on, what counts is what the second said.
      return `{"device":"device-1","event":"chart.section","format":2,${seq < 3 ? counts : second},${between}1000000,"prev":"${prev}","seq":${seq},"wall":1767225600000}`
    })
    expect(judged(lines)).toEqual({ walked: [2, 'forked'], byName: [2, 'forked'] })
  })

  it('is no entry for being like one of the first format', () => {
    const fill = `${'x'.repeat(55)}{`
    let prev = auditFormat.origin
    const lines = [1, 2].map((seq) => {
      const content = { actor: fill, device: 'device-1', format: 1, mono: 1_000_000, seq, wall: 1_767_225_600_000 }
      const sum = createHash('sha256').update(`${prev}\n${JSON.stringify(content)}`).digest('hex')
      const line = `{"actor":"${fill}","device":"device-1","format":1,"hash":"${sum}","mono":1000000,"prev":"${prev}","seq":${seq},"wall":1767225600000}`
      prev = sum
      return line
    })
    const text = (lines[1] ?? '').slice(65).replace(/"prev":"\w+","seq":2/, `"prev":"${prev}","seq":3`)
    expect(judged([...lines, `${sumOf(text)}x${text}`])).toEqual({ walked: [2, 'changed'], byName: [2, 'changed'] })
  })

  it('is told by its shape only if it reads the same, whatever is twice in it and in whatever order', () => {
    const seeded = xorshift128plus(20_261_129)
    const below = (bound: number) => (seeded.next() >>> 0) % bound
    const names = ['correlation', 'device', 'event', 'format', 'mono', 'patient', 'prev', 'run', 'seq', 'wall'] as const
    let [told, stale] = [0, 0]
    for (let round = 0; round < 4_000; round += 1) {
      const order = [...names]
      for (let times = 1 + below(6); times > 0; times -= 1) order.splice(below(order.length + 1), 0, names[below(names.length)] ?? 'seq')
      for (let times = below(3); times > 0; times -= 1) order.push(...order.splice(below(order.length), 1 + below(3)))
      // Those say from the second line on what they said in it.
      const stuck = order.map(() => below(3) === 0)
      const said = new Map<number, string>()
      const alike = new Alike()
      let last: SeenEntry | undefined
      for (const line of chained(6, (seq, prev) => {
        const word = () => `"${String(10_000_000 + below(9_000_000))}"`
        const values = { correlation: word, device: () => '"device-1"', event: () => '"chart.section"', format: () => '2', mono: () => `${1_000_000 + seq}`, patient: word, prev: () => `"${prev}"`, run: () => '"aaaaaaaa"', seq: () => `${seq}`, wall: () => `${1_767_225_600_000 + seq}` }
        const fields = order.map((name, index) => {
          const value = (stuck[index] ? said.get(index) : undefined) ?? values[name]()
          if (seq === 2) said.set(index, value)
          return `"${name}":${value}`
        })
        return `{${fields.join(',')}}`
      })) {
        const bytes = Buffer.from(`${line}\n`)
        const read = readEntry(bytes, 0, bytes.length - 1)
        if (alike.follows(bytes, 0, bytes.length - 1)) {
          told += 1
          expect(alike.last(), line).toEqual(read)
        } else if (read !== undefined && goesOn(last, read)) alike.took(bytes, 0, bytes.length - 1, read)
        else {
          if (last !== undefined && last.seq > 1) stale += 1
          break
        }
        last = read
      }
    }
    // Both come often enough to show something.
    expect(Math.min(told, stale), `${told} told, ${stale} stale`).toBeGreaterThan(500)
  })
})
