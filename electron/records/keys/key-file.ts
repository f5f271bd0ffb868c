import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { isMissing } from '../../../shared/error-code.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { syncFolder } from '../../sync-folder.ts'
import { diskFailure } from '../cache/disk-failure.ts'

/**
 * The format of everything in a vault's folder: raised when any file of it can no longer be read by an older Chartkeep. 1 had one key for all purposes
 * but the first ones, 2 no manifest, 3 rows that could not be sealed anew. None was released: they are refused, not migrated.
 */
export const vaultFormat = 4

const base64 = (bytes: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === bytes, `must be ${bytes} bytes`)

/** The cost of a guess. The ranges keep a damaged or forged file from asking for all memory, or for nearly no work. */
export const Argon2Cost = z.strictObject({
  /** KiB. */
  memory: z.number().int().min(65_536).max(1_048_576),
  passes: z.number().int().min(3).max(16),
  lanes: z.number().int().min(1).max(4),
})
export type Argon2Cost = z.infer<typeof Argon2Cost>

const generation = z.number().int().min(1).max(999_999)

const sealedDek = {
  /** Which DEK it is: each that follows another has the next number. */
  generation,
  /** Which of `main`'s parts it needs. */
  part: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  salt: base64(16),
  nonce: base64(12),
  /** The sealed DEK and its tag. */
  wrapped: base64(48),
}

/** One wrapped copy of the DEK for each unlock secret: the person's PIN, and the share that the EHR releases after a full sign-in. */
const PinSlot = z.strictObject({ kind: z.literal('pin'), argon2: Argon2Cost, ...sealedDek })
const ShareSlot = z.strictObject({ kind: z.literal('share'), ...sealedDek })
export type PinSlot = z.infer<typeof PinSlot>
export type ShareSlot = z.infer<typeof ShareSlot>
export type KeySlot = PinSlot | ShareSlot

/** The DEK before this one, under this one: for as long as something is left that it sealed. */
const OldDek = z.strictObject({ generation, nonce: base64(12), wrapped: base64(48) })
export type OldDek = z.infer<typeof OldDek>

/** The copies of one DEK, and the one before it, while there is something left of that. */
const KeySet = z.strictObject({ slots: z.array(z.discriminatedUnion('kind', [PinSlot, ShareSlot])).max(2), previous: OldDek.optional() })
export type KeySet = z.infer<typeof KeySet>

/** `fresh`: copies that are to take the place of the current ones, and are not known to open yet. */
const KeySets = z.strictObject({ current: KeySet, fresh: KeySet.optional() })
export type KeySets = z.infer<typeof KeySets>

const KeyFile = KeySets.extend({
  format: z.literal(vaultFormat),
  /** SHA-256 of the rest: tells a damaged file from a wrong PIN, so that damage costs nobody a try. It keeps no attacker out. */
  digest: base64(32),
})

const digestOf = ({ current, fresh }: KeySets) => createHash('sha256').update(canonicalize({ current, fresh }) ?? '').digest('base64')
/** The file, and its copy: without the slots nothing opens, whoever has the secrets. */
const pathOf = (folder: string) => join(folder, 'keys.json')
const secondOf = (folder: string) => join(folder, 'keys.copy.json')

/**
 * The keys of a vault, from the copy where the file is lost or damaged; undefined where there are none yet.
 * Throws `vault-newer` for a later format, `vault-older` for an earlier one, `vault-corrupt` for what cannot be read as either, `disk-*`.
 */
export async function readKeyFile(folder: string): Promise<KeySets | undefined> {
  const file = await readOne(pathOf(folder)).catch(corruptOnly)
  if (file !== undefined && !(file instanceof ChartkeepError)) return file
  const copy = await readOne(secondOf(folder)).catch(corruptOnly)
  if (copy !== undefined && !(copy instanceof ChartkeepError)) return copy
  const damage = file ?? copy
  if (damage !== undefined) throw damage
  return undefined
}

/** Makes the file and its copy what they were, after one of them has opened the vault. Tells whether that was needed. */
export async function mendKeyFile(folder: string): Promise<boolean> {
  const sets = await readKeyFile(folder)
  if (sets === undefined) return false
  const isWhole = async (path: string) => {
    const found = await readOne(path).catch(() => undefined)
    return found !== undefined && digestOf(found) === digestOf(sets)
  }
  if ((await isWhole(pathOf(folder))) && (await isWhole(secondOf(folder)))) return false
  await writeKeyFile(folder, sets)
  return true
}

async function readOne(path: string): Promise<KeySets | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw diskFailure(error)
  }
  const value = parsed(text)
  const { success: hasFormat, data: head } = z.looseObject({ format: z.number().int().positive() }).safeParse(value)
  if (hasFormat && head.format > vaultFormat) throw new ChartkeepError('vault-newer')
  if (hasFormat && head.format < vaultFormat) throw new ChartkeepError('vault-older')
  const file = KeyFile.safeParse(value)
  if (!file.success || digestOf(file.data) !== file.data.digest) throw new ChartkeepError('vault-corrupt')
  const { current, fresh } = file.data
  return { current, fresh }
}

/**
 * Replaces the keys: all or nothing, on disk when it resolves, readable by this user alone. The copy too, before whoever asked gives up the old part of the
 * key: it never outlives what it needs for long, and what it needs never comes back.
 */
export async function writeKeyFile(folder: string, sets: KeySets): Promise<void> {
  try {
    const text = JSON.stringify({ format: vaultFormat, ...sets, digest: digestOf(sets) })
    for (const path of [pathOf(folder), secondOf(folder)]) await writeFileAtomic(path, text, { mode: 0o600, fsync: true })
    await syncFolder(folder)
  } catch (error) {
    throw diskFailure(error)
  }
}

/** Damage is a reason to look at the copy; a newer format, or a disk that does not read, is none. */
function corruptOnly(error: unknown): ChartkeepError {
  if (error instanceof ChartkeepError && error.kind === 'vault-corrupt') return error
  throw error
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ChartkeepError('vault-corrupt', {}, { cause })
  }
}
