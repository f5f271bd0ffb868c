import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { type Keychain, largestSecret } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { refreshTokens } from './refresh-token.ts'
import { versionedKeychain } from './versioned-keychain.ts'

const [user, other] = ['a'.repeat(26), 'b'.repeat(26)]
const small = 'token-1'
const large = (letter: string) => letter.repeat(largestSecret + 1)

let vaults: string
let held: Keychain
/** As Windows is: it takes no more than it can hold. */
let keychain: Keychain
beforeEach(() => {
  vaults = mkdtempSync(path.join(tmpdir(), 'chartkeep-token-'))
  held = memoryKeychain()
  keychain = { ...held, set: (account, secret) => (Buffer.byteLength(secret) > largestSecret ? Promise.reject(new ChartkeepError('too-large')) : held.set(account, secret)) }
})
afterEach(() => rmSync(vaults, { recursive: true, force: true }))

const fileOf = (userKey: string) => path.join(vaults, userKey, 'refresh-token.sealed')

describe('a refresh token @170.315(d)(12)', () => {
  it('that fits by itself, and not with the mark that every secret bears, is sealed as well', async () => {
    const marked = versionedKeychain(keychain)
    for (const length of [largestSecret - 4, largestSecret - 3, largestSecret]) {
      await refreshTokens(marked, vaults).store(user, 'x'.repeat(length))
      expect(await refreshTokens(marked, vaults).read(user)).toBe('x'.repeat(length))
      expect(existsSync(fileOf(user))).toBe(length > largestSecret - 4)
    }
  })

  it('is in the keychain where it fits, and sealed on the disk where it does not; the one that comes last is the one that counts', async () => {
    const tokens = refreshTokens(keychain, vaults)
    for (const token of [small, large('x'), large('y'), small, large('z')]) {
      await tokens.store(user, token)
      expect(await refreshTokens(keychain, vaults).read(user)).toBe(token)
      expect(existsSync(fileOf(user))).toBe(token !== small)
    }
    expect(readFileSync(fileOf(user)).includes('zzzz')).toBe(false)
    await tokens.remove(user)
    expect([await tokens.read(user), existsSync(fileOf(user)), await held.get(`refresh-token-key/${user}`)]).toEqual([undefined, false, undefined])
  })

  it('that is large is nothing without the keychain, and in another user’s folder', async () => {
    const tokens = refreshTokens(keychain, vaults)
    await tokens.store(user, large('x'))
    await tokens.store(other, large('y'))
    expect(await refreshTokens(memoryKeychain(), vaults).read(user)).toBeUndefined()
    writeFileSync(fileOf(other), readFileSync(fileOf(user)))
    await held.set(`refresh-token-key/${other}`, (await held.get(`refresh-token-key/${user}`)) ?? '')
    expect(await tokens.read(other)).toBeUndefined()
  })

  it('that is large and damaged, lost, or whose key is rubbish, is none: the person signs in again', async () => {
    const tokens = refreshTokens(keychain, vaults)
    await tokens.store(user, large('x'))
    const whole = readFileSync(fileOf(user))
    for (const damaged of [whole.subarray(0, 10), whole.subarray(0, -1), Buffer.concat([whole.subarray(0, 20), Buffer.of((whole[20] ?? 0) ^ 1), whole.subarray(21)])]) {
      writeFileSync(fileOf(user), damaged)
      expect(await tokens.read(user)).toBeUndefined()
    }
    rmSync(fileOf(user))
    expect(await tokens.read(user)).toBeUndefined()
    writeFileSync(fileOf(user), whole)
    expect(await tokens.read(user)).toBe(large('x'))
    await held.set(`refresh-token-key/${user}`, 'rubbish')
    expect(await tokens.read(user)).toBeUndefined()
  })

  it.each([['small', small], ['large', large('y')]])('that comes when its owner has signed out or was wiped has no place any more, and makes no folder (%s)', async (_size, successor) => {
    const tokens = refreshTokens(keychain, vaults)
    await tokens.store(user, large('x'))
    await tokens.store(user, successor, true)
    expect(await tokens.read(user)).toBe(successor)
    await tokens.remove(user)
    rmSync(path.join(vaults, user), { recursive: true, force: true })
    await expect(tokens.store(user, successor, true)).rejects.toMatchObject({ kind: 'unauthorized' })
    expect([await tokens.read(user), existsSync(path.join(vaults, user))]).toEqual([undefined, false])
    // Another sign-in is another matter.
    await tokens.store(user, successor)
    expect(await tokens.read(user)).toBe(successor)
  })

  it('that comes at the same time as the sign-out does not outlive it', async () => {
    const tokens = refreshTokens(keychain, vaults)
    await tokens.store(user, small)
    await Promise.allSettled([tokens.store(user, large('y'), true), tokens.remove(user), tokens.store(user, large('z'), true)])
    expect(await tokens.read(user)).toBeUndefined()
  })

  it('that is large is kept by none where its key is not', async () => {
    const refusing: Keychain = { ...keychain, set: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    await expect(refreshTokens(refusing, vaults).store(user, large('x'))).rejects.toMatchObject({ kind: 'keychain-locked' })
    expect(await refreshTokens(keychain, vaults).read(user)).toBeUndefined()
  })
})
