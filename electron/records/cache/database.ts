import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { DatabaseName, Keyring } from '../keys/keyring.ts'
import { vaultFormat } from '../keys/key-file.ts'
import { diskFailure } from './disk-failure.ts'

/**
 * BLOB and INTEGER alone: damaged TEXT aborts the driver, and with it the process. `lookup` and `patient` are HMACs: even inside the encrypted file no id
 * stands in clear. The entries are apart from the rows themselves, so that all of them can be counted without reading what they stand for.
 */
export const schema = `
  create table if not exists entries (
    lookup blob not null primary key,
    patient blob not null,
    as_of integer not null,
    tag blob not null,
    used integer not null,
    size integer not null,
    body integer not null
  ) without rowid;
  create index if not exists entries_by_patient on entries (patient);
  create index if not exists entries_by_use on entries (used);
  create table if not exists bodies (id integer primary key, sealed blob not null);
  create table if not exists manifest (id integer primary key, sealed blob not null);
`

/**
 * A damaged schema may end the process inside the driver, every time. So may a lock that kills the process just then, but not so often in
 * a row: whoever finds the marks of this many openings that never ended does not try again.
 */
const mostUnended = 3

/** A number beyond this is no version that will ever be, but a damaged header: four bytes at random. */
const lastPlausibleFormat = 999

/** The driver ignores `pluck` for single rows: rows come as arrays. */
const UserVersion = z.tuple([z.number()])

/** Pages that are kept decrypted, for one file: the entries of 100,000 rows and some bodies. SQLite's own 2 MB would read most of them anew each time. */
const cacheKilobytes = 24_576

export interface OpenedDatabase {
  readonly database: Database.Database
  /** True if what was there could not be opened and was put aside. */
  readonly wasSetAside: boolean
}

/** `full`: what is written survives a power cut. `normal`: the last rows may be missing after one, which a cache can bear. */
export type Durability = 'full' | 'normal'

/**
 * Opens or makes an encrypted database file. What cannot be opened is put aside, never deleted and never opened again, and a new
 * one is made. Throws `vault-newer` or `vault-older` (nothing touched), `disk-full`, `disk-read-only`.
 */
export function openDatabase(folder: string, name: DatabaseName, keyring: Keyring, durability: Durability, generation = 1): OpenedDatabase {
  const file = fileOf(name, generation)
  const marker = join(folder, `${file}.opening`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const crashed = unendedOpenings(marker) >= mostUnended
    if (crashed) setAside(folder, name, generation)
    if (crashed) rmSync(marker)
    appendFileSync(marker, '.', { mode: 0o600 })
    try {
      return { database: attempt(folder, file, keyring.databaseKey(name), durability), wasSetAside: crashed }
    } catch (error) {
      if (diskFailure(error).kind !== 'vault-corrupt') throw error
      setAside(folder, name, generation)
      return { database: attempt(folder, file, keyring.databaseKey(name), durability), wasSetAside: true }
    } finally {
      rmSync(marker, { force: true })
    }
  } catch (error) {
    throw diskFailure(error)
  }
}

/** One byte for each opening that began and did not end. */
function unendedOpenings(marker: string): number {
  return statSync(marker, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * Puts a database's files aside. Work is never overwritten by later work; of a cache, which can be read again, the last one is enough.
 * Nothing must have the files open. Tells whether there was anything. Throws `disk-read-only`, with nothing moved, where the system does not let them be read: then it
 * is the disk that is damaged, and the driver calls that a damaged file.
 */
export function setAside(folder: string, name: DatabaseName, generation = 1): boolean {
  const file = fileOf(name, generation)
  const aside = name === 'cache' ? 'cache.aside' : freeName(folder, name)
  const wasThere = existsSync(join(folder, `${file}.db`))
  for (const suffix of suffixes) readWhole(join(folder, `${file}.db${suffix}`))
  for (const suffix of suffixes) {
    rmSync(join(folder, `${aside}.db${suffix}`), { force: true })
    const path = join(folder, `${file}.db${suffix}`)
    if (existsSync(path)) renameSync(path, join(folder, `${aside}.db${suffix}`))
  }
  return wasThere
}

/** Throws where a file that is there does not let itself be read. */
function readWhole(path: string): void {
  if (!existsSync(path)) return
  try {
    const file = openSync(path, 'r')
    try {
      const piece = Buffer.alloc(1_048_576)
      while (readSync(file, piece) > 0);
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw diskFailure(error)
  }
}

/** Destroys every cache, and whatever of one was put aside. */
export function removeCache(folder: string): void {
  for (const generation of generationsOf(folder, 'cache')) removeFiles(folder, 'cache', generation)
  for (const suffix of suffixes) rmSync(join(folder, `cache.aside.db${suffix}`), { force: true })
}

/** Destroys the files of one generation. Nothing must have them open. */
export function removeFiles(folder: string, name: DatabaseName, generation: number): void {
  for (const suffix of suffixes) rmSync(join(folder, `${fileOf(name, generation)}.db${suffix}`), { force: true })
}

/** By the DEK that its file is under: each has files of its own, since one is encrypted as a whole. */
export function fileOf(name: DatabaseName, generation: number): string {
  return generation === 1 ? name : `${name}-${generation}`
}

/** Of which generations there are files. */
export function generationsOf(folder: string, name: DatabaseName): readonly number[] {
  if (!existsSync(folder)) return []
  const pattern = new RegExp(`^${name}(?:-(\\d{1,6}))?\\.db$`)
  return readdirSync(folder).flatMap((file) => {
    const found = pattern.exec(file)
    return found === null ? [] : [Number(found[1] ?? 1)]
  })
}

const suffixes = ['', '-wal', '-shm']

/** A name for a database that is put aside, which no other bears. */
export function freeName(folder: string, name: DatabaseName): string {
  let number = 1
  while (existsSync(join(folder, `${name}.aside-${number}.db`))) number += 1
  return `${name}.aside-${number}`
}

function attempt(folder: string, file: string, encryptionKey: string, durability: Durability): Database.Database {
  // The driver's types, taken from better-sqlite3, do not know its own two options of encryption.
  const options: Database.Options & { encryptionCipher: string; encryptionKey: string } = { encryptionCipher: 'aes256cbc', encryptionKey, timeout: 2 }
  const database = new Database(join(folder, `${file}.db`), options)
  try {
    const [format] = UserVersion.parse(database.prepare('pragma user_version').raw().get([]))
    if (format < 0 || format > lastPlausibleFormat) throw new ChartkeepError('vault-corrupt')
    if (format > vaultFormat) throw new ChartkeepError('vault-newer')
    if (format !== 0 && format < vaultFormat) throw new ChartkeepError('vault-older')
    // Told to check what it reads of a page: a damaged one is an error then, not a guess.
    database.exec(`pragma journal_mode = wal; pragma synchronous = ${durability}; pragma cell_size_check = on; pragma secure_delete = on; pragma cache_size = -${cacheKilobytes}; pragma trusted_schema = off;`)
    database.exec(schema)
    if (format === 0) database.exec(`pragma user_version = ${vaultFormat}`)
    database.prepare('select count(*) from entries').get([])
    return database
  } catch (error) {
    database.close()
    throw error
  }
}
