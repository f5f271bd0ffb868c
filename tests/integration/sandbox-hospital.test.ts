import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadResources, openStore } from '../../sandbox/fhir/index.ts'
import { caseId, generateHospital } from '../../sandbox/people/index.ts'
import { openHospital } from '../../sandbox/hospital/open.ts'
import { assertRoom, NoRoom } from '../../sandbox/hospital/room.ts'

const clock = { now: () => Date.parse('2026-11-23T12:00:00Z') }
const population = { seed: 3, patients: 7 }

// Every population starts threads of its own, which read the definitions of FHIR: a second each on a busy machine.
describe('the population of a state folder', { timeout: 60_000 }, () => {
  let path: string
  const open = (more: Partial<Parameters<typeof openHospital>[0]> = {}) => openHospital({ folder: { path, isTemporary: false }, population, clock, ...more })
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'chartkeep-hospital-'))
  })
  afterEach(() => rmSync(path, { recursive: true }))

  it('made on several cores is what one would have made, record by record and row by row', async () => {
    const made = await open()
    const alone = openStore({ file: ':memory:', clock })
    loadResources(alone, generateHospital({ ...population, today: '2026-11-23' }), clock.now())
    for (const table of ['record', 'body', 'patient', 'token', 'string', 'date', 'reference', 'quantity']) {
      const rows = (store: typeof made) => store.statements.all(`SELECT * FROM ${table}`).map((row) => JSON.stringify(row)).toSorted()
      expect(rows(made).length, table).toBeGreaterThan(0)
      expect(rows(made), table).toEqual(rows(alone))
    }
    const indexes = (store: typeof made) => store.statements.all("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
    expect(indexes(made)).toEqual(indexes(alone))
    made.close()
    alone.close()
  })

  it('is as old as its records say: a search by time tells the last year from the ones before', async () => {
    const store = await open()
    const [row] = store.statements.all('SELECT min(updated) AS first, max(updated) AS last, sum(updated > ?) AS late, count(*) AS n FROM record WHERE patient > 0', clock.now() - 365 * 86_400_000)
    expect(row?.['first']).toBeLessThan(Date.parse('2020-01-01'))
    expect(row?.['last']).toBe(clock.now())
    expect(Number(row?.['late'])).toBeGreaterThan(0)
    expect(Number(row?.['late']) / Number(row?.['n'])).toBeLessThan(0.5)
    store.close()
  })

  it('is made once, and kept until another one is asked for', async () => {
    const asked: number[] = []
    const onProgress = ({ patients }: { patients: number }) => void asked.push(patients)
    for (const { seed, makes } of [{ seed: 3, makes: true }, { seed: 3, makes: false }, { seed: 4, makes: true }]) {
      asked.length = 0
      const store = await open({ population: { ...population, seed }, onProgress })
      expect(store.patient(caseId(seed, 'sameNameOlder'))).toBeDefined()
      expect(asked).toEqual(makes ? [5, 7] : [])
      store.close()
    }
  })

  it('makes a hospital without patients: staff can sign in, and find nobody', async () => {
    const store = await open({ population: { seed: 1, patients: 0 } })
    expect(store.count()).toBeGreaterThan(10)
    expect(store.statements.all("SELECT key FROM record WHERE type = 'Patient'")).toEqual([])
    store.close()
  })

  it('leaves nothing behind when it is told to stop, and makes it anew the next time', async () => {
    const order = new AbortController()
    await expect(open({ signal: order.signal, onProgress: () => order.abort() })).rejects.toThrow('abort')
    expect(readdirSync(path)).toEqual([])
    ;(await open()).close()
    expect(existsSync(join(path, 'fhir.db'))).toBe(true)
  })

  it('takes no notice of half a draft that a kill left behind', async () => {
    for (const name of ['fhir.db.draft', 'fhir.db.draft-journal', 'fhir.db']) writeFileSync(join(path, name), 'half of it')
    const store = await open()
    expect(store.patient(caseId(3, 'sameNameOlder'))).toBeDefined()
    store.close()
    expect(readdirSync(path).filter((name) => name.includes('draft'))).toEqual([])
  })

  it('says before it begins that the disk is too small, how much is needed and where', async () => {
    const small = () => Promise.resolve(2e9)
    await expect(assertRoom('/some/where', 10_000, small)).rejects.toThrow(NoRoom)
    await expect(assertRoom('/some/where', 10_000, small)).rejects.toThrow(/10,000 patients take about \d\.\d GB of disk, and \/some\/where has 2\.0 GB free/)
    await expect(assertRoom('/some/where', 50, small)).resolves.toBeUndefined()
  })
})
