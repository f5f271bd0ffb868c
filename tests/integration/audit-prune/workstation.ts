import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { type AuditChain, createAuditChain } from '../../../electron/audit/chain.ts'
import { type ChainDisk, chainFolder } from '../../../electron/audit/disk.ts'
import { readLine } from '../../../electron/audit/entry.ts'
import { type Acknowledgement, createPruner } from '../../../electron/audit/pruner.ts'
import type { Cursor } from '../../../electron/audit/ship/cursor.ts'
import type { Delivery, Place } from '../../../electron/audit/ship/place.ts'
import { createShipping } from '../../../electron/audit/ship/shipping.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import type { DeviceKey } from '../../../electron/vault/device-key.ts'

export const day = 86_400_000
export const keepDays = 365
/** Entries that share a sync. */
const atOnce = 5

/** A place that answers as the test says, and acknowledges by default. */
export function placeOf(name: Place['name'], answer: () => Delivery | undefined = () => undefined): Place {
  return { name, target: `of ${name}`, companyMs: 0, atOnce: { lines: 2_000, bytes: 1_000_000 }, deliver: async (lines) => answer() ?? { taken: lines.length } }
}

export interface StationOptions {
  readonly key?: DeviceKey | undefined
  readonly places?: readonly Place[]
  /** What the pruner is told of them, where that is something else. */
  readonly told?: (place: Cursor) => Acknowledgement
  /** What the process does to its disk, beside what it is asked. */
  readonly disk?: (disk: ChainDisk) => ChainDisk
}

/** The chain of a workstation with what reports and prunes it, as the application has them. */
export function stationIn(home: string, time: { now: number }, { key, places = [placeOf('ehr')], told = (place) => place, disk: changed = (disk) => disk }: StationOptions) {
  const folder = join(home, 'audit')
  const clock = { now: () => time.now }
  const logged: string[] = []
  const log = createLog((line) => void logged.push(line), clock)
  const disk = changed(chainFolder(folder))
  let keptUpTo = 0
  const shipping = createShipping({
    folder, key, log, chance: () => 0,
    // Of the first place, as it stands on the disk.
    onKept: () => (keptUpTo = JSON.parse(readFileSync(join(folder, 'shipped', `${places[0]?.name}.json`), 'utf8')).cursor.acknowledged.seq),
  })
  const chain: AuditChain = createAuditChain({ disk, clock, monotonic: () => time.now, log, key, fileBytes: 3_000, actor: () => ({ user: 'u', device: key?.deviceId ?? 'unknown', epoch: 1 }), onDurable: shipping.upTo })
  const pruner = createPruner({ disk, announce: chain.announcePruned, clock, log, keepDays: () => keepDays, places: () => shipping.acknowledged()?.map(told) })
  shipping.to(places)
  let written = 0
  return {
    folder,
    logged,
    chain,
    pruner,
    /** Writes so many entries, signed, minutes apart, and resolves when the first place has them. */
    async write(entries: number): Promise<void> {
      for (let left = entries; left > 0; left -= atOnce) {
        time.now += 300_000
        await Promise.all(
          Array.from({ length: Math.min(left, atOnce) }, () => {
            written += 1
            return chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'p-1', correlation: written.toString(16).padStart(8, '0') })
          }),
        )
      }
      await chain.checkpoint()
      // A file that was just begun may have none yet.
      const lines = numbersIn(folder).slice(-2).flatMap((number) => readFileSync(join(folder, `chain-${number}.jsonl`), 'utf8').split('\n').slice(0, -1))
      const seq = readLine(lines.at(-1) ?? '')?.head.seq
      if (places.length > 0) await vi.waitFor(() => expect(keptUpTo).toBe(seq), { timeout: 10_000 })
    },
    async end(): Promise<void> {
      await chain.close().catch(() => undefined)
      await shipping.close()
    },
  }
}

export const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder).flatMap((name) => (/^chain-\d+\.jsonl$/.test(name) ? [Number(/\d+/.exec(name)?.[0])] : [])).sort((a, b) => a - b)
