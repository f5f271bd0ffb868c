import { z } from 'zod'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { DatabaseName, Keyring } from '../keys/keyring.ts'
import { seal, unseal } from './seal.ts'

/** What of an entry the manifest answers for. */
export interface Entry {
  /** 32 bytes each. */
  readonly lookup: Uint8Array
  readonly patient: Uint8Array
  /** Epoch milliseconds. */
  readonly asOf: number
  /** The authentication tag of the sealed row, 16 bytes. */
  readonly tag: Uint8Array
}

/** What there is in a database: how many entries, and the sum of their marks. The order in which they came does not matter. */
export interface Tally {
  readonly count: number
  /** 32 bytes. */
  readonly digest: Buffer
}

export const nothing: Tally = { count: 0, digest: Buffer.alloc(32) }

/** A tally to which entries are added, and from which they are taken; the one it began with stays as it is. */
export interface Count {
  add(entry: Entry): void
  take(entry: Entry): void
  tally(): Tally
}

/**
 * A keyed multiset hash (MSet-XOR-Hash, Clarke et al., ASIACRYPT 2003): the sum, without carry, of an HMAC of each entry, and how many there are. It is kept up
 * entry by entry. Whoever lacks the key can neither tell what an entry adds nor, since the sum is itself sealed, what all of them come to.
 */
export function counting(keyring: Keyring, name: DatabaseName, from: Tally): Count {
  let { count } = from
  const digest = Buffer.from(from.digest)
  const message = Buffer.alloc(1 + 32 + 32 + 8 + 16)
  message[0] = name === 'work' ? 1 : 2

  function toggle({ lookup, patient, asOf, tag }: Entry): void {
    if (lookup.length !== 32 || patient.length !== 32 || tag.length !== 16) throw new ChartkeepError('vault-corrupt')
    message.set(lookup, 1)
    message.set(patient, 33)
    message.writeDoubleBE(asOf, 65)
    message.set(tag, 73)
    const mark = keyring.mark(message)
    for (let offset = 0; offset < 32; offset += 4) digest.writeInt32LE(digest.readInt32LE(offset) ^ mark.readInt32LE(offset), offset)
  }

  return {
    add(entry) {
      toggle(entry)
      count += 1
    },
    take(entry) {
      toggle(entry)
      count -= 1
    },
    tally: () => ({ count, digest: Buffer.from(digest) }),
  }
}

export interface Manifest extends Tally {
  /** Raised whenever the vault is opened and closed; `main` keeps the last one in the keychain. */
  readonly epoch: number
}

const manifestFormat = 1

const Text = z.strictObject({ format: z.literal(manifestFormat), epoch: z.number().int().nonnegative(), count: z.number().int().nonnegative(), digest: z.base64().length(44) })

const contextOf = (user: string, name: DatabaseName) => ({ user, purpose: 'manifest', patient: '', what: name, asOf: 0 }) as const

export function sealManifest(keyring: Keyring, user: string, name: DatabaseName, { epoch, count, digest }: Manifest): Buffer {
  return seal(keyring, contextOf(user, name), Buffer.from(JSON.stringify({ format: manifestFormat, epoch, count, digest: digest.toString('base64') })))
}

/** Throws `vault-corrupt` if it is another user's, another file's, or was changed. */
export function unsealManifest(keyring: Keyring, user: string, name: DatabaseName, sealed: Buffer): Manifest {
  const { epoch, count, digest } = Text.parse(JSON.parse(unseal(keyring, contextOf(user, name), sealed).toString('utf8')))
  return { epoch, count, digest: Buffer.from(digest, 'base64') }
}

/** What is in a database, held against its manifest. */
export type Standing =
  /** Made just now, or what it was when it was left. */
  | 'whole'
  /** Entries were taken out, put in, or replaced by older ones; or the manifest itself was. */
  | 'altered'
  /** All of it is as it once was, and newer has been seen: somebody brought back an older copy. */
  | 'older'
  /** There is nothing, and there was something. */
  | 'missing'
  /** An entry is none: what else there is cannot be told. */
  | 'unreadable'

/** `known`: the epoch that was last seen, 0 if none was. */
export function standing(found: Tally, manifest: Manifest | undefined, known: number): Standing {
  if (manifest === undefined) return found.count > 0 ? 'altered' : known > 0 ? 'missing' : 'whole'
  if (found.count !== manifest.count || !found.digest.equals(manifest.digest)) return 'altered'
  return manifest.epoch < known ? 'older' : 'whole'
}
