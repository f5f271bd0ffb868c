import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { pinDelayMs } from '../../../shared/pin-tries.ts'
import { pinWeakness } from '../../../shared/pin-weakness.ts'
import type { Policy } from '../../../shared/policy.ts'
import { removeCache, setAside } from '../cache/database.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import { openStore, type Store, type StoreEvent } from '../cache/open-store.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import { type Argon2Cost, type KeySlot, readKeyFile, writeKeyFile } from './key-file.ts'
import { type Purpose } from './purposes.ts'
import type { Share } from './share.ts'
import { type KeyPart, pinBytes, unwrapWithPin, unwrapWithShare, wrapUnderPin, wrapUnderShare } from './wrap.ts'

/** By which part of `main` a vault was opened, and the epoch that its files are in. */
export interface Opened {
  readonly part: string
  readonly epoch: number
}

/** What `main` does for a vault. Who asked zeroes the parts. Rejects with what `main` names: `keychain-*`, `locked`. */
export interface KeyDesk {
  /** Counts a try and gives the part of that name. Rejects `pin-void` when none is left, `vault-corrupt` if there is no such part. */
  release(part: string): Promise<{ readonly part: Uint8Array; readonly triesLeft: number; readonly epoch: number }>
  /** A new part beside the one named; that one too, where it is still there. */
  renew(named: string | undefined): Promise<{ readonly fresh: KeyPart; readonly named: Uint8Array | undefined; readonly epoch: number }>
  /** The slots on disk are under this part: the other one goes. `epoch` is what the files say now: older ones are known as such from here on. */
  settle(opened: Opened): Promise<void>
}

/** `key-made`: a new DEK; what was sealed under another does not open any more. */
export type VaultEvent = StoreEvent | { readonly kind: 'key-made' }

export interface VaultParts {
  /** Absent: nothing may be kept on this workstation. */
  readonly folder: string | undefined
  readonly userKey: string
  /** The purposes whose keys this session gets. */
  readonly purposes: ReadonlySet<Purpose>
  /** As it says now. */
  readonly policy: () => Policy['pin']
  readonly clock: Clock
  /** The cost of a guess at a PIN that is set now. */
  cost(): Promise<Argon2Cost>
  readonly keys: KeyDesk
  readonly share: Share
  readonly report: (event: VaultEvent) => void
}

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

export interface VaultDoor {
  /** What is open now. */
  current(): Vault
  /**
   * Keeps what is open, or what the EHR's share opens; else begins an empty vault. Throws `pin-weak`, `vault-unavailable`, `vault-newer`, `disk-*`, what
   * `main` refuses with, and `vault-shut`, with nothing changed, where work is kept that does not open: unless `withoutKept` says to put it aside.
   */
  setPin(pin: string, withoutKept: boolean): Promise<void>
  /** Throws `pin-wrong` with the tries left and what the next one waits, `pin-void`, `vault-corrupt`, `vault-newer`, `vault-older`, `vault-unavailable`. */
  unlock(pin: string): Promise<Opened>
  /** Closes the files and zeroes the keys. Gives the epoch in which they are left, where they are. */
  close(): number | undefined
}

