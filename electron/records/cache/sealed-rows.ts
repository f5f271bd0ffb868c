import type Database from 'libsql'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { DatabaseName, Keyring } from '../keys/keyring.ts'
import { diskFailure, MisplacedRow } from './disk-failure.ts'
import { openLedger, type Ledger } from './ledger.ts'
import type { Standing } from './manifest.ts'
import type { Change, Row, RowAddress, Rows } from './rows.ts'
import { seal, tagOf, unseal, type UsageContext } from './seal.ts'

export interface SealedRowsParts {
  readonly database: Database.Database
  readonly name: DatabaseName
  readonly keyring: Keyring
  /** Opaque key of the user whose rows these are. */
  readonly user: string
  readonly clock: Clock
  /** What happens to a row that does not open: a cache drops it, a draft is kept for whoever can repair it. */
  readonly damaged: 'drop' | 'keep-aside'
  /** The epoch that was last seen; absent: none. */
  readonly epoch?: number
}

/** A row as it stands in the database, for whoever moves it elsewhere. */
export interface StoredRow {
  readonly lookup: Buffer
  readonly used: number
  /** Undefined where it is none: its entry stands for another body, or for nothing. */
  readonly sealed: Buffer | undefined
}

/** A row that was opened, to be sealed anew. */
export interface MovedRow {
  readonly context: UsageContext
  readonly plain: Buffer
  readonly used: number
}

export interface SealedRows extends Rows {
  has(address: RowAddress): boolean
  /** Up to so many, whichever they are. */
  some(count: number): readonly StoredRow[]
  /** Seals them by a keyring of the same DEK that has every purpose; what is there already under the same name is newer, and stays. All of it or nothing. */
  adopt(rows: readonly MovedRow[], whole: Keyring): void
  /** All of them or none. */
  discard(lookups: readonly Buffer[]): void
  /** After how many pages the log of what was written goes into the file. Until it is opened anew. */
  checkpointEvery(size: keyof typeof checkpointPages): void
  /** What was found when it was opened. */
  readonly standing: Standing
  readonly epoch: () => number
  /** Begins another epoch: durable when it returns. */
  readonly raise: (epoch: number) => void
}

/** How stale the time of last use may be, in ms: not every look is worth a write. */
const useGrain = 10 * 60_000

/** A thousand pages, SQLite's own, take 12 to 16 ms in which nobody is answered; two hundred take 4, and each page more often. */
const checkpointPages = { usual: 1_000, 'few-pages': 200 } as const

const ReadRow = z.tuple([z.number(), z.number(), z.instanceof(Buffer), z.instanceof(Buffer).nullable()])
const AnyRow = z.tuple([z.instanceof(Buffer), z.number(), z.instanceof(Buffer), z.instanceof(Buffer).nullable()])
const Sum = z.tuple([z.number()])
const UsedRow = z.tuple([z.instanceof(Buffer), z.number()])

/** Owners' names that are remembered: the rows of one chart come together. */
const mostOwners = 64

