import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Keychain } from './keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { tries } from './tries.ts'
import { patientTries, user, vaultOver, withPin } from './vault.testing.ts'

/** Tries in a process that has just started, on a clock of their own; a wait lets it go on. */
function timedTries(keychain: Keychain) {
  let now = 0
  let sum = 0
  const wait = (ms: number) => {
    sum += ms
    now += ms
    return Promise.resolve()
  }
  const waited = () => {
    const all = sum
    sum = 0
    return all
  }
  const { take } = tries({ keychain, monotonic: () => now, wait })
  return { take, waited, passes: (ms: number) => void (now += ms) }
}

describe('the tries of a PIN @164.312(d)', () => {
  it('are five, then the PIN is void until a full sign-in', async () => {
    const vault = vaultOver(memoryKeychain())
    const part = await withPin(vault)
    for (const left of [4, 3, 2, 1, 0]) expect((await vault.releaseKeyPart(user, part)).triesLeft).toBe(left)
    await expect(vault.releaseKeyPart(user, part)).rejects.toMatchObject({ kind: 'pin-void' })
    expect(await vault.pinState(user)).toBe('void')
  })

  it('are counted before the key part is released: a process killed in between has spent one', async () => {
    const keychain = memoryKeychain()
    const part = await withPin(vaultOver(keychain))
    const dying: Keychain = { ...keychain, get: (account) => (account.startsWith('key-part/') ? Promise.reject(new Error('killed')) : keychain.get(account)) }
    await expect(vaultOver(dying).releaseKeyPart(user, part)).rejects.toThrow('killed')
    expect(await vaultOver(keychain).triesLeft(user)).toBe(4)
  })

  it('release nothing where the keychain does not take the count', async () => {
    const keychain = memoryKeychain()
    const part = await withPin(vaultOver(keychain))
    const full: Keychain = { ...keychain, set: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    await expect(vaultOver(full).releaseKeyPart(user, part)).rejects.toMatchObject({ kind: 'keychain-locked' })
  })

  it('cannot be had twice at the price of one by asking at once', async () => {
    const vault = vaultOver(memoryKeychain())
    const part = await withPin(vault)
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => vault.releaseKeyPart(user, part)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(5)
  })

  it('are all used when the count was tampered with', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string().filter((text) => !/^[0-4]$/.test(text)),
        async (rubbish) => {
          const keychain = memoryKeychain()
          await keychain.set(`tries/${user}`, rubbish)
          await expect(patientTries(keychain).take(user)).rejects.toMatchObject({ kind: 'pin-void' })
        },
      ),
    )
  })

  it('are all used when what the PIN opened is damaged, and a new PIN brings them back', async () => {
    const vault = vaultOver(memoryKeychain())
    await withPin(vault)
    await vault.voidPin(user)
    expect(await vault.pinState(user)).toBe('void')
    // Not before it is known to be on disk.
    const { fresh } = await vault.renewKeyPart(user, undefined)
    expect(await vault.pinState(user)).toBe('void')
    await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 1 }, 'new-pin')
    expect(await vault.pinState(user)).toBe('set')
  })

  it('each wait longer than the one before, measured from it and by no clock that can be set', async () => {
    const keychain = memoryKeychain()
    const { take, waited, passes } = timedTries(keychain)
    for (const [after, waits] of [
      [0, 0],
      [300, 700],
      [0, 2_000],
      [5_000, 0],
      [0, 8_000],
    ] as const) {
      passes(after)
      await take(user)
      expect(waited()).toBe(waits)
    }
  })

  it('wait as long after a restart, from its start on: killing the process shortens nothing', async () => {
    const keychain = memoryKeychain()
    for (let count = 0; count < 3; count += 1) await patientTries(keychain).take(user)
    const { take, waited, passes } = timedTries(keychain)
    passes(1_500)
    await take(user)
    expect(waited()).toBe(2_500)
  })

  it('that are asked for at once wait one after the other', async () => {
    const waits: number[] = []
    const { take } = tries({ keychain: memoryKeychain(), monotonic: () => 0, wait: (ms) => Promise.resolve(waits.push(ms)) })
    await Promise.all([take(user), take(user), take(user)])
    expect(waits).toEqual([1_000, 3_000])
  })

  it('are counted before they wait: who is killed while waiting has spent one', async () => {
    const keychain = memoryKeychain()
    const endless = tries({ keychain, monotonic: () => 0, wait: () => new Promise(() => undefined) })
    await endless.take(user)
    void endless.take(user)
    expect(await endless.left(user)).toBe(3)
  })

  it('do not depend on the profile: another folder has the same count', async () => {
    const keychain = memoryKeychain()
    const part = await withPin(vaultOver(keychain))
    await vaultOver(keychain).releaseKeyPart(user, part)
    expect(await vaultOver(keychain).triesLeft(user)).toBe(4)
  })
})
