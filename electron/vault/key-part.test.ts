import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { keyParts } from './key-part.ts'
import { type Keychain, largestSecret } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { user } from './vault.testing.ts'

describe('the key part', () => {
  it('is 32 random bytes, another one for each user and each new PIN', async () => {
    const parts = keyParts(memoryKeychain())
    const { fresh: first } = await parts.renew(user, undefined)
    expect(first.part).toHaveLength(32)
    expect(await parts.read(user, first.id)).toEqual(first.part)
    const { fresh: second } = await parts.renew(user, undefined)
    expect(second.id).not.toBe(first.id)
    expect(second.part).not.toEqual(first.part)
  })

  it('that is on disk stays beside a new one until the new one is known to be on disk: a crash leaves one that opens', async () => {
    const parts = keyParts(memoryKeychain())
    const { fresh: first } = await parts.renew(user, undefined)
    const { fresh: second, named } = await parts.renew(user, first.id)
    expect(named).toEqual(first.part)
    expect(await parts.read(user, first.id)).toEqual(first.part)
    // Killed before it was used: the next change drops it, and keeps what is on disk.
    const { fresh: third } = await parts.renew(user, first.id)
    await expect(parts.read(user, second.id)).rejects.toMatchObject({ kind: 'vault-superseded' })
    await parts.settle(user, third.id)
    expect(await parts.read(user, third.id)).toEqual(third.part)
    await expect(parts.read(user, first.id)).rejects.toMatchObject({ kind: 'vault-superseded' })
  })

  it('is not destroyed in favour of one that is not there', async () => {
    const parts = keyParts(memoryKeychain())
    const { fresh } = await parts.renew(user, undefined)
    await parts.settle(user, 'AAAAAAAAAAA')
    expect(await parts.read(user, fresh.id)).toEqual(fresh.part)
  })

  it('is told corrupt, not deleted, when what is there is no key', async () => {
    const keychain = memoryKeychain()
    for (const rubbish of ['short', '[]', '[{"id":"AAAAAAAAAAA","part":"short"}]', '{"id":1}']) {
      await keychain.set(`key-part/${user}`, rubbish)
      await expect(keyParts(keychain).read(user, 'AAAAAAAAAAA')).rejects.toMatchObject({ kind: 'keychain-corrupt' })
      expect(await keychain.get(`key-part/${user}`)).toBe(rubbish)
    }
  })

  it('that cannot be read is not written over', async () => {
    const keychain = memoryKeychain()
    const { fresh } = await keyParts(keychain).renew(user, undefined)
    const locked: Keychain = { ...keychain, get: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    await expect(keyParts(locked).renew(user, fresh.id)).rejects.toMatchObject({ kind: 'keychain-locked' })
    expect(await keyParts(keychain).read(user, fresh.id)).toEqual(fresh.part)
  })
})

describe('a part of a key that is there and cannot be read', () => {
  const account = `key-part/${user}`
  const aside = (number: number) => `key-part-aside/${user}/${number}`

  it('is put aside before a new one takes its place, each once, and goes with a wipe', async () => {
    const keychain = memoryKeychain()
    for (const rubbish of ['rubbish', 'other rubbish', 'rubbish']) {
      await keychain.set(account, rubbish)
      await keyParts(keychain).renew(user, undefined)
    }
    expect([await keychain.get(aside(1)), await keychain.get(aside(2)), await keychain.get(aside(3))]).toEqual(['rubbish', 'other rubbish', undefined])
    await keyParts(keychain).destroy(user)
    expect([await keychain.get(aside(1)), await keychain.get(aside(2)), await keychain.get(account)]).toEqual([undefined, undefined, undefined])
  })

  it('stays where it is when there is no room to put it aside: no new one takes its place', async () => {
    const keychain = memoryKeychain()
    for (const rubbish of ['one', 'two', 'three']) {
      await keychain.set(account, rubbish)
      await keyParts(keychain).renew(user, undefined)
    }
    for (const rubbish of ['four', 'x'.repeat(largestSecret + 1)]) {
      await keychain.set(account, rubbish)
      await expect(keyParts(keychain).renew(user, undefined)).rejects.toMatchObject({ kind: 'keychain-corrupt' })
      expect(await keychain.get(account)).toBe(rubbish)
    }
  })
})
