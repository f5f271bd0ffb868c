import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'

/** Where a user's refresh token stands in the keychain. */
export const refreshTokenAccount = (userKey: string) => `refresh-token/${userKey}`
/** Where the key stands of one that is too large for it, which is in a file then. */
export const sealedTokenAccount = (userKey: string) => `refresh-token-key/${userKey}`
export const sealedTokenFile = 'refresh-token.sealed'

export interface RefreshTokens {
  /** Undefined where there is none; where it cannot be opened any more, too: the person signs in again. */
  read(userKey: string): Promise<string | undefined>
  /**
   * Durable when it resolves. `follows`: it takes the place of one that is kept. Rejects `unauthorized` where none is: whose it was has signed out or was
   * wiped while it was on its way.
   */
  store(userKey: string, token: string, follows?: boolean): Promise<void>
  remove(userKey: string): Promise<void>
}

const SealedKey = z.strictObject({ key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
const nonceBytes = 12
const tagBytes = 16

/**
 * Refresh tokens, in the operating system's keychain. Windows caps what it takes, and some EHRs' tokens are larger: such a one lies sealed (AES-256-GCM) in the
 * user's folder, under a key that is in the keychain and is used for that one token.
 */
export function refreshTokens(keychain: Keychain, vaults: string): RefreshTokens {
  const fileOf = (userKey: string) => path.join(vaults, userKey, sealedTokenFile)
  /** What the keychain adds of its own counts too: it says itself what is too large for it. */
  const takes = (account: string, token: string) =>
    keychain.set(account, token).then(
      () => true,
      (error: unknown) => {
        if (kindOf(error) !== 'too-large') throw error
        return false
      },
    )
  /** Of a token that comes and a sign-out or a wipe, the later one counts. */
  const turn = inTurn()
  const isKept = async (userKey: string) => (await keychain.get(refreshTokenAccount(userKey))) !== undefined || (await keychain.get(sealedTokenAccount(userKey))) !== undefined
  const forget = async (userKey: string) => {
    await keychain.delete(sealedTokenAccount(userKey))
    await rm(fileOf(userKey), { force: true })
  }

  return {
    async read(userKey) {
      const kept = await keychain.get(sealedTokenAccount(userKey))
      const sealed = kept === undefined ? undefined : SealedKey.safeParse(parsedJson(kept))
      if (sealed === undefined) return keychain.get(refreshTokenAccount(userKey))
      const file = await readFile(fileOf(userKey)).catch(() => undefined)
      return sealed.success && file ? opened(Buffer.from(sealed.data.key, 'base64url'), file, userKey) : undefined
    },
    store: (userKey, token, follows = false) =>
      turn(async () => {
        if (follows && !(await isKept(userKey))) throw new ChartkeepError('unauthorized')
        if (await takes(refreshTokenAccount(userKey), token)) return forget(userKey)
        const key = randomBytes(32)
        // Before its key: killed in between, neither the old token nor the new one opens, and the old one is spent.
        await mkdir(path.join(vaults, userKey), { recursive: true, mode: 0o700 })
        await writeFileAtomic(fileOf(userKey), sealedUnder(key, token, userKey), { mode: 0o600, fsync: true })
        await keychain.set(sealedTokenAccount(userKey), JSON.stringify({ key: key.toString('base64url') }))
        key.fill(0)
        await keychain.delete(refreshTokenAccount(userKey))
      }),
    remove: (userKey) =>
      turn(async () => {
        await keychain.delete(refreshTokenAccount(userKey))
        await forget(userKey)
      }),
  }
}

const contextOf = (userKey: string) => Buffer.from(`chartkeep/refresh-token/1/${userKey}`, 'utf8')

function sealedUnder(key: Buffer, token: string, userKey: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextOf(userKey))
  return Buffer.concat([nonce, cipher.update(token, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

function opened(key: Buffer, file: Buffer, userKey: string): string | undefined {
  if (file.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, file.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(contextOf(userKey)).setAuthTag(file.subarray(-tagBytes))
  key.fill(0)
  try {
    return Buffer.concat([decipher.update(file.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
