import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { epochs } from './epochs.ts'
import { keyParts } from './key-part.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { rotations } from './rotations.ts'
import { tries } from './tries.ts'
import { createVault } from './vault.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'
const voided = { kind: 'pin-void', facts: { triesLeft: 0 } }

/** A vault with a PIN, in a process whose waits the test ends. */
async function workstation() {
  const keychain = memoryKeychain()
  const waits: (() => void)[] = []
  const counted = tries({ keychain, monotonic: () => 60_000, wait: () => new Promise<void>((resolve) => void waits.push(resolve)) })
  const rotated = rotations({ keychain, clock: { now: () => 0 }, policy: () => ({ keyPartDays: 0, dataKeyDays: 0 }) })
  const vault = createVault({ keyParts: keyParts(keychain), tries: counted, epochs: epochs(keychain), rotations: rotated, keeping: 'sealed', userData: mkdtempSync(path.join(tmpdir(), 'chartkeep-voided-')) })
  const choose = async () => (await vault.renewKeyPart(user, undefined)).fresh.id
  const opened = (part: string) => ({ part, dataKey: 1, epoch: 1 })
  const part = await choose()
  await vault.settleKeyPart(user, opened(part), 'new-pin')
  return { vault, waits, part, choose, opened }
}

describe('a PIN that the desk voids while somebody uses it @164.312(d)', () => {
  it('is not given out after the wait that its wrong tries have earned', async () => {
    const { vault, waits, part } = await workstation()
    await vault.releaseKeyPart(user, part)
    const next = vault.releaseKeyPart(user, part)
    await expect.poll(() => waits.length).toBe(1)
    await vault.voidPin(user)
    waits[0]?.()
    await expect(next).rejects.toMatchObject(voided)
  })

  it('stays void though it was right: of what it opened nothing brings the tries back', async () => {
    const { vault, part, opened } = await workstation()
    await vault.releaseKeyPart(user, part)
    await vault.voidPin(user)
    await expect(vault.settleKeyPart(user, opened(part), 'unlock')).rejects.toMatchObject(voided)
    expect([await vault.triesLeft(user), await vault.pinState(user)]).toEqual([0, 'void'])
  })

  it('stays void where the keys that it opened are replaced', async () => {
    const { vault, part, opened } = await workstation()
    await vault.releaseKeyPart(user, part)
    await vault.settleKeyPart(user, opened(part), 'unlock')
    const next = await vault.succeedKeyPart(user, part)
    await vault.voidPin(user)
    await vault.settleKeyPart(user, opened(next.id), 'rotation')
    expect(await vault.pinState(user)).toBe('void')
  })

  it('is void too where it is the new one, and was on its way; the one chosen after that counts', async () => {
    const { vault, choose, opened } = await workstation()
    const fresh = await choose()
    await vault.voidPin(user)
    await expect(vault.settleKeyPart(user, opened(fresh), 'new-pin')).rejects.toMatchObject(voided)
    expect(await vault.pinState(user)).toBe('void')
    await vault.settleKeyPart(user, opened(await choose()), 'new-pin')
    expect([await vault.triesLeft(user), await vault.pinState(user)]).toEqual([5, 'set'])
  })

  it('costs nobody a try where the keychain does not say, after the wait, whether it was', async () => {
    const kept = memoryKeychain()
    let failures = 0
    const get = (account: string) => (failures-- > 0 ? Promise.reject(new ChartkeepError('keychain-locked')) : kept.get(account))
    const counted = tries({ keychain: { ...kept, get }, monotonic: () => 60_000, wait: async () => void (failures = 1) })
    await counted.take(user)
    await expect(counted.take(user)).rejects.toMatchObject({ kind: 'keychain-locked' })
    expect(await counted.left(user)).toBe(4)
  })

  it('is another one than a PIN whose tries are all used: the right one of the last try brings them back', async () => {
    const counted = tries({ keychain: memoryKeychain(), monotonic: () => 60_000, wait: () => Promise.resolve() })
    for (let used = 0; used < 5; used += 1) await counted.take(user)
    await counted.forgive(user)
    expect(await counted.left(user)).toBe(5)
  })
})
