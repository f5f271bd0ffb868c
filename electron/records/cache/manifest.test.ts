import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { openDatabase } from './database.ts'
import type { RowAddress } from './rows.ts'
import { type SealedRows, sealedRows } from './sealed-rows.ts'

const dek = randomBytes(32)
const keyring = () => createKeyring(Buffer.from(dek), new Set(purposes))
const clock = { now: () => 1_700_000_000_000 }
const addressOf = (index: number): RowAddress => ({ purpose: 'draft', patient: `patient-${index}`, what: 'note' })

let folder: string
let opened: SealedRows | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-manifest-'))
})
afterEach(() => {
  opened?.close()
  opened = undefined
  rmSync(folder, { recursive: true, force: true })
})

function open(epoch = 0): SealedRows {
  const keys = keyring()
  const { database } = openDatabase(folder, 'work', keys, 'normal')
  opened = sealedRows({ database, name: 'work', keyring: keys, user: 'a', clock, damaged: 'keep-aside', epoch })
  return opened
}
/** As it stands now: with the keys of the file and none of the manifest, as one who has broken the outer layer. */
function meddle(act: (database: Database.Database) => void): void {
  const { database } = openDatabase(folder, 'work', keyring(), 'normal')
  act(database)
  database.close()
}
function fill(count: number): void {
  const rows = open()
  for (let index = 0; index < count; index += 1) rows.put(addressOf(index), Buffer.from(`text ${index}`), index)
  rows.close()
}
function outcome<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    return kindOf(error)
  }
}