export function createVaultDoor(parts: VaultParts): VaultDoor {
  const { folder, userKey } = parts
  let vault: Vault = { cache: memoryRows(), work: memoryRows(), durable: false, keyring: undefined }
  /** Of the vault that is open, to be wrapped again under a new secret. What reads and writes rows gets a keyring, never this. */
  let openedDek: Buffer | undefined
  let stores: Store[] = []
  let epoch = 0
  let busy = false

  /** One change of keys at a time: two that overlap would count two tries, or leave two keys. */
  async function alone<T>(act: (folder: string) => Promise<T>): Promise<T> {
    if (folder === undefined) throw new ChartkeepError('vault-unavailable')
    if (busy) throw new ChartkeepError('locked')
    busy = true
    try {
      return await act(folder)
    } finally {
      busy = false
    }
  }

  /** Takes ownership of `dek`. `known`: the epoch that was last seen; nothing of it is to be found where all is begun anew. Gives the one that begins now. */
  function openWith(folder: string, dek: Buffer, known: number, isNew: boolean): number {
    const keyring = createKeyring(Buffer.from(dek), parts.purposes)
    const of = { folder, keyring, user: userKey, clock: parts.clock, known: isNew ? 0 : known, report: parts.report }
    try {
      stores = [openStore({ ...of, name: 'work' })]
      stores.push(openStore({ ...of, name: 'cache' }))
      const [work, cache] = stores
      if (work === undefined || cache === undefined) throw new Error('two were opened')
      vault = { keyring, work: work.rows, durable: true, cache: cache.rows }
      openedDek = dek
    } catch (error) {
      dek.fill(0)
      for (const store of stores) store.rows.close()
      stores = []
      keyring.destroy()
      throw error
    }
    epoch = known
    return nextEpoch() ?? known
  }

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

  /** What a first sign-in without the EHR's share left undone, or an EHR that holds another one by now. Zeroes the part. */
  async function keepShareSlot(folder: string, slots: readonly KeySlot[], dek: Buffer, keyPart: KeyPart): Promise<void> {
    const share = parts.share.inHand()
    try {
      if (share === undefined || openWithShare(slots, share, keyPart.part, userKey)?.equals(dek) === true) return
      await writeKeyFile(folder, [...slots.filter(({ kind }) => kind !== 'share'), wrapUnderShare(dek, Buffer.from(share), copyOf(keyPart), userKey)])
    } catch {
      // A disk that does not take it keeps nobody out: the next full sign-in tries again.
    } finally {
      share?.fill(0)
      keyPart.part.fill(0)
    }
  }

  return {
    current: () => vault,
    setPin: (pin, withoutKept) =>
      alone(async (folder) => {
        if (pinWeakness(pin, parts.policy().minLength) !== undefined) throw new ChartkeepError('pin-weak')
        const slots = (await readKeyFile(folder).catch(newerOnly)) ?? []
        // Why it did not come is logged where it was asked for.
        const share = await parts.share.get().catch(() => undefined)
        const { fresh, named, epoch: known } = await parts.keys.renew(slots[0]?.part)
        const opened = openedDek
        const kept = opened === undefined ? openWithShare(slots, share, named, userKey) : Buffer.from(opened)
        named?.fill(0)
        let now = epoch
        if (kept === undefined && !withoutKept && existsSync(join(folder, 'work.db'))) throw new ChartkeepError('vault-shut')
        const dek = kept ?? randomBytes(32)
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 })
          const pinSlot = await wrapUnderPin(dek, pinBytes(pin), copyOf(fresh), userKey, await parts.cost())
          const shareSlots = share === undefined ? [] : [wrapUnderShare(dek, Buffer.from(share), copyOf(fresh), userKey)]
          if (kept === undefined) beginAnew(parts, folder)
          await writeKeyFile(folder, [pinSlot, ...shareSlots])
          if (kept === undefined) parts.report({ kind: 'key-made' })
          if (opened === undefined) now = openWith(folder, Buffer.from(dek), known, kept === undefined)
        } catch (error) {
          throw diskFailure(error)
        } finally {
          for (const secret of [dek, share, fresh.part]) secret?.fill(0)
        }
        await parts.keys.settle({ part: fresh.id, epoch: Math.max(now, known) })
      }),
    unlock: (pin) =>
      alone(async (folder) => {
        // Before the try is counted: damage of the file must not cost one.
        const slots = (await readKeyFile(folder)) ?? []
        const slot = slots.find((one) => one.kind === 'pin')
        if (slot === undefined) throw new ChartkeepError('vault-corrupt')
        const { part, triesLeft, epoch: known } = await parts.keys.release(slot.part)
        const again = { id: slot.part, part: Buffer.from(part) }
        const dek = await unwrapWithPin(slot, pinBytes(pin), part, userKey)
        if (dek === undefined) {
          again.part.fill(0)
          throw triesLeft > 0 ? new ChartkeepError('pin-wrong', { triesLeft, retryAfterMs: pinDelayMs(triesLeft) }) : new ChartkeepError('pin-void', { triesLeft })
        }
        await keepShareSlot(folder, slots, dek, again)
        if (vault.keyring === undefined) return { part: slot.part, epoch: openWith(folder, dek, known, false) }
        dek.fill(0)
        return { part: slot.part, epoch }
      }),
    close() {
      // A copy that was made while it was open is an older one from here on.
      const left = stores.length > 0 ? nextEpoch() : undefined
      vault.cache.close()
      vault.work.close()
      vault.keyring?.destroy()
      openedDek?.fill(0)
      openedDek = undefined
      stores = []
      return left
    },
  }
}

const copyOf = ({ id, part }: KeyPart): KeyPart => ({ id, part: Buffer.from(part) })

/** The DEK, as far as the EHR's share and the part that the slots name open it. Zeroes neither. */
function openWithShare(slots: readonly KeySlot[], share: Buffer | undefined, part: Uint8Array | undefined, userKey: string): Buffer | undefined {
  const slot = slots.find((one) => one.kind === 'share')
  if (slot === undefined || share === undefined || part === undefined) return undefined
  return unwrapWithShare(slot, Buffer.from(share), Buffer.from(part), userKey)
}

/** A vault from a later version is left alone; one that is damaged, or from an earlier version, is about to be replaced. */
function newerOnly(error: unknown): undefined {
  const failure = diskFailure(error)
  if (failure.kind !== 'vault-corrupt' && failure.kind !== 'vault-older') throw failure
  return undefined
}

/**
 * A new DEK opens nothing of what was there: the cache goes, the drafts are put aside for whoever can still open them.
 */
function beginAnew(parts: VaultParts, folder: string): void {
  const hadWork = setAside(folder, 'work')
  removeCache(folder)
  if (hadWork) parts.report({ kind: 'set-aside', database: 'work' })
}
