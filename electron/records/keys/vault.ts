import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { pinDelayMs } from '../../../shared/pin-tries.ts'
import { pinWeakness } from '../../../shared/pin-weakness.ts'
import type { Policy } from '../../../shared/policy.ts'
import type { RotationDue } from '../../../shared/rotation-due.ts'
import { generationsOf, removeCache, setAside } from '../cache/database.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import type { StoreEvent } from '../cache/open-store.ts'
import type { KeyDesk, Opened } from './key-desk.ts'
import { type Argon2Cost, type KeySet, mendKeyFile, type OldDek, readKeyFile, writeKeyFile } from './key-file.ts'
import { createOpenVault, type OpenVaultParts, type Vault } from './open-vault.ts'
import { nextDek, rotate } from './rotate.ts'
import type { Share } from './share.ts'
import { copyOf, type Dek, type KeyPart, pinBytes, unwrapOld, unwrapWithPin, unwrapWithShare, wrapUnderPin, wrapUnderShare } from './wrap.ts'

/** `key-made`: a new DEK; what was sealed under another does not open any more. `key-file-mended`: it, or its copy, was lost or damaged. */
export type VaultEvent =
  | StoreEvent
  | { readonly kind: 'key-made' | 'key-file-mended' }
  /** Keys are due to be replaced, and something that it takes is not at hand. */
  | { readonly kind: 'rotation-waits'; readonly failure: FailureKind }

export interface VaultParts extends OpenVaultParts {
  /** Absent: nothing may be kept on this workstation. */
  readonly folder: string | undefined
  /** As it says now. */
  readonly policy: () => Policy['pin']
  /** The cost of a guess at a PIN that is set now. */
  cost(): Promise<Argon2Cost>
  readonly keys: KeyDesk
  readonly share: Share
  readonly report: (event: VaultEvent) => void
  /** Records that a rotation begins, durably; what it gives records how it ended. */
  begun(what: Exclude<RotationDue, 'nothing'>): Promise<(failure?: FailureKind) => void>
}

export interface VaultDoor {
  /** What is open now. */
  current(): Vault
  /**
   * Keeps what is open, or what the EHR's share opens; else begins an empty vault. Throws `pin-weak`, `vault-unavailable`, `vault-newer`, `disk-*`, what
   * `main` refuses with, and `vault-shut`, with nothing changed, where work is kept that does not open: unless `withoutKept` says to put it aside.
   */
  setPin(pin: string, withoutKept: boolean): Promise<void>
  /** Throws `pin-wrong` with the tries left and what the next one waits, `pin-void`, `vault-corrupt`, `vault-superseded`, `vault-newer`, `vault-older`, `vault-unavailable`. */
  unlock(pin: string): Promise<Opened>
  /** Replaces the keys that `main` said at the unlock are to be replaced. What fails is recorded, and tried again after the next unlock: never rejects. */
  rotateIfDue(pin: string): Promise<void>
  /** Closes the files and zeroes the keys. Gives the epoch in which they are left, where they are. */
  close(): number | undefined
}

