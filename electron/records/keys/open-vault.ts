import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { generationsOf, removeFiles, setAside } from '../cache/database.ts'
import { openStore, type Store, type StoreEvent } from '../cache/open-store.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { succession } from '../cache/succession.ts'
import { createKeyring, type DatabaseName, type Keyring } from './keyring.ts'
import { rewrapped } from '../files/rewrap.ts'
import { type FilePair, moveRows } from './move.ts'
import { type Purpose, purposes } from './purposes.ts'
import type { Dek } from './wrap.ts'

/** What is kept of this user on this workstation. */
export interface Vault {
  /** Rows that may be made anew: what was read. In memory until the vault is open. */
  readonly cache: Rows
  /** Rows that exist nowhere else: drafts, place, outbox. */
  readonly work: Rows
  /** Whether the work outlives the process. Where the disk refuses, every attempt says so itself. */
  readonly durable: boolean
  readonly keyring: Keyring | undefined
  /** Of the DEK before, while what is under it is moved. */
  readonly olderKeyring: Keyring | undefined
}

export interface OpenVaultParts {
  readonly folder: string | undefined
  readonly userKey: string
  /** The purposes whose keys this session gets. */
  readonly purposes: ReadonlySet<Purpose>
  readonly clock: Clock
  readonly report: (event: StoreEvent) => void
  /** Whether somebody waits for an answer just now. */
  readonly isBusy: () => boolean
  /** Runs something after so many milliseconds. */
  readonly later: (act: () => void, ms: number) => void
}

/** How the moving of rows from under the DEK before ended. */
interface MoveEnd {
  /** All are moved, and that DEK is to be destroyed: `forget` lets go of it and removes its files, once nothing else opens them any more. */
  done(forget: () => void): void
  failed(failure: FailureKind): void
}

/** The files of a vault, from the moment that its DEK is known. */
export interface OpenVault {
  current(): Vault
  /** Of the vault that is open, to be wrapped again under a new secret. What reads and writes rows gets a keyring, never this. */
  dek(): Dek | undefined
  /** The one before, while there is something left of it. */
  previous(): Dek | undefined
  epoch(): number
  /** Takes ownership of both. `known`: the epoch that was last seen, 0 where all is begun anew. Gives the one that begins now, which follows `last`. */
  open(folder: string, dek: Dek, previous: Dek | undefined, known: number, last: number): number
  /** Makes the files of the DEK that follows, empty, and in the epoch that begins. Nothing is in them before `advance`. Takes ownership. Throws `disk-*`. */
  prepare(folder: string, next: Dek): void
  /** What is written from now on is under what was prepared. */
  advance(): void
  /** Moves what is under the DEK before, in the background. */
  move(folder: string, end: MoveEnd): void
  /** Closes the files and zeroes the keys. Gives the epoch in which they are left, where they were open. */
  close(): number | undefined
}

/** Under one DEK. */
interface Files {
  readonly dek: Dek
  readonly keyring: Keyring
  readonly work: Store
  readonly cache: Store
}

const names = ['work', 'cache'] as const satisfies readonly DatabaseName[]

