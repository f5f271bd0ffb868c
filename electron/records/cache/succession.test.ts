import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../../shared/errors.ts'
import { createKeyring } from '../keys/keyring.ts'
import { moveRows } from '../keys/move.ts'
import { purposes } from '../keys/purposes.ts'
import { openDatabase } from './database.ts'
import { moveSome } from './move-rows.ts'
import { openStore, type Store } from './open-store.ts'
import type { RowAddress } from './rows.ts'
import { succession } from './succession.ts'

const address = (what: string): RowAddress => ({ purpose: 'draft', patient: 'ann', what })
const text = (words: string) => Buffer.from(words)
const all = new Set(purposes)

let folder: string
let opened: Store[]
const deks = { older: randomBytes(32), newer: randomBytes(32) }
const keyringOf = (dek: Buffer, given = all) => createKeyring(Buffer.from(dek), given)
const keys = { from: keyringOf(deks.older), to: keyringOf(deks.newer), rewrapped: (plain: Buffer) => plain }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-succession-'))
  opened = []
})
afterEach(() => {
  for (const store of opened) store.rows.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(which: keyof typeof deks, given = all): Store {
  const store = openStore({ folder, name: 'work', generation: which === 'older' ? 1 : 2, keyring: keyringOf(deks[which], given), user: 'a', clock: { now: () => 5 }, known: 0, report: () => undefined })
  opened.push(store)
  return store
}
const moveAll = (before: Store, next: Store, lost: number[] = []) => {
  while (moveSome(before, next, keys, (count) => lost.push(count)) > 0);
}
const found = (store: Store, what: string) => store.rows.get(address(what))?.plain.toString()

describe('rows between two keys', () => {
  it('are found where they are, and where they are in both the newer one is', () => {
    const [older, newer] = [open('older'), open('newer')]
    older.rows.put(address('old'), text('old'), 1)
    older.rows.put(address('both'), text('older'), 1)
    newer.rows.put(address('both'), text('newer'), 2)
    const rows = succession(newer, older)
    expect([rows.get(address('old')), rows.get(address('both'))].map((row) => row?.plain.toString())).toEqual(['old', 'newer'])
    moveAll(older, newer)
    expect([found(newer, 'old'), found(newer, 'both'), found(older, 'old'), found(older, 'both')]).toEqual(['old', 'newer', undefined, undefined])
  })

  it('are written under the newer alone, and what was in their place under the older is gone', () => {
    const [older, newer] = [open('older'), open('newer')]
    older.rows.put(address('note'), text('older'), 1)
    const rows = succession(newer, older)
    rows.put(address('note'), text('newer'), 2)
    expect([found(older, 'note'), found(newer, 'note')]).toEqual([undefined, 'newer'])
    rows.remove(address('note'))
    expect(rows.get(address('note'))).toBeUndefined()
  })

  it.each(['older', 'newer'] as const)('that are removed do not come to light again where it ends before the %s file is written', (which) => {
    const [older, newer] = [open('older'), open('newer')]
    older.rows.put(address('note'), text('older'), 1)
    newer.rows.put(address('note'), text('newer'), 2)
    const dying = (store: Store): Store => ({ ...store, rows: { ...store.rows, write: () => { throw new Error('killed') } } }) // prettier-ignore
    const rows = which === 'older' ? succession(newer, dying(older)) : succession(dying(newer), older)
    expect(() => rows.remove(address('note'))).toThrow('killed')
    expect(succession(newer, older).get(address('note'))?.plain.toString()).toBe('newer')
  })

  it('of a patient who is forgotten are gone from both', () => {
    const [older, newer] = [open('older'), open('newer')]
    older.rows.put(address('old'), text('older'), 1)
    newer.rows.put(address('new'), text('newer'), 2)
    const rows = succession(newer, older)
    rows.removePatient('ann')
    expect([rows.get(address('old')), rows.get(address('new'))]).toEqual([undefined, undefined])
  })

  it('are all moved, also those that the session may not read, with their age', () => {
    const few = new Set(purposes.filter((purpose) => purpose !== 'sensitive'))
    const filling = open('older')
    filling.rows.put({ purpose: 'sensitive', patient: 'ann', what: 'kept before' }, text('labelled'), 7)
    filling.rows.close()
    opened = []
    const [older, newer] = [open('older', few), open('newer', few)]
    const lost: number[] = []
    moveAll(older, newer, lost)
    expect(lost).toEqual([])
    newer.rows.close()
    opened = [older]
    expect(open('newer').rows.get({ purpose: 'sensitive', patient: 'ann', what: 'kept before' })).toEqual({ plain: text('labelled'), asOf: 7 })
  })

  it('that do not open are told, and keep no other from being moved', () => {
    const filling = open('older')
    for (let index = 0; index < 40; index += 1) filling.rows.put(address(`row-${index}`), text(`text ${index}`), 1)
    filling.rows.close()
    opened = []
    const { database } = openDatabase(folder, 'work', keyringOf(deks.older), 'full')
    // The last byte of a row's text, and a row that stands in the place of another.
    database.exec("update bodies set sealed = substr(sealed, 1, length(sealed) - 1) || x'00' || x'00' where id = 7")
    database.close()
    const [older, newer] = [open('older'), open('newer')]
    const lost: number[] = []
    moveAll(older, newer, lost)
    expect(lost).toEqual([1])
    expect(Array.from({ length: 40 }, (_, index) => found(newer, `row-${index}`)).filter((each) => each === undefined)).toHaveLength(1)
  })

  it('wait where the disk takes no more, which is told, and are moved once it does', () => {
    const [older, newer] = [open('older'), open('newer')]
    older.rows.put(address('note'), text('older'), 1)
    let isFull = true
    const full: Store = {
      ...newer,
      within(act) {
        if (isFull) throw new ChartkeepError('disk-full')
        return newer.within(act)
      },
    }
    const waiting: (() => void)[] = []
    const told: string[] = []
    let isBusy = true
    moveRows({ pairs: [{ before: older, next: full }], keys, isBusy: () => isBusy, later: (act) => void waiting.push(act), lost: () => undefined, done: () => told.push('done'), failed: (failure) => told.push(failure) })
    const step = () => waiting.shift()?.()
    step()
    expect(told).toEqual([])
    isBusy = false
    step()
    expect([told, found(older, 'note')]).toEqual([['disk-full'], 'older'])
    isFull = false
    while (waiting.length > 0) step()
    expect([told, found(newer, 'note')]).toEqual([['disk-full', 'done'], 'older'])
  })
})
