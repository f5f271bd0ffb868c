import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { openDatabase, schema } from '../../electron/records/cache/database.ts'
import type { Change, RowAddress } from '../../electron/records/cache/rows.ts'
import { seal, unseal, type UsageContext } from '../../electron/records/cache/seal.ts'
import { sealedRows } from '../../electron/records/cache/sealed-rows.ts'
import { createKeyring } from '../../electron/records/keys/keyring.ts'
import { purposes } from '../../electron/records/keys/purposes.ts'
import { atLeast, atMost, type Figure, median, percentile } from './figures.ts'

/** As the bars are stated: a record of 1.5 KB among 100,000, a summary of 150. */
const records = 100_000
const recordBytes = 1_500
const summary = 150
/** Records written in one transaction, sealed or plain. */
const batch = 500
/** Charts among which the records are spread. */
const charts = 500

const clock = { now: () => Date.now() }
/** A chart's records are written one after the other, as they are read from the EHR. */
const chartOf = (index: number) => Math.floor(index / (records / charts))
const addressOf = (index: number): RowAddress => ({ purpose: 'chart', patient: `patient-${chartOf(index)}`, what: `record-${index}` })
const bodies = Array.from({ length: 64 }, () => randomBytes(recordBytes))
const bodyOf = (index: number) => bodies[index % bodies.length] ?? Buffer.alloc(recordBytes)

function milliseconds(act: () => void): number {
  const start = performance.now()
  act()
  return performance.now() - start
}

/** The vault's database against the same one plain, and sealing against what node:crypto takes for the same bytes: in this process, on this disk. */
export async function benchVault(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-bench-vault-'))
  try {
    const plain = writePlain(join(folder, 'plain.db'))
    const sealed = await benchRows(folder)
    const { ours, bare } = sealing()
    return [
      atMost(`read of one sealed record (1.5 KB) among ${records}, p95`, percentile(sealed.reads, 95), 'ms', 0.2),
      atMost(`a summary of ${summary} records, p95`, percentile(sealed.summaries, 95), 'ms', 15),
      atLeast('bulk write against the same database plain', plain / sealed.write, '×', 0.45, plain),
      atLeast('seal and open, 1.5 KB, against bare node:crypto', bare / ours, '×', 0.7, bare),
      atMost(`manifest of ${records} records counted at an unlock`, sealed.open, 'ms', 1_000),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds for the same rows in the same tables, with neither key. */
function writePlain(path: string): number {
  const database = new Database(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = normal;')
  database.exec(schema)
  const insertBody = database.prepare('insert into bodies (sealed) values (?)')
  const insert = database.prepare('insert into entries (lookup, patient, as_of, tag, used, size, body) values (?, ?, ?, ?, ?, ?, ?)')
  const names = Array.from({ length: records }, () => randomBytes(32))
  const owners = Array.from({ length: charts }, () => randomBytes(32))
  const tag = randomBytes(16)
  const took = milliseconds(() => {
    for (let from = 0; from < records; from += batch) {
      database.exec('begin immediate')
      for (let index = from; index < from + batch; index += 1) {
        const { lastInsertRowid } = insertBody.run([bodyOf(index)])
        insert.run([names[index], owners[chartOf(index)], index, tag, index, recordBytes, Number(lastInsertRowid)])
      }
      database.exec('commit')
    }
  })
  database.close()
  return took
}

async function benchRows(folder: string): Promise<{ write: number; reads: number[]; summaries: number[]; open: number }> {
  const dek = randomBytes(32)
  const opened = () => {
    const keyring = createKeyring(Buffer.from(dek), new Set(purposes))
    const { database } = openDatabase(folder, 'cache', keyring, 'normal')
    return sealedRows({ database, name: 'cache', keyring, user: 'bench', clock, damaged: 'drop' })
  }
  const rows = opened()
  const write = milliseconds(() => {
    for (let from = 0; from < records; from += batch) {
      const changes: Change[] = []
      for (let index = from; index < from + batch; index += 1) changes.push({ do: 'put', address: addressOf(index), plain: bodyOf(index), asOf: index })
      rows.write(changes)
    }
  })
  rows.close()

  const start = performance.now()
  const again = opened()
  const open = performance.now() - start
  if (again.standing !== 'whole') throw new Error('what was written is not whole')
  const read = (index: number) => {
    if (again.get(addressOf(index))?.plain.length !== recordBytes) throw new Error('a record is not what was written')
  }
  const anywhere = () => Math.floor(Math.random() * records)
  const reads = Array.from({ length: 5_000 }, () => {
    const index = anywhere()
    return milliseconds(() => read(index))
  })
  const summaries = Array.from({ length: 60 }, () => {
    const first = Math.floor(Math.random() * charts) * (records / charts)
    return milliseconds(() => {
      for (let step = 0; step < summary; step += 1) read(first + step)
    })
  })
  again.close()
  return { write, reads, summaries, open }
}

/** Microseconds for one seal and one opening; the middle of several rounds, ours and bare in turn. */
function sealing(): { ours: number; bare: number } {
  const keyring = createKeyring(randomBytes(32), new Set(purposes))
  const context: UsageContext = { user: 'abcdefghijklmnopqrstuvwxyz', purpose: 'chart', patient: 'patient-1', what: 'laboratory', asOf: 1 }
  const plain = randomBytes(recordBytes)
  const key = randomBytes(32)
  const aad = Buffer.from(JSON.stringify([2, ...Object.values(context)]))
  const rounds = 9
  const each = 4_000
  const ourTimes: number[] = []
  const bareTimes: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    ourTimes.push(milliseconds(() => {
      for (let index = 0; index < each; index += 1) unseal(keyring, context, seal(keyring, context, plain))
    }))
    bareTimes.push(milliseconds(() => {
      for (let index = 0; index < each; index += 1) {
        // The calls alone, with a key of each record's own in the form that costs least: nothing is put together, and nothing derived.
        const nonce = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce).setAAD(aad)
        const sealed = cipher.update(plain)
        cipher.final()
        const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: 16 }).setAAD(aad).setAuthTag(cipher.getAuthTag())
        decipher.update(sealed)
        decipher.final()
      }
    }))
  }
  return { ours: (median(ourTimes) / each) * 1_000, bare: (median(bareTimes) / each) * 1_000 }
}
