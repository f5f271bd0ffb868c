import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyParts } from './key-part.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { refreshTokens } from './refresh-token.ts'
import { users } from './users.ts'
import { createWipe, type Wipe } from './wipe.ts'

const [lost, other] = ['a'.repeat(26), 'b'.repeat(26)]
let vaults: string
let secrets: Keychain
beforeEach(async () => {
  vaults = mkdtempSync(path.join(tmpdir(), 'chartkeep-wipe-'))
  secrets = memoryKeychain()
  for (const user of [lost, other]) {
    mkdirSync(path.join(vaults, user))
    for (const file of ['keys.json', 'keys.copy.json', 'refresh-token.sealed', 'work.db', 'work.aside-1.db', 'cache.db']) writeFileSync(path.join(vaults, user, file), 'sealed')
    for (const account of accountsOf(user)) await secrets.set(account, 'x')
    await secrets.set(`key-part/${user}`, 'rubbish')
    await keyParts(secrets).renew(user, undefined)
  }
  await secrets.set('last-user', lost)
})
afterEach(() => rmSync(vaults, { recursive: true, force: true }))

const accountsOf = (user: string) => [`refresh-token/${user}`, `refresh-token-key/${user}`, `tries/${user}`, `epoch/${user}`, `user/${user}`]

function wipeOver(keychain: Keychain, orphaned: (user: string, token: string) => void = () => undefined): Wipe {
  return createWipe({ keychain, vaults, destroyKeyParts: (user) => keyParts(keychain).destroy(user), users: users(keychain), refreshTokens: refreshTokens(keychain, vaults), orphaned })
}

async function nothingIsLeft(): Promise<void> {
  expect(readdirSync(vaults)).toEqual([other])
  for (const account of [...accountsOf(lost), `key-part/${lost}`, `key-part-aside/${lost}/1`, 'last-user', 'wiping']) expect([account, await secrets.get(account)]).toEqual([account, undefined])
  for (const account of [...accountsOf(other), `key-part/${other}`]) expect([account, typeof (await secrets.get(account))]).toEqual([account, 'string'])
  expect(existsSync(path.join(vaults, other, 'work.db'))).toBe(true)
}

/** The keychain of a process that is killed before its n-th change: that one and all after it never happen. */
function killedBefore(change: number): Keychain {
  let changes = 0
  const alive = <T>(act: () => Promise<T>): Promise<T> => {
    changes += 1
    return changes < change ? act() : Promise.reject(new Error('killed'))
  }
  return { get: (account) => secrets.get(account), set: (account, secret) => alive(() => secrets.set(account, secret)), delete: (account) => alive(() => secrets.delete(account)) }
}

describe('a wipe @164.310(d)(2)(i)', () => {
  it('leaves nothing of the user, and everything of the others', async () => {
    await wipeOver(secrets).begin(lost)
    expect(readdirSync(vaults)).toEqual([other])
    await nothingIsLeft()
  })

  it('that is killed at any change is finished by the next start', async () => {
    for (let change = 2; change <= 13; change += 1) {
      await wipeOver(killedBefore(change)).begin(lost).catch(() => undefined)
      expect(await wipeOver(secrets).finish()).toMatchObject({ isComplete: true })
      await nothingIsLeft()
      mkdirSync(path.join(vaults, lost))
      for (const account of [...accountsOf(lost), `key-part/${lost}`]) await secrets.set(account, 'x')
      await secrets.set('last-user', lost)
    }
  })

  it('destroys the key parts first: killed right after, nothing opens any more', async () => {
    // The mark, the parts, and what was put aside of them, in its three places.
    await expect(wipeOver(killedBefore(6)).begin(lost)).rejects.toThrow('killed')
    for (const account of [`key-part/${lost}`, `key-part-aside/${lost}/1`]) expect(await secrets.get(account)).toBeUndefined()
    expect(existsSync(path.join(vaults, lost, 'keys.json'))).toBe(false)
  })

  it('is not begun where it cannot be marked: half a wipe that nobody finishes is none', async () => {
    await expect(wipeOver(killedBefore(1)).begin(lost)).rejects.toThrow('killed')
    expect(await secrets.get(`key-part/${lost}`)).toBeDefined()
    expect(await wipeOver(secrets).finish()).toEqual({ wiped: [], isComplete: true })
  })

  it('that a keychain does not let be finished is told, and tried again', async () => {
    await wipeOver(killedBefore(2)).begin(lost).catch(() => undefined)
    expect(await wipeOver(killedBefore(1)).finish()).toEqual({ wiped: [], isComplete: false })
    expect(await wipeOver(secrets).finish()).toEqual({ wiped: [lost], isComplete: true })
  })

  it('is not forgotten when its mark cannot be read', async () => {
    await secrets.set('wiping', 'rubbish')
    expect(await wipeOver(secrets).finish()).toEqual({ wiped: [], isComplete: false })
    expect(await secrets.get('wiping')).toBe('rubbish')
    // Nor a reason to refuse an order.
    await wipeOver(secrets).begin(lost)
    await nothingIsLeft()
  })

  it('hands over the refresh token to be revoked, once nothing here opens any more and it is kept nowhere', async () => {
    await secrets.delete(`refresh-token-key/${lost}`)
    const handed: unknown[] = []
    let left: Promise<unknown> | undefined
    await wipeOver(secrets, (user, token) => {
      handed.push([user, token, existsSync(path.join(vaults, user, 'keys.json'))])
      left = Promise.all([secrets.get(`key-part/${user}`), secrets.get(`refresh-token/${user}`)])
    }).begin(lost)
    expect([handed, await left]).toEqual([[[lost, 'x', false]], [undefined, undefined]])
    await nothingIsLeft()
  })

  it('hands it over though it was killed before, at the next start', async () => {
    await secrets.delete(`refresh-token-key/${lost}`)
    const handed: string[] = []
    await wipeOver(killedBefore(6)).begin(lost).catch(() => undefined)
    expect(await wipeOver(secrets, (_user, token) => void handed.push(token)).finish()).toMatchObject({ isComplete: true })
    expect(handed).toEqual(['x'])
  })

  it('is through all the same where the refresh token cannot be read', async () => {
    const keychain: Keychain = { ...secrets, get: (account) => (account.startsWith('refresh-token') ? Promise.reject(new Error('denied')) : secrets.get(account)) }
    const handed: string[] = []
    await wipeOver(keychain, (_user, token) => void handed.push(token)).begin(lost)
    expect(handed).toEqual([])
    await nothingIsLeft()
  })

  it('of two at once keeps the mark of each: the next start finishes both', async () => {
    const wipe = createWipe({ keychain: secrets, vaults, destroyKeyParts: () => Promise.reject(new Error('no HSM')), users: users(secrets), refreshTokens: refreshTokens(secrets, vaults), orphaned: () => undefined })
    await Promise.allSettled([wipe.begin(lost), wipe.begin(other)])
    const { wiped, isComplete } = await wipeOver(secrets).finish()
    expect([[...wiped].sort(), isComplete, readdirSync(vaults)]).toEqual([[lost, other], true, []])
  })
})
