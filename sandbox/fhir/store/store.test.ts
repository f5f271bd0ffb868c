import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadResources } from './load.ts'
import { openStore } from './store.ts'

const patient = (id: string, family: string): Patient & { id: string } => ({ resourceType: 'Patient', id, name: [{ family }] })
const clock = { now: () => Date.parse('2026-11-01T08:00:00Z') }

describe('the store', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chartkeep-store-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('keeps its records, its page key and its index between runs', () => {
    const file = join(folder, 'fhir.db')
    const first = openStore({ file, clock })
    loadResources(first, [patient('a', 'Abel'), patient('b', 'Bell')])
    const key = first.cursorKey
    first.close()
    const second = openStore({ file, clock })
    expect(second.count()).toBe(2)
    expect(second.cursorKey).toEqual(key)
    expect(second.find('Patient', 'a')).toMatchObject({ version: 1, deleted: false })
    second.close()
  })

  it('loads everything or nothing', () => {
    const store = openStore({ file: ':memory:', clock })
    const broken = { resourceType: 'Patient' } as const
    expect(() => loadResources(store, [patient('a', 'Abel'), broken])).toThrow('without an id')
    expect(store.count()).toBe(0)
    store.close()
  })

  it('keeps every version, and a tombstone', () => {
    const store = openStore({ file: ':memory:', clock })
    const { record } = store.put(patient('a', 'Abel'))
    const { record: second } = store.put(patient('a', 'Bell'), record)
    expect(second.version).toBe(2)
    expect(second.updated).toBeGreaterThan(record.updated)
    store.remove(second)
    const gone = store.find('Patient', 'a')
    expect(gone).toMatchObject({ deleted: true, version: 3 })
    if (gone === undefined) throw new Error('no tombstone')
    expect(store.versionText(gone, 1)?.json).toContain('Abel')
    expect(store.versionText(gone, 2)?.json).toContain('Bell')
    expect(store.versionText(gone, 3)).toBeUndefined()
    store.close()
  })

  it('leaves no index row of a version that was replaced, or of a record that was removed', () => {
    const store = openStore({ file: ':memory:', clock })
    const rows = () => ['token', 'string', 'date', 'reference', 'quantity'].map((table) => store.statements.one(`SELECT count(*) AS n FROM ${table}`)?.['n'])
    const { record } = store.put({ ...patient('a', 'Abel'), gender: 'female', identifier: [{ system: 'x', value: '1' }] })
    const { record: second } = store.put(patient('a', 'Bell'), record)
    expect(store.statements.all('SELECT DISTINCT exact FROM string').map((row) => row['exact'])).toEqual(['Bell'])
    store.remove(second)
    expect(rows()).toEqual([0, 0, 0, 0, 0])
    store.close()
  })

  it('is indexed again when it was filled under another index', () => {
    const file = join(folder, 'fhir.db')
    const first = openStore({ file, clock })
    loadResources(first, [patient('a', 'Abel')])
    first.database.exec("DELETE FROM string; UPDATE setting SET value = 'older' WHERE name = 'index-shape'")
    first.close()
    const second = openStore({ file, clock })
    expect(second.statements.all("SELECT 1 FROM string WHERE folded = 'abel'")).not.toEqual([])
    second.close()
  })

  it('undoes a transaction that fails, with its parts, and lets the next one in', () => {
    const store = openStore({ file: ':memory:', clock })
    const epoch = store.accessEpoch
    const failing = () =>
      store.atomically(() => {
        store.atomically(() => store.put(patient('a', 'Abel')))
        throw new Error('no')
      })
    expect(failing).toThrow('no')
    expect(store.accessEpoch).toBeGreaterThan(epoch)
    store.put(patient('b', 'Bell'))
    expect(store.find('Patient', 'a')).toBeUndefined()
    expect(store.count()).toBe(1)
    store.close()
  })
})