describe('the manifest @164.312(c)(1)', () => {
  it('finds whole what it left, whatever was put, replaced and removed', () => {
    const change = fc.oneof(
      fc.record({ do: fc.constant('put' as const), at: fc.nat(6), asOf: fc.nat(100) }),
      fc.record({ do: fc.constant('remove' as const), at: fc.nat(6) }),
      fc.record({ do: fc.constant('remove-patient' as const), at: fc.nat(6) }),
      fc.record({ do: fc.constant('prune' as const), before: fc.nat(100), bytes: fc.nat(800) }),
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const rows = open()
        expect(rows.standing).toBe('whole')
        for (const one of changes) {
          if (one.do === 'put') rows.put(addressOf(one.at), Buffer.alloc(60), one.asOf)
          else if (one.do === 'remove') rows.remove(addressOf(one.at))
          else if (one.do === 'remove-patient') rows.removePatient(`patient-${one.at}`)
          else rows.prune(one.before, one.bytes)
        }
        rows.close()
      }),
      { numRuns: 60 },
    )
  })

  it.each<[string, (database: Database.Database) => void]>([
    ['an entry was taken out', (database) => database.exec('delete from entries where as_of = 1')],
    ['an entry is said to be younger', (database) => database.exec('update entries set as_of = 9 where as_of = 1')],
    ['an entry is said to be of another patient', (database) => database.exec('update entries set patient = (select patient from entries where as_of = 2) where as_of = 1')],
    ['an entry was put in twice', (database) => database.exec("insert into entries select zeroblob(32), patient, as_of, tag, used, size, body from entries where as_of = 1")],
    ['the manifest was taken out', (database) => database.exec('delete from manifest')],
    ['the manifest was changed', (database) => database.exec("update manifest set sealed = sealed || x'00'")],
    ['two tags changed places', (database) => database.exec('update entries set tag = (select tag from entries other where other.as_of = 3 - entries.as_of) where as_of in (1, 2)')],
  ])('notices that %s', (_what, deed) => {
    fill(3)
    meddle(deed)
    expect(open().standing).toBe('altered')
  })

  it('says that nothing can be told where an entry is none', () => {
    fill(3)
    meddle((database) => database.exec("update entries set tag = x'00' where as_of = 1"))
    expect(open().standing).toBe('unreadable')
  })

  it('notices an older row in the place of a newer one, entry and all', () => {
    fill(2)
    const rows = open()
    let before: unknown
    rows.close()
    meddle((database) => void (before = database.prepare('select e.as_of, e.tag, b.sealed, e.body from entries e join bodies b on b.id = e.body where e.as_of = 1').raw().get([])))
    const again = open()
    again.put(addressOf(1), Buffer.from('newer'), 50)
    again.close()
    const [asOf, tag, sealed, body] = before as [number, Buffer, Buffer, number]
    meddle((database) => {
      database.prepare('update entries set as_of = ?, tag = ? where as_of = 50').run([asOf, tag])
      database.prepare('update bodies set sealed = ? where id = ?').run([sealed, body])
    })
    expect(open().standing).toBe('altered')
  })

  it('refuses an older row under the entry of a newer one, and one whose row is gone', () => {
    fill(2)
    let sealed: unknown
    meddle((database) => void ([sealed] = database.prepare('select sealed from bodies where id = 1').raw().get([]) as [unknown]))
    const rows = open()
    rows.put(addressOf(0), Buffer.from('text 0, corrected'), 0)
    rows.close()
    meddle((database) => {
      database.prepare('update bodies set sealed = ? where id = 1').run([sealed])
      database.exec('delete from bodies where id = 2')
    })
    const again = open()
    expect(again.standing).toBe('whole')
    expect(outcome(() => again.get(addressOf(0)))).toBe('vault-corrupt')
    expect(outcome(() => again.get(addressOf(1)))).toBe('vault-corrupt')
    expect(again.get(addressOf(0))).toBeUndefined()
    again.close()
    // What was put aside is in the manifest as well.
    expect(open().standing).toBe('whole')
  })

  it('knows a file of an older epoch, and one that is gone', () => {
    fill(2)
    const rows = open()
    rows.raise(5)
    rows.close()
    expect(open(5).standing).toBe('whole')
    opened?.close()
    expect(open(6).standing).toBe('older')
    opened?.close()
    rmSync(folder, { recursive: true })
    expect(open(6).standing).toBe('missing')
  })

  it('is of one file and one user alone', () => {
    fill(2)
    const keys = keyring()
    const { database } = openDatabase(folder, 'work', keys, 'normal')
    const parts = { database, keyring: keys, clock, damaged: 'drop' } as const
    expect(sealedRows({ ...parts, name: 'work', user: 'b' }).standing).toBe('altered')
    expect(sealedRows({ ...parts, name: 'cache', user: 'a' }).standing).toBe('altered')
    expect(sealedRows({ ...parts, name: 'work', user: 'a' }).standing).toBe('whole')
    database.close()
  })

  it('changes with what it answers for, or neither does', () => {
    fill(2)
    const few = createKeyring(Buffer.from(dek), new Set(purposes.filter((purpose) => purpose !== 'notes')))
    const { database } = openDatabase(folder, 'work', few, 'normal')
    const rows = sealedRows({ database, name: 'work', keyring: few, user: 'a', clock, damaged: 'drop' })
    const refused = outcome(() =>
      rows.write([
        { do: 'remove', address: addressOf(0) },
        { do: 'put', address: { purpose: 'notes', patient: 'x', what: 'y' }, plain: Buffer.from('z'), asOf: 1 },
      ]),
    )
    expect(refused).toBe('not-permitted')
    database.exec('create trigger no_entries before insert on entries begin select raise(abort, \'no\'); end')
    expect(outcome(() => rows.write([{ do: 'remove', address: addressOf(1) }, { do: 'put', address: addressOf(7), plain: Buffer.from('z'), asOf: 1 }]))).not.toBeUndefined()
    database.exec('drop trigger no_entries')
    expect(rows.get(addressOf(0))?.plain.toString()).toBe('text 0')
    expect(rows.get(addressOf(1))?.plain.toString()).toBe('text 1')
    rows.put(addressOf(8), Buffer.from('goes on'), 1)
    rows.close()
    expect(open().standing).toBe('whole')
  })
})
