import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { pinDelayMs } from '../../../shared/pin-tries.ts'
import { pinWeakness } from '../../../shared/pin-weakness.ts'
import type { Policy } from '../../../shared/policy.ts'
import { openDatabase, removeCache, setAside } from '../cache/database.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import { awaitedRows, healingRows } from '../cache/healing-rows.ts'
import { memoryRows, type Rows } from '../cache/rows.ts'
import { sealedRows } from '../cache/sealed-rows.ts'
import { createKeyring, type DatabaseName, type Keyring } from './keyring.ts'
import { type Argon2Cost, readKeyFile, writeKeyFile } from './key-file.ts'
import { type Purpose } from './purposes.ts'
import { pinBytes, unwrapWithPin, wrapUnderPin } from './pin-wrap.ts'

/** `main`'s part of the key, with the try already counted. Who asked zeroes it. */
export interface KeyPart {
  readonly part: Uint8Array
  readonly triesLeft: number
}

export type VaultEvent = { readonly kind: 'set-aside'; readonly database: DatabaseName } | { readonly kind: 'not-kept'; readonly database: DatabaseName; readonly failure: FailureKind }

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
  /** Asks `main`, which counts an unlock as a try. Rejects with what `main` names: `pin-void`, `keychain-*`. */
  keyPart(purpose: 'unlock' | 'set-pin'): Promise<KeyPart>
  /** Told which file was put aside, and why nothing can be kept: never what was in it. */
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
  /** Throws `pin-weak`, `vault-unavailable`, `vault-newer`, `disk-*`, and what `main` refuses with. Keeps what is open; else begins an empty vault. */
  setPin(pin: string): Promise<void>
  /** Throws `pin-wrong` with the tries left and what the next one waits, `pin-void`, `vault-corrupt`, `vault-newer`, `vault-older`, `vault-unavailable`. */
  unlock(pin: string): Promise<void>
  /** Closes the files and zeroes the keys. */
  close(): void
}

export function createVaultDoor(parts: VaultParts): VaultDoor {
  const { folder, userKey } = parts
  let vault: Vault = { cache: memoryRows(), work: memoryRows(), durable: false, keyring: undefined }
  /** Of the vault that is open, to be wrapped again under a new secret. What reads and writes rows gets a keyring, never this. */
  let openedDek: Buffer | undefined
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

  /** Takes ownership of `dek`. */
  function openWith(folder: string, dek: Buffer): void {
    const keyring = createKeyring(Buffer.from(dek), parts.purposes)
    let work: Rows | undefined
    try {
      work = openRows(parts, folder, 'work', keyring)
      vault = { keyring, work, durable: true, cache: openRows(parts, folder, 'cache', keyring) }
      openedDek = dek
    } catch (error) {
      dek.fill(0)
      work?.close()
      keyring.destroy()
      throw error
    }
  }

  return {
    current: () => vault,
    setPin: (pin) =>
      alone(async (folder) => {
        if (pinWeakness(pin, parts.policy().minLength) !== undefined) throw new ChartkeepError('pin-weak')
        await readKeyFile(folder).catch(newerOnly)
        const { part } = await parts.keyPart('set-pin')
        const opened = openedDek
        const dek = opened === undefined ? randomBytes(32) : Buffer.from(opened)
        try {
          await mkdir(folder, { recursive: true, mode: 0o700 })
          const slot = await wrapUnderPin(dek, pinBytes(pin), part, userKey, await parts.cost())
          if (opened === undefined) beginAnew(parts, folder)
          await writeKeyFile(folder, [slot])
          if (opened === undefined) openWith(folder, Buffer.from(dek))
        } catch (error) {
          throw diskFailure(error)
        } finally {
          dek.fill(0)
        }
      }),
    unlock: (pin) =>
      alone(async (folder) => {
        // Before the try is counted: damage of the file must not cost one.
        const slot = (await readKeyFile(folder))?.find(({ kind }) => kind === 'pin')
        if (slot === undefined) throw new ChartkeepError('vault-corrupt')
        const { part, triesLeft } = await parts.keyPart('unlock')
        const dek = await unwrapWithPin(slot, pinBytes(pin), part, userKey)
        if (dek === undefined) throw triesLeft > 0 ? new ChartkeepError('pin-wrong', { triesLeft, retryAfterMs: pinDelayMs(triesLeft) }) : new ChartkeepError('pin-void', { triesLeft })
        if (vault.keyring === undefined) openWith(folder, dek)
        else dek.fill(0)
      }),
    close() {
      vault.cache.close()
      vault.work.close()
      vault.keyring?.destroy()
      openedDek?.fill(0)
      openedDek = undefined
    },
  }
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

function openRows(parts: VaultParts, folder: string, name: DatabaseName, keyring: Keyring): Rows {
  const isWork = name === 'work'
  const open = (): Rows => {
    const { database, wasSetAside } = openDatabase(folder, name, keyring, isWork ? 'full' : 'normal')
    if (wasSetAside) parts.report({ kind: 'set-aside', database: name })
    return sealedRows({ database, keyring, user: parts.userKey, clock: parts.clock, damaged: isWork ? 'keep-aside' : 'drop' })
  }
  const openHealing = () => healingRows(open, () => setAside(folder, name), () => parts.report({ kind: 'set-aside', database: name }))
  try {
    return openHealing()
  } catch (error) {
    const failure = diskFailure(error)
    if (failure.kind !== 'disk-full' && failure.kind !== 'disk-read-only') throw failure
    // The session goes on without keeping anything until it can, and says so.
    parts.report({ kind: 'not-kept', database: name, failure: failure.kind })
    return awaitedRows(openHealing)
  }
}
