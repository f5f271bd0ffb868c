import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { ChartkeepError } from '../../../shared/errors.ts'
import { openDatabase } from '../cache/database.ts'
import { openStore } from '../cache/open-store.ts'
import type { RowAddress, Rows } from '../cache/rows.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'

/** A cache whose rows are known, for tests that damage it. */
export interface KnownCache {
  readonly folder: string
  readonly dek: Buffer
}

export const addressOf = (index: number): RowAddress => ({ purpose: 'chart', patient: `patient-${index % 5}`, what: `what-${index}` })
export const textOf = (index: number) => `row ${index} `.repeat(200)

export function openCache({ folder, dek }: KnownCache): Rows {
  const keyring = createKeyring(Buffer.from(dek), new Set(purposes))
  return openStore({ folder, name: 'cache', keyring, user: 'a', clock: { now: () => 1_700_000_000_000 }, known: 0, report: () => undefined }).rows
}

export function fillCache(cache: KnownCache, count: number): void {
  const rows = openCache(cache)
  for (let index = 0; index < count; index += 1) rows.put(addressOf(index), Buffer.from(textOf(index)), 1_000 + index)
  rows.close()
}

/** The bytes of a cache with so many rows, all of them in the one file. */
export function wholeCache(cache: KnownCache, count: number): Buffer {
  fillCache(cache, count)
  const { database } = openDatabase(cache.folder, 'cache', createKeyring(Buffer.from(cache.dek), new Set(purposes)), 'full')
  database.prepare('pragma wal_checkpoint(truncate)').all([])
  database.close()
  return readFileSync(join(cache.folder, 'cache.db'))
}

/** Puts these bytes in the place of all that is there. */
export function replaceCache({ folder }: KnownCache, bytes: Buffer): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  writeFileSync(join(folder, 'cache.db'), bytes)
}

/** One byte changed, somewhere: which one and to what follows from the seed and the number of the trial. */
export function damaged(bytes: Buffer, seed: number, trial: number): Buffer {
  const rng = xoroshiro128plus(seed + trial * 7919)
  const hurt = Buffer.from(bytes)
  const at = uniformInt(rng, 0, hurt.length - 1)
  hurt[at] = (hurt[at] ?? 0) ^ uniformInt(rng, 1, 255)
  return hurt
}

/**
 * Whether it gives back what is put into it. Where damage shows only when a row is looked for, a cache may refuse it and then be put aside, and keeps
 * again after that.
 */
export function keepsAgain(rows: Rows, address: RowAddress, times: number): boolean {
  for (let time = 1; time <= times; time += 1) {
    rows.put(address, Buffer.from('new'), 1)
    try {
      const text = rows.get(address)?.plain.toString()
      if (text !== undefined) return text === 'new'
    } catch (error) {
      if (time === times || !(error instanceof ChartkeepError) || error.kind !== 'vault-corrupt') throw error
    }
  }
  return false
}

export type Survey = Record<'right' | 'gone' | 'refused' | 'wrong', number>

/** Reads every row and counts those that are right, gone, refused, or something else; and puts one and reads it back. */
export function surveyCache(cache: KnownCache, count: number): Survey {
  const found = { right: 0, gone: 0, refused: 0, wrong: 0 }
  const rows = openCache(cache)
  for (let index = 0; index < count; index += 1) {
    try {
      const row = rows.get(addressOf(index))
      if (row === undefined) found.gone += 1
      else if (row.asOf === 1_000 + index && row.plain.toString() === textOf(index)) found.right += 1
      else found.wrong += 1
    } catch (error) {
      if (!(error instanceof ChartkeepError) || error.kind !== 'vault-corrupt') throw error
      found.refused += 1
    }
  }
  if (!keepsAgain(rows, { purpose: 'chart', patient: 'new', what: 'new' }, 3)) found.wrong += 1
  rows.close()
  return found
}
