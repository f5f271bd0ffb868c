import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { createDrafts } from '../work/drafts.ts'
import { openDatabase } from './database.ts'
import { diskFailure } from './disk-failure.ts'
import { awaitedRows, healingRows } from './healing-rows.ts'
import { createKeptSections } from './kept-sections.ts'
import type { Rows } from './rows.ts'
import { sealedRows } from './sealed-rows.ts'

const clock = { now: () => 1_000_000 }
const policy = () => ({ enabled: true, maxAgeHours: 72, maxMegabytes: 64 })
let folder: string
let database: Database.Database
let rows: Rows

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-disk-'))
  const keyring = createKeyring(randomBytes(32), new Set(purposes))
  ;({ database } = openDatabase(folder, 'work', keyring, 'full'))
  rows = sealedRows({ database, name: 'work', keyring, user: 'a', clock, damaged: 'keep-aside' })
})
afterEach(() => {
  rows.close()
  rmSync(folder, { recursive: true, force: true })
})

/** SQLite's own limit: the driver answers as it does on a full disk. */
const fillUp = () => database.prepare('pragma max_page_count = 8').all([])
const makeReadOnly = () => database.exec('pragma query_only = on')

const draft = (text: string) => ({ text, caret: 0, typedAt: 1 })
const kindFrom = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    return kindOf(error)
  }
  return 'none'
}

describe('a disk that refuses', () => {
  it('is told when a draft could not be saved, and the draft of before stays', () => {
    const drafts = createDrafts(rows, () => true)
    drafts.save('ann', draft('before'), 1)
    fillUp()
    expect(kindFrom(() => drafts.save('ann', draft('x'.repeat(90_000)), 2))).toBe('disk-full')
    expect(drafts.read('ann')?.text).toBe('before')
  })

  it('is told apart from a full one when it is read-only', () => {
    const drafts = createDrafts(rows, () => true)
    drafts.save('ann', draft('before'), 1)
    makeReadOnly()
    expect(kindFrom(() => drafts.save('ann', draft('after'), 2))).toBe('disk-read-only')
    expect(drafts.read('ann')?.text).toBe('before')
  })

  it('never fails a read from the EHR: what could not be kept is told', () => {
    const told: FailureKind[] = []
    const kept = createKeptSections({ rows, policy, clock, trouble: (failure) => void told.push(failure), later: (act) => act() })
    const section = { pages: [{ url: 'x', search: 0, resources: [], refused: { wrongPatient: 0, malformed: 0 } }], rest: undefined, asOf: clock.now() }
    makeReadOnly()
    kept.keep({ patient: 'ann', section: 'allergies' }, section)
    expect(kept.read({ patient: 'ann', section: 'allergies' })).toBeUndefined()
    database.exec('pragma query_only = off')
    kept.keep({ patient: 'ann', section: 'allergies' }, section)
    expect(kept.read({ patient: 'ann', section: 'allergies' })?.pages).toHaveLength(1)
    expect(told).toEqual(['disk-read-only'])
  })

  it('that would not even open finds nothing and says why it keeps nothing, until it does', () => {
    let isFull = true
    const awaited = awaitedRows(() => {
      if (isFull) throw new ChartkeepError('disk-full')
      return { ...rows, within: (act) => act(rows) }
    })
    const drafts = createDrafts(awaited, () => true)
    expect(drafts.read('ann')).toBeUndefined()
    expect(kindFrom(() => drafts.save('ann', draft('x'), 1))).toBe('disk-full')
    isFull = false
    drafts.save('ann', draft('y'), 2)
    expect(drafts.read('ann')?.text).toBe('y')
  })

  it('still gives what it keeps, though it does not take the time of the look', () => {
    let now = clock.now()
    const keyring = createKeyring(randomBytes(32), new Set(purposes))
    const opened = openDatabase(folder, 'cache', keyring, 'normal').database
    const looked = sealedRows({ database: opened, name: 'cache', keyring, user: 'a', clock: { now: () => now }, damaged: 'drop' })
    const address = { purpose: 'chart', patient: 'ann', what: 'allergies' } as const
    looked.put(address, Buffer.from('penicillin'), 1)
    opened.exec('pragma query_only = on')
    now += 3_600_000
    expect(looked.get(address)?.plain.toString()).toBe('penicillin')
    looked.close()
  })

  it.each<[string, object, FailureKind]>([
    ['no space', { code: 'ENOSPC' }, 'disk-full'],
    ['a quota', { code: 'EDQUOT' }, 'disk-full'],
    ['a read-only file system', { code: 'EROFS' }, 'disk-read-only'],
    ['a corrupt index, for which the driver has no name', { code: 'UNKNOWN_SQLITE_ERROR_779', rawCode: 779 }, 'vault-corrupt'],
    ['a short read', { rawCode: 522 }, 'vault-corrupt'],
    ['a failing write', { rawCode: 778 }, 'disk-read-only'],
    ['a disk that was taken out', { code: 'EIO' }, 'disk-read-only'],
    ['a failing disk, which is no reason to put anything aside', { rawCode: 266 }, 'disk-read-only'],
    ['another process that has it locked', { rawCode: 5 }, 'internal'],
  ])('%s', (_name, fields, kind) => {
    expect(diskFailure(Object.assign(new Error('x'), fields)).kind).toBe(kind)
  })

  it('a draft that was damaged is told once, and is kept aside', () => {
    const drafts = createDrafts(rows, () => true)
    drafts.save('ann', draft('text'), 1)
    database.exec("update bodies set sealed = x'01' || zeroblob(100)")
    expect(kindFrom(() => drafts.read('ann'))).toBe('vault-corrupt')
    expect(drafts.read('ann')).toBeUndefined()
    expect(database.prepare('select count(*) from entries').raw().get([])).toEqual([1])
  })

  it('that lets nothing be read is not taken for a damaged file: nothing is put aside, and it is opened again with the next call', () => {
    let opened = 0
    let isFailing = false
    const told: string[] = []
    const damage = new ChartkeepError('vault-corrupt', {}, { cause: Object.assign(new Error('malformed'), { rawCode: 11 }) })
    const healing = healingRows(
      (): Rows => {
        opened += 1
        return { ...rows, close: () => undefined, get: (address) => { if (isFailing) throw damage; return rows.get(address) } } // prettier-ignore
      },
      () => { throw new ChartkeepError('disk-read-only') }, // prettier-ignore
      () => told.push('put aside'),
    )
    const drafts = createDrafts(healing, () => true)
    drafts.save('ann', draft('before'), 1)
    isFailing = true
    expect(kindFrom(() => drafts.read('ann'))).toBe('disk-read-only')
    isFailing = false
    expect(drafts.read('ann')?.text).toBe('before')
    expect([told, opened]).toEqual([[], 2])
  })
})
