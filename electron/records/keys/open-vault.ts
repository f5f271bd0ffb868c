import type { Clock } from '../../../shared/clock.ts'
import { openStore, type Store, type StoreEvent } from '../cache/open-store.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import type { Purpose } from './purposes.ts'
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
}

export interface OpenVaultParts {
  readonly userKey: string
  /** The purposes whose keys this session gets. */
  readonly purposes: ReadonlySet<Purpose>
  readonly clock: Clock
  readonly report: (event: StoreEvent) => void
}

/** The files of a vault, from the moment that its DEK is known. */
export interface OpenVault {
  current(): Vault
  /** Of the vault that is open, to be wrapped again under a new secret. What reads and writes rows gets a keyring, never this. */
  dek(): Dek | undefined
  epoch(): number
  /** Takes ownership of `dek`. `known`: the epoch that was last seen, 0 where all is begun anew. Gives the one that begins now, which follows `last`. */
  open(folder: string, dek: Dek, known: number, last: number): number
  /** Closes the files and zeroes the keys. Gives the epoch in which they are left, where they were open. */
  close(): number | undefined
}

export function createOpenVault(parts: OpenVaultParts): OpenVault {
  let vault: Vault = { cache: memoryRows(), work: memoryRows(), durable: false, keyring: undefined }
  let opened: Dek | undefined
  let stores: Store[] = []
  let epoch = 0

  /** Both files begin another epoch; undefined where the disk does not take it, which is no reason to keep anybody out. */
  function nextEpoch(): number | undefined {
    const next = Math.max(epoch, ...stores.map((store) => store.epoch())) + 1
    try {
      for (const store of stores) store.raise(next)
    } catch {
      return undefined
    }
    epoch = next
    return next
  }

  return {
    current: () => vault,
    dek: () => opened,
    epoch: () => epoch,
    open(folder, dek, known, last) {
      const keyring = createKeyring(Buffer.from(dek.key), parts.purposes)
      const of = { folder, keyring, user: parts.userKey, clock: parts.clock, known, report: parts.report }
      try {
        stores = [openStore({ ...of, name: 'work' })]
        stores.push(openStore({ ...of, name: 'cache' }))
        const [work, cache] = stores
        if (work === undefined || cache === undefined) throw new Error('two were opened')
        vault = { keyring, work: work.rows, durable: true, cache: cache.rows }
        opened = dek
      } catch (error) {
        dek.key.fill(0)
        for (const store of stores) store.rows.close()
        stores = []
        keyring.destroy()
        throw error
      }
      epoch = last
      return nextEpoch() ?? last
    },
    close() {
      // A copy that was made while it was open is an older one from here on.
      const left = stores.length > 0 ? nextEpoch() : undefined
      vault.cache.close()
      vault.work.close()
      vault.keyring?.destroy()
      opened?.key.fill(0)
      opened = undefined
      stores = []
      return left
    },
  }
}
