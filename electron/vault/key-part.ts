import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { inTurn } from '../in-turn.ts'
import { type Keychain, largestSecret } from './keychain.ts'
import { KeptPart, type PartWrapping, partWrapping } from './kept-part.ts'

/** Bytes of main's part of the key-encryption key. Alone it opens nothing. */
const size = 32

const accountOf = (userKey: string) => `key-part/${userKey}`
/** What was found there once and could not be read: for who can repair it. */
const asideOf = (userKey: string, number: number) => `key-part-aside/${userKey}/${number}`
const mostAside = 3

/** The newest last. Two at most: one that is on disk, and one that is on its way there. */
const Stored = z.array(KeptPart).min(1).max(2)

/** A part and its name, which key slots bear and which is no secret. */
interface KeyPart {
  readonly id: string
  readonly part: Buffer
}

/**
 * Main's parts of the users' key-encryption keys. A change of part is a rotation of the KEK: the new one stands beside the old until what is on
 * disk is known to be under it, so that a crash at any point leaves one that opens.
 */
export interface KeyParts {
  /** Rejects `keychain-corrupt` if what is there is no key, `vault-superseded` if there is another in the place of that one, `vault-corrupt` if there is none. */
  read(userKey: string, id: string): Promise<Buffer>
  exists(userKey: string): Promise<boolean>
  /** Whether the part of that name is kept in another way than the policy says now. */
  isOutdated(userKey: string, id: string): Promise<boolean>
  /** Whether it can be read now, as far as is known: an HSM that failed last is asked again. */
  isInReach(userKey: string): Promise<boolean>
  /**
   * A new part, and the one that is on disk as `named`, where it is still there. Any other is dropped: it was never used. What is there and is no part is put
   * aside; rejects `keychain-corrupt` where that cannot be done.
   */
  renew(userKey: string, named: string | undefined): Promise<{ readonly fresh: KeyPart; readonly named: Buffer | undefined }>
  /** A new part beside the one named, to take its place: read back, as the keychain has it. Rejects `vault-corrupt` where that one is not there. */
  succeed(userKey: string, named: string): Promise<KeyPart>
  /** What is on disk is under this part: the other is destroyed, and what it helped to open is shut for good. */
  settle(userKey: string, id: string): Promise<void>
  destroy(userKey: string): Promise<void>
}

