import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { Policy } from '../../shared/policy.ts'
import { keyParts } from './key-part.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { rotations } from './rotations.ts'
import { versionedKeychain } from './versioned-keychain.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'
const day = 86_400_000

function workstation() {
  const keychain = memoryKeychain()
  const time = { now: 1_000 * day }
  const days = { ...Policy.shape.vault.parse(undefined).rotate }
  return { keychain, time, days, keys: rotations({ keychain, clock: { now: () => time.now }, policy: () => days }) }
}

describe('the age of keys @164.312(a)(2)(iv)', () => {
  it('counts from when a part is first seen, and is over after the days that the policy says', async () => {
    const { time, days, keys } = workstation()
    expect(await keys.due(user)).toBe('nothing')
    await keys.settled(user, { part: 'a', dataKey: 1 })
    time.now += 90 * day - 1
    await keys.settled(user, { part: 'a', dataKey: 1 })
    expect(await keys.due(user)).toBe('nothing')
    time.now += 1
    expect(await keys.due(user)).toBe('key-part')
    days.keyPartDays = 120
    expect(await keys.due(user)).toBe('nothing')
    days.keyPartDays = 30
    await keys.settled(user, { part: 'b', dataKey: 1 })
    expect(await keys.due(user)).toBe('nothing')
  })

  it('is over where it cannot be told: after a clock that was set back, or what is no record of it', async () => {
    const { keychain, time, keys } = workstation()
    await keys.settled(user, { part: 'a', dataKey: 1 })
    time.now -= 2 * day
    expect(await keys.due(user)).toBe('data-key')
    await keychain.set(`rotation/${user}`, 'young')
    expect(await keys.due(user)).toBe('data-key')
  })

  it('that cannot be read is over until a rotation has ended: an unlock, a restart or a new PIN does not make it young', async () => {
    const { keychain, keys } = workstation()
    await keychain.set(`rotation/${user}`, 'young')
    await keys.settled(user, { part: 'a', dataKey: 2 })
    expect(await keys.due(user)).toBe('data-key')
    await keys.settled(user, { part: 'a', dataKey: 2 })
    await keys.settled(user, { part: 'b', dataKey: 2 })
    expect(await keys.due(user)).toBe('data-key')
    await keys.settled(user, { part: 'c', dataKey: 3 })
    expect(await keys.due(user)).toBe('nothing')
  })

  it('is told in days, for the audit', async () => {
    const { time, keys } = workstation()
    expect(await keys.ages(user)).toBeUndefined()
    await keys.settled(user, { part: 'a', dataKey: 1 })
    time.now += 40.5 * day
    await keys.settled(user, { part: 'b', dataKey: 1 })
    time.now += 1.5 * day
    expect(await keys.ages(user)).toEqual({ keyPartDays: 1, dataKeyDays: 42 })
  })

  it('of the data key is its own, and takes the part with it', async () => {
    const { time, keys } = workstation()
    await keys.settled(user, { part: 'a', dataKey: 1 })
    for (let month = 1; month <= 12; month += 1) {
      time.now += 30.5 * day
      await keys.settled(user, { part: `part-${month}`, dataKey: 1 })
    }
    expect(await keys.due(user)).toBe('data-key')
    await keys.settled(user, { part: 'b', dataKey: 2 })
    expect(await keys.due(user)).toBe('nothing')
    await keys.order(user, 'data-key')
    await keys.order(user, 'key-part')
    await keys.settled(user, { part: 'c', dataKey: 2 })
    expect(await keys.due(user)).toBe('data-key')
    await keys.settled(user, { part: 'd', dataKey: 3 })
    expect(await keys.due(user)).toBe('nothing')
  })

  it('does not matter for an order, which stands until another part is in use', async () => {
    const { keys } = workstation()
    await keys.order(user, 'key-part')
    expect(await keys.due(user)).toBe('key-part')
    // Whoever unlocks before it is carried out does not undo it.
    await keys.settled(user, { part: 'a', dataKey: 1 })
    await keys.settled(user, { part: 'a', dataKey: 1 })
    expect(await keys.due(user)).toBe('key-part')
    await keys.settled(user, { part: 'b', dataKey: 1 })
    expect(await keys.due(user)).toBe('nothing')
  })

  it.each([['is lost', undefined], ['cannot be read', 'young'], ['is of an earlier order', '{"keyPart":{"id":"","since":1},"dataKey":{"generation":1,"since":1},"ordered":"data-key"}']])(
    'does not matter for an order of another data key, where the record of it %s: whichever is in use then has replaced nothing',
    async (_, record) => {
      const { keychain, keys } = workstation()
      if (record !== undefined) await keychain.set(`rotation/${user}`, record)
      await keys.order(user, 'data-key')
      expect(await keys.ages(user)).toBeUndefined()
      await keys.settled(user, { part: 'a', dataKey: 2 })
      expect(await keys.due(user)).toBe('data-key')
      await keys.settled(user, { part: 'b', dataKey: 3 })
      expect(await keys.due(user)).toBe('nothing')
    },
  )
})

