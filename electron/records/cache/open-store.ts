import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'libsql'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import type { DatabaseName, Keyring } from '../keys/keyring.ts'
import { fileOf, freeName, openDatabase, setAside } from './database.ts'
import { diskFailure } from './disk-failure.ts'
import { awaitedRows, healingRows, isDatabaseDamage, type RowsWithin } from './healing-rows.ts'
import type { Standing } from './manifest.ts'
import type { Rows } from './rows.ts'
import { type SealedRows, sealedRows } from './sealed-rows.ts'

/** Never what was in it. */
export type StoreEvent =
  | { readonly kind: 'set-aside'; readonly database: DatabaseName }
  | { readonly kind: 'not-kept'; readonly database: DatabaseName; readonly failure: FailureKind }
  /** It is not what it was when it was left. */
  | { readonly kind: 'noticed'; readonly database: DatabaseName; readonly standing: Exclude<Standing, 'whole'> }

export interface StoreParts {
  readonly folder: string
  readonly name: DatabaseName
  /** The number of the DEK whose keyring it is; absent: the first. */
  readonly generation?: number
  readonly keyring: Keyring
  readonly user: string
  readonly clock: Clock
  /** The epoch that was last seen, 0 if none was. */
  readonly known: number
  readonly report: (event: StoreEvent) => void
}

/** One file of a vault, open. */
export interface Store {
  readonly rows: Rows
  /** The rows behind these, as they are now. Throws `disk-*` where the disk lets nothing be opened. */
  within<T>(act: (rows: SealedRows) => T): T
  epoch(): number
  /** Throws `disk-*`. */
  raise(epoch: number): void
}

/**
 * Opens one of a vault's files, and looks whether it is what it was when it was left. A cache that is not is put aside: it can be read again. Work is the only
 * one there is: a copy of it is kept aside for whoever looks into the matter, and what opens of it stays in use.
 */
export function openStore({ folder, name, generation = 1, keyring, user, clock, known, report }: StoreParts): Store {
  const isWork = name === 'work'
  let current: SealedRows | undefined
  /** The epoch that has begun since. */
  let begun = 0
  /** What is made anew in the place of what was put aside is not missing anything. */
  let expected = known

  /** What is made anew under way belongs to the epoch that has begun. */
  function inUse(rows: SealedRows): SealedRows {
    if (begun > rows.epoch()) rows.raise(begun)
    current = rows
    return rows
  }

  /** A file that opens may still not let its rows be counted. */
  function countedRows(database: Database.Database): SealedRows | undefined {
    try {
      return sealedRows({ database, name, keyring, user, clock, damaged: isWork ? 'keep-aside' : 'drop', epoch: expected })
    } catch (error) {
      database.close()
      if (!isDatabaseDamage(error)) throw error
      return undefined
    }
  }

  function open(): SealedRows {
    const { database, wasSetAside } = openDatabase(folder, name, keyring, isWork ? 'full' : 'normal', generation)
    if (wasSetAside) {
      report({ kind: 'set-aside', database: name })
      expected = 0
    }
    const rows = countedRows(database)
    expected = 0
    if (rows === undefined) {
      setAside(folder, name, generation)
      report({ kind: 'set-aside', database: name })
      return open()
    }
    const { standing } = rows
    // A cache that is gone is one that is empty.
    if (standing === 'whole' || (standing === 'missing' && !isWork)) return inUse(rows)
    report({ kind: 'noticed', database: name, standing })
    if (standing === 'unreadable' || !isWork) {
      rows.close()
      setAside(folder, name, generation)
      report({ kind: 'set-aside', database: name })
      return open()
    }
    if (standing !== 'missing') {
      database.prepare('pragma wal_checkpoint(truncate)').all([])
      copyFileSync(join(folder, `${fileOf(name, generation)}.db`), join(folder, `${freeName(folder, name)}.db`))
    }
    return inUse(rows)
  }

  const openHealing = () =>
    healingRows(
      open,
      () => {
        expected = 0
        setAside(folder, name, generation)
      },
      () => report({ kind: 'set-aside', database: name }),
    )
  const opened = (rows: RowsWithin<SealedRows>): Store => ({
    rows,
    within: rows.within,
    epoch: () => current?.epoch() ?? 0,
    raise(epoch) {
      // One that is not open cannot say so later: nobody must expect it to.
      if (current === undefined) throw new ChartkeepError('disk-read-only')
      current.raise(epoch)
      begun = epoch
    },
  })
  try {
    return opened(openHealing())
  } catch (error) {
    const failure = diskFailure(error)
    if (failure.kind !== 'disk-full' && failure.kind !== 'disk-read-only') throw failure
    // The session goes on without keeping anything until it can, and says so.
    report({ kind: 'not-kept', database: name, failure: failure.kind })
    return opened(awaitedRows(openHealing))
  }
}
