import { randomBytes } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { Argon2Cost, KeySet, readKeyFile, writeKeyFile } from './key-file.ts'
import type { KeyDesk } from './key-desk.ts'
import { copyOf, type Dek, type KeyPart, pinBytes, unwrapOld, unwrapWithPin, unwrapWithShare, wrapOld, wrapUnderPin, wrapUnderShare } from './wrap.ts'

export interface RotationParts {
  readonly folder: string
  readonly userKey: string
  readonly keys: KeyDesk
  /** The cost of a guess at a PIN that is set now. */
  cost(): Promise<Argon2Cost>
  readonly file: KeyFiles
}

/** The key file, on the disk. */
interface KeyFiles {
  readonly read: typeof readKeyFile
  readonly write: typeof writeKeyFile
}

/** What is at hand while a vault is open, just after its PIN was right. */
export interface RotationSecrets {
  readonly opened: Dek
  /** The same DEK, where only the part is to be replaced. */
  readonly next: Dek
  readonly pin: string
  /** Zeroed by who calls. Absent: no copy is under it. */
  readonly share: Buffer | undefined
}

/**
 * Replaces `main`'s part of the KEK, and with it, where `next` is another DEK, that too. The new wrapped copies stand beside the old ones until each of them has
 * been read back from the disk and has opened; only then the old ones go, and after them the old part. Whatever ends it at any point, the copies that the file calls
 * current open, with a part that the keychain still holds.
 *
 * `ready` runs between the two writes: what the next DEK is to seal has its place.
 */
export async function rotate(parts: RotationParts, secrets: RotationSecrets, ready: () => void): Promise<{ readonly part: string }> {
  const { opened, next, pin, share } = secrets
  const { folder, userKey, keys, file } = parts
  const current = (await file.read(folder))?.current
  const named = current?.slots[0]?.part
  if (current === undefined || named === undefined) throw new ChartkeepError('vault-corrupt')
  const fresh = await keys.succeed(named)
  try {
    const previous = next.generation === opened.generation ? current.previous : wrapOld(opened, next, userKey)
    const set: KeySet = {
      slots: [
        await wrapUnderPin(next, pinBytes(pin), copyOf(fresh), userKey, await parts.cost()),
        ...(share === undefined ? [] : [wrapUnderShare(next, Buffer.from(share), copyOf(fresh), userKey)]),
      ],
      ...(previous === undefined ? {} : { previous }),
    }
    await file.write(folder, { current, fresh: set })
    await confirm(parts, secrets, fresh)
    ready()
    await file.write(folder, { current: set })
    return { part: fresh.id }
  } finally {
    fresh.part.fill(0)
  }
}

/** Throws `vault-corrupt` unless each of the new copies, as it stands on the disk, opens to the DEK that it is a copy of. */
async function confirm({ folder, userKey, file }: RotationParts, { opened, next, pin, share }: RotationSecrets, fresh: KeyPart): Promise<void> {
  const set = (await file.read(folder))?.fresh
  const found: (Dek | undefined)[] = []
  for (const slot of set?.slots ?? []) {
    if (slot.kind === 'pin') found.push(await unwrapWithPin(slot, pinBytes(pin), copyOf(fresh).part, userKey))
    else found.push(share && unwrapWithShare(slot, Buffer.from(share), copyOf(fresh).part, userKey))
  }
  const isOpen = found.length === (share === undefined ? 1 : 2) && found.every((dek) => dek?.generation === next.generation && dek.key.equals(next.key))
  const old = next.generation === opened.generation || set?.previous === undefined ? undefined : unwrapOld(set.previous, next, userKey)
  const isOldOpen = next.generation === opened.generation || old?.key.equals(opened.key) === true
  for (const dek of [...found, old]) dek?.key.fill(0)
  if (!isOpen || !isOldOpen) throw new ChartkeepError('vault-corrupt')
}

/** The DEK that follows. */
export const nextDek = ({ generation }: Dek): Dek => ({ generation: generation + 1, key: randomBytes(32) })
