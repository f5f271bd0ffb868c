import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../diagnostics/log.ts'
import { append, type ChainHead, emptyChain } from '../entry.ts'
import { type Courier, createCourier } from './courier.ts'
import { type Cursor, emptyCursor } from './cursor.ts'
import type { Delivery, Place } from './place.ts'

let folder = ''
let logged: string[] = []
let courier: Courier | undefined
let head: ChainHead = emptyChain
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-courier-'))
  logged = []
  head = emptyChain
})
afterEach(async () => {
  await courier?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Entries that go on where the last ones ended, and where the last of them stands in such a file. */
function entries(count: number) {
  let text = ''
  let at = 0
  for (let n = 0; n < count; n += 1) {
    const added = append(head, { event: 'chart.section', outcome: 'intent' })
    head = added.head
    at = text.length
    text += added.line
  }
  return { text, at, ...head }
}
/** Writes a file of the chain: so much of it is durable. */
function fileOf(file: number, text: string) {
  writeFileSync(join(folder, `chain-${file}.jsonl`), text)
  return { file, size: text.length, seq: head.seq, isUrgent: true }
}

/** A courier to a place that answers as the test says, and the numbers of the entries that it took. */
function courierTo(answer: () => Promise<Delivery | undefined>, cursor: Cursor = emptyCursor('there')) {
  const took: number[] = []
  const place: Place = {
    name: 'ehr',
    target: 'there',
    atOnce: { lines: 2, bytes: 65_536 },
    async deliver(lines) {
      const failed = await answer()
      if (failed) return failed
      took.push(...lines.map(({ seq }) => seq))
      return { taken: lines.length }
    },
  }
  const log = createLog((line) => void logged.push(line), { now: () => Date.now() })
  const made = createCourier({ place, folder, cursors: { read: async () => ({ cursor, state: 'found' }), keep: async () => undefined }, log, chance: () => 0 })
  courier = made
  return { took, courier: made }
}

describe('the reporting of the audit chain @164.312(b)', () => {
  it('goes on by itself after a delivery that failed while a checkpoint wanted to be reported', async () => {
    const mark = fileOf(1, entries(3).text)
    let deliveries = 0
    const { took, courier: under } = courierTo(async () => {
      deliveries += 1
      if (deliveries > 1) return undefined
      under.upTo(mark)
      return { taken: 0, failure: 'timeout' }
    })
    under.upTo(mark)
    // The first wait is half a second at least; nobody does anything from here on.
    await vi.waitFor(() => expect(took).toEqual([1, 2, 3]), { timeout: 5_000 })
    expect(logged.join('')).toContain('audit.ship-waits')
  })

  it('does not wait for a sign-in that came while it was being refused', async () => {
    const mark = fileOf(1, entries(3).text)
    let deliveries = 0
    const { took, courier: under } = courierTo(async () => {
      deliveries += 1
      if (deliveries > 1) return undefined
      under.sessionChanged()
      return { taken: 0, failure: 'unauthorized' }
    })
    under.upTo(mark)
    await vi.waitFor(() => expect(took).toEqual([1, 2, 3]), { timeout: 5_000 })
  })

  it('is not silenced by taking away the newest file: the chain that is left is reported, each entry once, and what follows', async () => {
    const first = entries(3)
    const back = head
    const gone = entries(2)
    // The second file was acknowledged and is gone; the chain goes on at the end of the first one.
    head = back
    const mark = fileOf(1, first.text + entries(2).text)
    const { took, courier: left } = courierTo(async () => undefined, { ...emptyCursor('there'), acknowledged: { file: 2, at: gone.at, seq: gone.seq, hash: gone.hash } })
    left.upTo(mark)
    await vi.waitFor(() => expect(took).toEqual([1, 2, 3, 4, 5]), { timeout: 5_000 })
    expect(logged.join('')).toContain('audit.ship-began-anew')
    expect(left.kept()?.acknowledged?.file).toBe(1)
  })

  it('stops where the chain survives a loss of power: what stands after it may be another entry then', async () => {
    const mark = fileOf(1, entries(1).text)
    // Appended, and not yet synced.
    appendFileSync(join(folder, 'chain-1.jsonl'), entries(1).text)
    const { took, courier: careful } = courierTo(async () => undefined)
    careful.upTo(mark)
    await vi.waitFor(() => expect(took.length).toBeGreaterThan(0))
    expect(took).toEqual([1])
  })
})
