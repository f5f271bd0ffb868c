import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { createAuditChain } from './chain.ts'
import { chainFolder } from './disk.ts'
import { append, type ChainHead, emptyChain } from './entry.ts'
import { readTail } from './tail.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-joins-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const fileOf = (number: number) => join(folder, `chain-${number}.jsonl`)
const linesIn = (number: number) => readFileSync(fileOf(number), 'utf8').split('\n').slice(0, -1)
const write = (number: number, lines: readonly string[]) => writeFileSync(fileOf(number), lines.map((line) => `${line}\n`).join(''))

/** A chain of so many files of three entries, each with that in it. */
function chain(files: number, text = 'p-1'): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  let head: ChainHead = emptyChain
  for (let file = 1; file <= files; file += 1) {
    const lines = Array.from({ length: 3 }, () => {
      const next = append(head, { event: 'chart.section', patient: text, wall: 1 })
      head = next.head
      return next.line.trimEnd()
    })
    write(file, lines)
  }
}

/** Where a start finds it broken; undefined where it does not. */
async function brokenAt(): Promise<number | undefined> {
  const tail = await readTail(chainFolder(folder))
  return tail.state === 'broken' ? tail.file : undefined
}

/** Takes a file out, and gives the later ones its number and those that follow. */
function takeOut(number: number, files: number): void {
  for (let later = number; later < files; later += 1) renameSync(fileOf(later + 1), fileOf(later))
}

describe('the files in the middle of a chain @164.312(c)', () => {
  it('follow each other, however many and however long their lines are', async () => {
    for (const [files, text] of [[1, 'p'], [2, 'p'], [40, 'p'], [5, 'x'.repeat(9_000)], [5, 'x'.repeat(200_000)]] as const) {
      chain(files, text)
      expect(await brokenAt()).toBeUndefined()
    }
  })

  it('are missed where one was taken out and the later ones were given other numbers', async () => {
    for (const taken of [2, 3, 7, 17, 18]) {
      chain(20)
      takeOut(taken, 20)
      expect([taken, await brokenAt()]).toEqual([taken, taken])
    }
  })

  it.each<[string, () => void, number]>([
    ['cut short', () => write(4, linesIn(4).slice(0, 2)), 5],
    ['cut in the middle of its last line', () => writeFileSync(fileOf(4), readFileSync(fileOf(4)).subarray(0, -20)), 5],
    ['emptied', () => write(4, []), 4],
    ['begun later', () => write(4, linesIn(4).slice(1)), 4],
    ['changed where it ends', () => write(4, linesIn(4).map((line, index) => (index === 2 ? line.replace('p-1', 'p-2') : line))), 5],
    ['put in the place of another', () => {
      const [four, five] = [linesIn(4), linesIn(5)]
      write(4, five)
      write(5, four)
    }, 4],
  ])('are not taken for whole where one was %s', async (_how, spoil, file) => {
    chain(8)
    spoil()
    expect(await brokenAt()).toBe(file)
  })

  it('from another chain do not pass for one of this', async () => {
    chain(8, 'other')
    const foreign = linesIn(4)
    chain(8)
    write(4, foreign)
    expect(await brokenAt()).toBe(4)
  })

  it('are no reason to give data where one is gone: nothing is recorded after it, and nothing is appended', async () => {
    chain(8)
    takeOut(3, 8)
    const before = readFileSync(fileOf(7))
    const logged: string[] = []
    const clock = { now: () => 2 }
    const started = createAuditChain({ disk: chainFolder(folder), clock, monotonic: () => 2, actor: () => ({ user: 'u', device: 'd', epoch: 1 }), log: createLog((line) => void logged.push(line), clock) })
    await expect(started.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: '0a1b2c3d' })).rejects.toMatchObject({ kind: 'audit-unavailable' })
    await started.close().catch(() => undefined)
    expect(logged.join('')).toContain('"audit.broken"')
    expect(readFileSync(fileOf(7))).toEqual(before)
  })
})