/** Rows in an encrypted database, each sealed for its usage context on top, and all of them answered for by a manifest. */
export function sealedRows({ database, name, keyring, user, clock, damaged, epoch = 0 }: SealedRowsParts): SealedRows {
  const ledger: Ledger = onDisk(() => openLedger({ database, name, keyring, user, epoch }))
  // Prepared once: parsing SQL costs more than a read. Cast: a damaged row may claim to hold TEXT, of which the driver dies when it is no UTF-8.
  const statements = {
    get: database.prepare('select cast(e.as_of as integer), cast(e.used as integer), cast(e.tag as blob), cast(b.sealed as blob) from entries e left join bodies b on b.id = e.body where e.lookup = ?').raw(),
    has: database.prepare('select 1 from entries where lookup = ?').raw(),
    some: database.prepare('select cast(e.lookup as blob), cast(e.used as integer), cast(e.tag as blob), cast(b.sealed as blob) from entries e left join bodies b on b.id = e.body limit ?').raw(),
    touch: database.prepare('update entries set used = ? where lookup = ?'),
    bytes: database.prepare('select cast(coalesce(sum(size), 0) as integer) from entries').raw(),
    leastUsed: database.prepare('select cast(lookup as blob), cast(size as integer) from entries order by used limit 100').raw(),
  }
  const lookupOf = ({ purpose, patient, what }: RowAddress) => keyring.lookup('row', user, purpose, patient, what)
  const contextOf = ({ purpose, patient, what }: RowAddress, asOf: number): UsageContext => ({ user, purpose, patient, what, asOf })
  const owners = new Map<string, Buffer>()
  /** Rows that were not where the file says: a cache can bear one, and is put aside for the next. */
  let lost = 0

  function ownerOf(patient: string): Buffer {
    const known = owners.get(patient)
    if (known !== undefined) return known
    if (owners.size >= mostOwners) owners.clear()
    const owner = keyring.lookup('patient', user, patient)
    owners.set(patient, owner)
    return owner
  }

  // The driver takes a lone Buffer for named parameters: they always go in an array.
  function get(address: RowAddress): Row | undefined {
    const lookup = lookupOf(address)
    const found = statements.get.get([lookup])
    if (found === undefined) return undefined
    const stored = ReadRow.safeParse(found)
    try {
      if (!stored.success) throw new ChartkeepError('vault-corrupt')
      const [asOf, used, tag, sealed] = stored.data
      // An older row in its place opens as well as the one that belongs there: only the entry knows which one does.
      if (sealed === null || !tagOf(sealed).equals(tag)) {
        lost += 1
        throw misplaced(damaged === 'drop' && lost > 1)
      }
      const plain = unseal(keyring, contextOf(address, asOf), sealed)
      if (clock.now() - used > useGrain) touch(lookup)
      return { plain, asOf }
    } catch (error) {
      if (diskFailure(error).kind === 'vault-corrupt') {
        if (damaged === 'drop') ledger.change((book) => book.remove(lookup))
        else ledger.change((book) => book.rename(lookup, keyring.lookup('aside', lookup.toString('hex'), String(clock.now()))))
      }
      throw error
    }
  }

  /** A disk that does not take the time of the look keeps nobody from the row. */
  function touch(lookup: Buffer): void {
    try {
      statements.touch.run([clock.now(), lookup])
    } catch (error) {
      const { kind } = diskFailure(error)
      if (kind !== 'disk-full' && kind !== 'disk-read-only') throw error
    }
  }

  function write(changes: readonly Change[]): void {
    const now = clock.now()
    const ready = changes.map((change) => {
      const { address } = change
      if (change.do === 'remove') return { lookup: lookupOf(address), put: undefined }
      const sealed = seal(keyring, contextOf(address, change.asOf), change.plain)
      return { lookup: lookupOf(address), put: { patient: ownerOf(address.patient), asOf: change.asOf, tag: tagOf(sealed), used: now, sealed } }
    })
    ledger.change((book) => {
      for (const { lookup, put } of ready) {
        if (put === undefined) book.remove(lookup)
        else book.put(lookup, put)
      }
      // Work exists nowhere else: that it is kept is said only when it is found again. A cache notices when it looks for it.
      if (damaged === 'keep-aside') for (const { lookup, put } of ready) if (put !== undefined && !isFound(lookup, put.tag)) throw misplaced(true)
    })
  }

  function isFound(lookup: Buffer, tag: Buffer): boolean {
    const stored = ReadRow.safeParse(statements.get.get([lookup]))
    return stored.success && stored.data[2].equals(tag) && stored.data[3] !== null && tagOf(stored.data[3]).equals(tag)
  }

  function prune(before: number, maxBytes: number): number {
    return ledger.change((book) => {
      let removed = book.removeOlder(before)
      let [bytes] = Sum.parse(statements.bytes.get([]))
      while (bytes > maxBytes) {
        const batch = z.array(UsedRow).parse(statements.leastUsed.all([]))
        if (batch.length === 0) break
        for (const [lookup, size] of batch) {
          if (bytes <= maxBytes) break
          book.remove(lookup)
          bytes -= size
          removed += 1
        }
      }
      return removed
    })
  }

  function some(count: number): readonly StoredRow[] {
    return z.array(AnyRow).parse(statements.some.all([count])).map(([lookup, used, tag, sealed]) => ({ lookup, used, sealed: sealed !== null && tagOf(sealed).equals(tag) ? sealed : undefined }))
  }

  const isThere = (lookup: Buffer) => statements.has.get([lookup]) !== undefined

  function adopt(rows: readonly MovedRow[], whole: Keyring): void {
    const ready = rows.flatMap(({ context, plain, used }) => {
      const lookup = lookupOf(context)
      if (isThere(lookup)) return []
      const sealed = seal(whole, context, plain)
      return [{ lookup, put: { patient: ownerOf(context.patient), asOf: context.asOf, tag: tagOf(sealed), used, sealed } }]
    })
    ledger.change((book) => {
      for (const { lookup, put } of ready) book.put(lookup, put)
      // They are about to go from where they were.
      for (const { lookup, put } of ready) if (!isFound(lookup, put.tag)) throw misplaced(true)
    })
  }

  return {
    has: (address) => onDisk(() => isThere(lookupOf(address))),
    some: (count) => onDisk(() => some(count)),
    adopt: (rows, whole) => onDisk(() => adopt(rows, whole)),
    discard: (lookups) =>
      onDisk(() =>
        ledger.change((book) => {
          for (const lookup of lookups) book.remove(lookup)
        }),
      ),
    checkpointEvery: (size) => onDisk(() => void database.exec(`pragma wal_autocheckpoint = ${checkpointPages[size]}`)),
    standing: ledger.standing,
    epoch: ledger.epoch,
    raise: (raised) => onDisk(() => ledger.raise(raised)),
    get: (address) => onDisk(() => get(address)),
    put: (address, plain, asOf) => onDisk(() => write([{ do: 'put', address, plain, asOf }])),
    remove: (address) => onDisk(() => write([{ do: 'remove', address }])),
    write: (changes) => onDisk(() => write(changes)),
    removePatient: (patient) => onDisk(() => ledger.change((book) => book.removeOf(ownerOf(patient)))),
    prune: (before, maxBytes) => onDisk(() => prune(before, maxBytes)),
    close: () => database.close(),
  }
}

/** `isOfFile`: the file is to be put aside for it, not the one row. */
const misplaced = (isOfFile: boolean) => new ChartkeepError('vault-corrupt', {}, isOfFile ? { cause: new MisplacedRow() } : {})

function onDisk<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw diskFailure(error)
  }
}
