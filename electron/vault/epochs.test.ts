import { setImmediate as breath } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { epochs } from './epochs.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { rotations } from './rotations.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'

/** A keychain whose answers come in another order than they were asked for: the first is the last. */
function slowAtFirst(): Keychain {
  const keychain = memoryKeychain()
  let asked = 0
  return {
    ...keychain,
    async get(account) {
      const turns = (asked += 1) === 1 ? 20 : 0
      const found = await keychain.get(account)
      for (let turn = 0; turn < turns; turn += 1) await breath()
      return found
    },
  }
}

describe('the epoch in which a vault was left @164.312(c)', () => {
  it('never goes back, also where a lock leaves the files just as a rotation settles: an older copy would pass for what was left', async () => {
    const kept = epochs(slowAtFirst())
    await Promise.all([kept.keep(user, 5), kept.keep(user, 6)])
    expect(await kept.read(user)).toBe(6)
    await kept.keep(user, 4)
    expect(await kept.read(user)).toBe(6)
  })

  it('is kept though the one before it could not be', async () => {
    const keychain = memoryKeychain()
    let fails = true
    const kept = epochs({ ...keychain, set: (account, secret) => (fails ? Promise.reject(new Error('locked')) : keychain.set(account, secret)) })
    await expect(kept.keep(user, 1)).rejects.toThrow('locked')
    fails = false
    await kept.keep(user, 2)
    expect(await kept.read(user)).toBe(2)
  })
})

describe('an order to replace keys', () => {
  it('is not lost to an unlock that is settled at the same time', async () => {
    const keys = rotations({ keychain: slowAtFirst(), clock: { now: () => 0 }, policy: () => ({ keyPartDays: 90, dataKeyDays: 365 }) })
    await Promise.all([keys.settled(user, { part: 'a', dataKey: 1 }), keys.order(user, 'data-key')])
    expect(await keys.due(user)).toBe('data-key')
  })
})