export function createVaultDoor(parts: VaultParts): VaultDoor {
  const { folder, userKey } = parts
  const open = createOpenVault(parts)
  let due: RotationDue = 'nothing'
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

  /** What a first sign-in without the EHR's share left undone, or an EHR that holds another one by now. Zeroes the part. */
  async function keepShareSlot(folder: string, current: KeySet, dek: Dek, keyPart: KeyPart): Promise<void> {
    const share = parts.share.inHand()
    const opened = openWithShare(current, share, keyPart.part, userKey)
    try {
      if (share === undefined || opened?.key.equals(dek.key) === true) return
      const slots = [...current.slots.filter(({ kind }) => kind !== 'share'), wrapUnderShare(dek, Buffer.from(share), copyOf(keyPart), userKey)]
      await writeKeyFile(folder, { current: { ...current, slots } })
    } catch {
      // A disk that does not take it keeps nobody out: the next full sign-in tries again.
    } finally {
      for (const secret of [share, opened?.key, keyPart.part]) secret?.fill(0)
    }
  }

  /** What the DEK before sealed is sealed anew, in the background; with the last of it that DEK is destroyed. */
  function moveOn(folder: string, ended: (failure?: FailureKind) => void): void {
    open.move(folder, {
      done(forget) {
        alone(async () => {
          const sets = await readKeyFile(folder)
          if (sets === undefined) throw new ChartkeepError('vault-corrupt')
          await writeKeyFile(folder, { current: { slots: sets.current.slots } })
          // Nothing opens it any more: should this end here, the next opening removes its files.
          forget()
        }).then(() => ended(), (error: unknown) => ended(diskFailure(error).kind))
      },
      failed: ended,
    })
  }

  /** With what an earlier session began. */
  function goOn(folder: string): void {
    parts.begun('data-key').then(
      (ended) => moveOn(folder, ended),
      (error: unknown) => parts.report({ kind: 'rotation-waits', failure: diskFailure(error).kind }),
    )
  }

  /** Never rejects: what was there before opens as it did, and the next unlock begins again. */
  async function rotateNow(folder: string, what: Exclude<RotationDue, 'nothing'>, pin: string): Promise<void> {
    const opened = open.dek()
    if (opened === undefined) return
    // One at a time: what the one before sealed has to be moved first.
    if (what === 'data-key' && open.previous() !== undefined) return
    const next = what === 'data-key' ? nextDek(opened) : opened
    let share: Buffer | undefined
    let ended: ((failure?: FailureKind) => void) | undefined
    try {
      const isShared = (await readKeyFile(folder))?.current.slots.some(({ kind }) => kind === 'share') === true
      // Its copy can be made anew with the share alone, and that comes with a full sign-in: after a day at most.
      share = isShared ? await parts.share.get() : undefined
      ended = await parts.begun(what)
      const isOther = next !== opened
      const { part } = await rotate({ folder, userKey, keys: parts.keys, cost: parts.cost, file: { read: readKeyFile, write: writeKeyFile } }, { opened, next, pin, share }, () => {
        if (isOther) open.prepare(folder, copyOfDek(next))
      })
      due = 'nothing'
      if (isOther) open.advance()
      // Should main not hear of it, it does so at the next unlock.
      const told = await parts.keys.rotated({ part, dataKey: next.generation, epoch: open.epoch() }).catch((error: unknown) => diskFailure(error).kind)
      if (isOther) moveOn(folder, ended)
      else ended(told ?? undefined)
    } catch (error) {
      const { kind } = diskFailure(error)
      if (ended === undefined) parts.report({ kind: 'rotation-waits', failure: kind })
      else ended(kind)
    } finally {
      share?.fill(0)
      if (next !== opened) next.key.fill(0)
    }
  }

  return {
    current: open.current,
    setPin: (pin, withoutKept) =>
      alone(async (folder) => {
        if (pinWeakness(pin, parts.policy().minLength) !== undefined) throw new ChartkeepError('pin-weak')
        const current = (await readKeyFile(folder).catch(newerOnly))?.current
        // Before a part is asked for: that drops the one that a key file which comes back would name.
        if (current === undefined && open.dek() === undefined && !withoutKept && generationsOf(folder, 'work').length > 0) throw new ChartkeepError('vault-shut')
        // Why it did not come is logged where it was asked for.
        const share = await parts.share.get().catch(() => undefined)
        const { fresh, named, epoch: known } = await parts.keys.renew(current?.slots[0]?.part)
        const opened = open.dek()
        const kept = opened === undefined ? openWithShare(current, share, named, userKey) : copyOfDek(opened)
        const previous = kept === undefined ? undefined : current?.previous
        named?.fill(0)
        let now = open.epoch()
        if (kept === undefined && !withoutKept && generationsOf(folder, 'work').length > 0) throw new ChartkeepError('vault-shut')
        const dek = kept ?? { generation: 1, key: randomBytes(32) }
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 })
          const pinSlot = await wrapUnderPin(dek, pinBytes(pin), copyOf(fresh), userKey, await parts.cost())
          const shareSlots = share === undefined ? [] : [wrapUnderShare(dek, Buffer.from(share), copyOf(fresh), userKey)]
          if (kept === undefined) beginAnew(parts, folder)
          await writeKeyFile(folder, { current: { slots: [pinSlot, ...shareSlots], ...(previous === undefined ? {} : { previous }) } })
          if (kept === undefined) parts.report({ kind: 'key-made' })
          // Nothing of the last epoch is to be found where all is begun anew.
          if (opened === undefined) now = open.open(folder, copyOfDek(dek), olderOf(previous, dek, userKey), kept === undefined ? 0 : known, known)
        } catch (error) {
          throw diskFailure(error)
        } finally {
          for (const secret of [dek.key, share, fresh.part]) secret?.fill(0)
        }
        await parts.keys.settle({ part: fresh.id, dataKey: dek.generation, epoch: Math.max(now, known) })
        if (opened === undefined && previous !== undefined) goOn(folder)
      }),
    unlock: (pin) =>
      alone(async (folder) => {
        // Before the try is counted: damage of the file must not cost one.
        const current = (await readKeyFile(folder))?.current
        const slot = current?.slots.find((one) => one.kind === 'pin')
        if (current === undefined || slot === undefined) throw new ChartkeepError('vault-corrupt')
        const released = await parts.keys.release(slot.part)
        const again = { id: slot.part, part: Buffer.from(released.part) }
        const { triesLeft, epoch: known } = released
        const dek = await unwrapWithPin(slot, pinBytes(pin), released.part, userKey)
        if (dek === undefined) {
          again.part.fill(0)
          throw triesLeft > 0 ? new ChartkeepError('pin-wrong', { triesLeft, retryAfterMs: pinDelayMs(triesLeft) }) : new ChartkeepError('pin-void', { triesLeft })
        }
        // A disk that does not take it keeps nobody out.
        if (await mendKeyFile(folder).catch(() => false)) parts.report({ kind: 'key-file-mended' })
        await keepShareSlot(folder, current, dek, again)
        due = released.due
        const told = { part: slot.part, dataKey: dek.generation }
        if (open.dek() === undefined) {
          const previous = olderOf(current.previous, dek, userKey)
          const epoch = open.open(folder, dek, previous, known, known)
          if (previous !== undefined) goOn(folder)
          return { ...told, epoch }
        }
        dek.key.fill(0)
        return { ...told, epoch: open.epoch() }
      }),
    async rotateIfDue(pin) {
      const what = due
      if (what !== 'nothing') await alone((folder) => rotateNow(folder, what, pin)).catch(() => undefined)
    },
    close: open.close,
  }
}

/** Throws `vault-corrupt` where it is there and does not open: what is under it must not pass for nothing. */
function olderOf(previous: OldDek | undefined, dek: Dek, userKey: string): Dek | undefined {
  const older = previous && unwrapOld(previous, dek, userKey)
  if (previous !== undefined && older === undefined) throw new ChartkeepError('vault-corrupt')
  return older
}

const copyOfDek = ({ generation, key }: Dek): Dek => ({ generation, key: Buffer.from(key) })

/** The DEK, as far as the EHR's share and the part that the slots name open it. Zeroes neither. */
function openWithShare(set: KeySet | undefined, share: Buffer | undefined, part: Uint8Array | undefined, userKey: string): Dek | undefined {
  const slot = set?.slots.find((one) => one.kind === 'share')
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
  const work = generationsOf(folder, 'work')
  for (const generation of work) setAside(folder, 'work', generation)
  removeCache(folder)
  if (work.length > 0) parts.report({ kind: 'set-aside', database: 'work' })
}