/** In the operating system's keychain, as they are or wrapped by keys in an HSM: as the policy says when they are made, and from the next time they are read. */
export function keyParts(keychain: Keychain, wrapping: PartWrapping = partWrapping(() => undefined)): KeyParts {
  async function held(userKey: string): Promise<readonly KeptPart[]> {
    const stored = await keychain.get(accountOf(userKey))
    if (stored === undefined) return []
    const parsed = Stored.safeParse(parsedJson(stored))
    if (!parsed.success) throw new ChartkeepError('keychain-corrupt')
    return parsed.data
  }

  async function setAside(userKey: string): Promise<void> {
    const stored = (await keychain.get(accountOf(userKey))) ?? ''
    for (let number = 1; number <= mostAside; number += 1) {
      const there = await keychain.get(asideOf(userKey, number))
      if (there === stored) return
      if (there === undefined && Buffer.byteLength(stored) <= largestSecret) return keychain.set(asideOf(userKey, number), stored)
    }
    throw new ChartkeepError('keychain-corrupt')
  }

  const keep = (userKey: string, parts: readonly KeptPart[]) => keychain.set(accountOf(userKey), JSON.stringify(parts))

  return oneByOne({
    async read(userKey, id) {
      const parts = await held(userKey)
      const found = parts.find((one) => one.id === id)
      // What names a part that was replaced is a copy of what was here before.
      if (found === undefined) throw new ChartkeepError(parts.length > 0 ? 'vault-superseded' : 'vault-corrupt')
      const part = await wrapping.open(userKey, found)
      if (part.length !== size) throw new ChartkeepError('keychain-corrupt')
      if (wrapping.isOutdated(found)) {
        const shut = await wrapping.shut(userKey, id, part)
        await keep(userKey, parts.map((one) => (one.id === id ? shut : one)))
      }
      return part
    },
    exists: async (userKey) => (await keychain.get(accountOf(userKey))) !== undefined,
    isOutdated: async (userKey, id) => (await held(userKey).catch(corruptAsNone)).some((one) => one.id === id && wrapping.isOutdated(one)),
    isInReach: async (userKey) => wrapping.isInReach(userKey, await held(userKey).catch(corruptAsNone)),
    async renew(userKey, named) {
      // What was read and is no key opens nothing: a new one takes its place, once it is put aside. What cannot be read is left alone.
      const parts = await held(userKey).catch(async (error: unknown) => {
        const none = corruptAsNone(error)
        await setAside(userKey)
        return none
      })
      const before = parts.find(({ id }) => id === named)
      const opened = before && (await wrapping.open(userKey, before).catch(goneAsNone))
      const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(size) }
      const shut = await wrapping.shut(userKey, fresh.id, fresh.part)
      await keep(userKey, [...(before === undefined ? [] : [before]), shut])
      await wrapping.forget(userKey, parts.filter((one) => one !== before))
      return { fresh, named: opened }
    },
    async succeed(userKey, named) {
      const parts = await held(userKey)
      const before = parts.find(({ id }) => id === named)
      if (before === undefined) throw new ChartkeepError('vault-corrupt')
      const fresh = { id: randomBytes(8).toString('base64url'), part: randomBytes(size) }
      await keep(userKey, [before, await wrapping.shut(userKey, fresh.id, fresh.part)])
      await wrapping.forget(userKey, parts.filter((one) => one !== before))
      // The old one goes for its sake: it has to be there, and to open.
      const kept = (await held(userKey)).find(({ id }) => id === fresh.id)
      const opened = kept && (await wrapping.open(userKey, kept))
      if (opened?.equals(fresh.part) !== true) throw new ChartkeepError('keychain-corrupt')
      fresh.part.fill(0)
      return { id: fresh.id, part: opened }
    },
    async settle(userKey, id) {
      const parts = await held(userKey)
      const left = parts.filter((one) => one.id === id)
      if (left.length === 0 || left.length === parts.length) return
      await keep(userKey, left)
      await wrapping.forget(userKey, parts.filter((one) => one.id !== id))
    },
    async destroy(userKey) {
      const parts = await held(userKey).catch(corruptAsNone)
      await keychain.delete(accountOf(userKey))
      for (let number = 1; number <= mostAside; number += 1) await keychain.delete(asideOf(userKey, number))
      await wrapping.forget(userKey, parts)
    },
  })
}

/** What is there is read, changed and written back: two at once would undo each other, and with a part all that it opens is lost. */
function oneByOne(parts: KeyParts): KeyParts {
  const turn = inTurn()
  return {
    read: (userKey, id) => turn(() => parts.read(userKey, id)),
    exists: parts.exists,
    isOutdated: parts.isOutdated,
    isInReach: parts.isInReach,
    renew: (userKey, named) => turn(() => parts.renew(userKey, named)),
    succeed: (userKey, named) => turn(() => parts.succeed(userKey, named)),
    settle: (userKey, id) => turn(() => parts.settle(userKey, id)),
    destroy: (userKey) => turn(() => parts.destroy(userKey)),
  }
}

function corruptAsNone(error: unknown): readonly KeptPart[] {
  if (kindOf(error) === 'keychain-corrupt') return []
  throw error
}

/** A part whose key is gone from the HSM, or was not wrapped by it, opens nothing. An HSM that only does not answer may answer later. */
function goneAsNone(error: unknown): undefined {
  if (kindOf(error) === 'hsm-key-missing' || kindOf(error) === 'vault-corrupt') return undefined
  throw error
}
