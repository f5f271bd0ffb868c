import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyring, type DatabaseName } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { createDrafts } from '../work/drafts.ts'
import { openDatabase } from './database.ts'
import { openStore, type Store, type StoreEvent } from './open-store.ts'

const dek = randomBytes(32)
const keyring = () => createKeyring(Buffer.from(dek), new Set(purposes))
let folder: string
let told: StoreEvent['kind'][]
let store: Store | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-misplaced-'))
  told = []
})
afterEach(() => {
  store?.rows.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(name: DatabaseName): Store {
  store = openStore({ folder, name, keyring: keyring(), user: 'a', clock: { now: () => 1_000 }, known: 0, report: ({ kind }) => void told.push(kind) })
  return store
}

/** As where a page says another order of its rows than they have (`npm run campaign` found it): what is written is not found again, and no error tells. */
function misplace(name: DatabaseName): void {
  const { database } = openDatabase(folder, name, keyring(), 'normal')
  database.exec('create trigger misplaced after insert on bodies begin delete from bodies where id = new.id; end')
  database.close()
}

describe('a row that is not found again where it was just written @164.312(c)(1)', () => {
  it('is not work that was saved: the file is put aside, and the note is kept in a new one', () => {
    const before = open('work')
    createDrafts(before.rows, () => true).save('bob', { text: 'of before', caret: 0, typedAt: 1 }, 1)
    before.rows.close()
    misplace('work')
    const drafts = createDrafts(open('work').rows, () => true)
    drafts.save('ann', { text: 'of now', caret: 0, typedAt: 1 }, 1)
    expect(drafts.read('ann')?.text).toBe('of now')
    expect(told).toEqual(['set-aside'])
    expect(readdirSync(folder)).toContain('work.aside-1.db')
    store?.rows.close()
    expect(createDrafts(open('work').rows, () => true).read('ann')?.text).toBe('of now')
  })

  it('is refused once by a cache, which is put aside for the next; the cache of after keeps again', () => {
    open('cache').rows.close()
    misplace('cache')
    const { rows } = open('cache')
    const address = { purpose: 'chart', patient: 'ann', what: 'allergies' } as const
    rows.put(address, Buffer.from('penicillin'), 1)
    expect(() => rows.get(address)).toThrow('vault-corrupt')
    expect(told).toEqual([])
    rows.put(address, Buffer.from('penicillin'), 1)
    expect(rows.get(address)).toBeUndefined()
    expect(told).toEqual(['set-aside'])
    rows.put(address, Buffer.from('penicillin'), 1)
    expect(rows.get(address)?.plain.toString()).toBe('penicillin')
  })
})