export function createOpenVault(parts: OpenVaultParts): OpenVault {
  const shut: Vault = { cache: memoryRows(), work: memoryRows(), durable: false, keyring: undefined, olderKeyring: undefined }
  let files: Files | undefined
  let before: Files | undefined
  let prepared: Files | undefined
  let vault = shut
  let epoch = 0
  let stopMoving: () => void = () => undefined

  function openFiles(folder: string, dek: Dek, known: number): Files {
    const keyring = createKeyring(Buffer.from(dek.key), parts.purposes)
    const of = { folder, generation: dek.generation, keyring, user: parts.userKey, clock: parts.clock, known, report: parts.report }
    const opened: Store[] = []
    try {
      const work = openStore({ ...of, name: 'work' })
      opened.push(work)
      return { dek, keyring, work, cache: openStore({ ...of, name: 'cache' }) }
    } catch (error) {
      for (const store of opened) store.rows.close()
      keyring.destroy()
      throw error
    }
  }

  function closeFiles({ dek, keyring, work, cache }: Files): void {
    work.rows.close()
    cache.rows.close()
    keyring.destroy()
    dek.key.fill(0)
  }

  /** All files begin another epoch; undefined where the disk does not take it, which is no reason to keep anybody out. */
  function nextEpoch(): number | undefined {
    const stores = [files, before, prepared].flatMap((each) => (each === undefined ? [] : [each.work, each.cache]))
    const next = Math.max(epoch, ...stores.map((store) => store.epoch())) + 1
    try {
      for (const store of stores) store.raise(next)
    } catch {
      return undefined
    }
    epoch = next
    return next
  }

  function show(): void {
    if (files === undefined) return
    const [next, old] = [files, before]
    vault = { durable: true, keyring: next.keyring, olderKeyring: old?.keyring, work: old ? succession(next.work, old.work) : next.work.rows, cache: old ? succession(next.cache, old.cache) : next.cache.rows }
  }

  /** What nothing opens any more: a rotation that ended after its keys were destroyed, and before its files were. */
  function forgetOlder(folder: string, than: number): void {
    for (const name of names) for (const generation of generationsOf(folder, name)) if (generation < than) removeFiles(folder, name, generation)
  }

  return {
    current: () => vault,
    dek: () => files?.dek,
    previous: () => before?.dek,
    epoch: () => epoch,
    open(folder, dek, previous, known, last) {
      try {
        files = openFiles(folder, dek, known)
        before = previous && openFiles(folder, previous, known)
      } catch (error) {
        if (files !== undefined) closeFiles(files)
        files = undefined
        for (const each of [dek, previous]) each?.key.fill(0)
        throw error
      }
      forgetOlder(folder, (previous ?? dek).generation)
      show()
      epoch = last
      return nextEpoch() ?? last
    },
    prepare(folder, next) {
      if (prepared !== undefined) {
        closeFiles(prepared)
        prepared = undefined
        for (const name of names) removeFiles(folder, name, next.generation)
      }
      // Of a process that ended before it was confirmed. Its DEK is gone; nothing can have been written there, and nothing is destroyed on that account.
      for (const name of names) setAside(folder, name, next.generation)
      prepared = openFiles(folder, next, 0)
      // Where the disk does not take it, they are not there as they should be.
      if (nextEpoch() === undefined) throw new ChartkeepError('disk-full')
    },
    advance() {
      if (prepared === undefined) throw new Error('nothing is prepared')
      before = files
      files = prepared
      prepared = undefined
      show()
    },
    move(folder, end) {
      const [next, old] = [files, before]
      if (next === undefined || old === undefined) return
      const wholeKeyring = ({ dek }: Files) => createKeyring(Buffer.from(dek.key), new Set(purposes))
      const [from, to] = [wholeKeyring(old), wholeKeyring(next)]
      const pairs: readonly FilePair[] = names.map((name) => ({ before: old[name], next: next[name] }))
      const forgetKeys = () => {
        from.destroy()
        to.destroy()
      }
      const stop = moveRows({
        pairs,
        keys: { from, to, rewrapped: (plain, context) => rewrapped(plain, context, from, to) },
        isBusy: parts.isBusy,
        later: parts.later,
        lost: (pair) => parts.report({ kind: 'set-aside', database: pair.before === old.work ? 'work' : 'cache' }),
        failed: end.failed,
        done: () =>
          end.done(() => {
            forgetKeys()
            before = undefined
            show()
            closeFiles(old)
            for (const name of names) removeFiles(folder, name, old.dek.generation)
          }),
      })
      stopMoving = () => {
        stop()
        forgetKeys()
      }
    },
    close() {
      stopMoving()
      // A copy that was made while it was open is an older one from here on.
      const left = files === undefined ? undefined : nextEpoch()
      vault.cache.close()
      vault.work.close()
      for (const each of [files, before, prepared]) {
        each?.keyring.destroy()
        each?.dek.key.fill(0)
      }
      if (prepared !== undefined) for (const name of names) prepared[name].rows.close()
      files = undefined
      before = undefined
      prepared = undefined
      return left
    },
  }
}