describe('a part that takes the place of another @164.312(a)(2)(iv)', () => {
  it('stands beside it until it is settled, and is given as the keychain has it', async () => {
    const parts = keyParts(memoryKeychain())
    const { fresh: first } = await parts.renew(user, undefined)
    const next = await parts.succeed(user, first.id)
    expect(await parts.read(user, first.id)).toEqual(first.part)
    expect(await parts.read(user, next.id)).toEqual(next.part)
    await parts.settle(user, next.id)
    expect(await parts.read(user, next.id)).toEqual(next.part)
    await expect(parts.read(user, first.id)).rejects.toMatchObject({ kind: 'vault-superseded' })
  })

  it('is none for a part that is not there: the one that is stays', async () => {
    const parts = keyParts(memoryKeychain())
    const { fresh } = await parts.renew(user, undefined)
    await expect(parts.succeed(user, 'AAAAAAAAAAA')).rejects.toMatchObject({ kind: 'vault-corrupt' })
    expect(await parts.read(user, fresh.id)).toEqual(fresh.part)
  })

  it('is not begun with where the keychain keeps something else than it was given', async () => {
    const keychain = memoryKeychain()
    const { fresh } = await keyParts(keychain).renew(user, undefined)
    const forgetful: Keychain = { ...keychain, set: () => Promise.resolve() }
    await expect(keyParts(forgetful).succeed(user, fresh.id)).rejects.toMatchObject({ kind: 'keychain-corrupt' })
    expect(await keyParts(keychain).read(user, fresh.id)).toEqual(fresh.part)
  })

  it('is not lost to what is put in order at the same time', async () => {
    const keychain = memoryKeychain()
    const slow: Keychain = { ...keychain, set: async (account, secret) => (await new Promise((resolve) => setImmediate(resolve)), keychain.set(account, secret)) }
    const parts = keyParts(slow)
    const { fresh: first } = await parts.renew(user, undefined)
    // One that a crash left behind is dropped by the unlock, just as the next is made.
    await parts.succeed(user, first.id)
    const [, next] = await Promise.all([parts.settle(user, first.id), parts.succeed(user, first.id)])
    expect(await parts.read(user, next.id)).toEqual(next.part)
  })
})

describe('what stands in the keychain', () => {
  it('says in which form it is, and is taken as it is from before there was one', async () => {
    const native = memoryKeychain()
    const keychain = versionedKeychain(native)
    await native.set('tries/u', '3')
    expect(await keychain.get('tries/u')).toBe('3')
    await keychain.set('tries/u', '4')
    expect(await native.get('tries/u')).toBe('ck1:4')
    expect(await keychain.get('tries/u')).toBe('4')
    expect(await keychain.get('none')).toBeUndefined()
    await keychain.delete('tries/u')
    expect(await native.get('tries/u')).toBeUndefined()
  })

  it('of a later form is refused by its name, and left alone', async () => {
    const native = memoryKeychain()
    const keychain = versionedKeychain(native)
    await native.set(`key-part/${user}`, 'ck2:whatever')
    await expect(keychain.get(`key-part/${user}`)).rejects.toMatchObject({ kind: 'vault-newer' })
    await expect(keyParts(keychain).read(user, 'AAAAAAAAAAA')).rejects.toMatchObject({ kind: 'vault-newer' })
    await expect(keyParts(keychain).renew(user, undefined)).rejects.toBeInstanceOf(ChartkeepError)
    expect(await native.get(`key-part/${user}`)).toBe('ck2:whatever')
    await native.set('tries/u', 'ck0:4')
    await expect(keychain.get('tries/u')).rejects.toMatchObject({ kind: 'keychain-corrupt' })
  })
})
