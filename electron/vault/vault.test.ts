import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { Policy } from '../../shared/policy.ts'
import { openDeviceKey } from './device-key.ts'
import { epochs } from './epochs.ts'
import { keyParts } from './key-part.ts'
import { keychainFailure } from './keychain-failure.ts'
import { type Keychain, largestSecret } from './keychain.ts'
import { keytarKeychain } from './keytar-keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { openKeychain } from './open-keychain.ts'
import { rotations } from './rotations.ts'
import { tries } from './tries.ts'
import { userKeyOf } from './user-key.ts'
import { users } from './users.ts'
import { createVault } from './vault.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'
/** A process that has run for a minute, and does not wait. */
const patientTries = (keychain: Keychain) => tries({ keychain, monotonic: () => 60_000, wait: () => Promise.resolve() })
const vaultOver = (keychain: Keychain, keeping: 'sealed' | 'memory-only' = 'sealed') =>
  createVault({ keyParts: keyParts(keychain), tries: patientTries(keychain), epochs: epochs(keychain), rotations: rotations({ keychain, clock: { now: () => 0 }, policy: () => Policy.shape.vault.parse(undefined).rotate }), keeping, userData: mkdtempSync(path.join(tmpdir(), 'chartkeep-vault-')) })

/** A vault with a PIN, and the name of the part that its slots are under. */
async function withPin(vault: ReturnType<typeof vaultOver>): Promise<string> {
  const { fresh } = await vault.renewKeyPart(user, undefined)
  await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 1 }, 'new-pin')
  return fresh.id
}

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

describe('the epoch of the files @164.312(c)(1)', () => {
  it('is the last one that was kept, and never goes back', async () => {
    const keychain = memoryKeychain()
    expect(await epochs(keychain).read(user)).toBe(0)
    await epochs(keychain).keep(user, 7)
    await epochs(keychain).keep(user, 3)
    expect(await epochs(keychain).read(user)).toBe(7)
    expect(await epochs(keychain).read('b'.repeat(26))).toBe(0)
  })

  it('is given with the key part, and kept once the vault is open', async () => {
    const vault = vaultOver(memoryKeychain())
    const part = await withPin(vault)
    await vault.settleKeyPart(user, { part, dataKey: 1, epoch: 9 }, 'unlock')
    expect(await vault.releaseKeyPart(user, part)).toMatchObject({ epoch: 9 })
    await vault.keepEpoch(user, 10)
    expect(await vault.renewKeyPart(user, part)).toMatchObject({ epoch: 10 })
  })
})

describe('a workstation without a keyring', () => {
  const broken: Keychain = {
    get: () => Promise.reject(new ChartkeepError('keychain-missing')),
    set: () => Promise.reject(new ChartkeepError('keychain-missing')),
    delete: () => Promise.reject(new ChartkeepError('keychain-missing')),
  }

  it('keeps nothing: memory only, no folder, no PIN', async () => {
    const { keychain, keeping, failure } = await openKeychain(broken)
    expect([keeping, failure]).toEqual(['memory-only', 'keychain-missing'])
    const vault = vaultOver(keychain, keeping)
    expect(vault.folder(user)).toBeUndefined()
    expect(await vault.pinState(user)).toBe('unavailable')
  })

  it('is noticed too when the keyring takes a secret and gives back another', async () => {
    const forgetful: Keychain = { ...memoryKeychain(), get: () => Promise.resolve('something else') }
    expect(await openKeychain(forgetful)).toMatchObject({ keeping: 'memory-only', failure: 'keychain-corrupt' })
  })

  it.each([
    ['The name org.freedesktop.secrets was not provided by any .service files', 'keychain-missing'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain-missing'],
    ['Cannot get secret of a locked object', 'keychain-locked'],
    ['Prompt was dismissed', 'keychain-locked'],
    ['User interaction is not allowed.', 'keychain-locked'],
    ['The user name or passphrase you entered is not correct.', 'keychain-denied'],
    ['Rejected send message, 2 matched rules; destination=":1.1" (comm="locked keychain not provided by any .service")', 'keychain-denied'],
    ['something nobody foresaw', 'keychain-missing'],
  ] as const)('tells "%s" as %s', (message, kind) => {
    expect(keychainFailure(new Error(message)).kind).toBe(kind)
  })
})

describe('the keychain adapter', () => {
  it('refuses what Windows could not hold, before it asks', async () => {
    const keychain = keytarKeychain(1_000, () => Promise.reject(new Error('must not be loaded')))
    await expect(keychain.set('a', 'x'.repeat(largestSecret + 1))).rejects.toMatchObject({ kind: 'too-large' })
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

describe('the known user', () => {
  const known = { userKey: user, user: { displayName: 'Amara Osei', role: 'physician' }, permissions: ['chart:read'], issuer: 'https://ehr.example', subject: '1', authTime: 1 } as const

  it('is the one behind the lock until they sign out', async () => {
    const all = users(memoryKeychain())
    await all.remember({ ...known, permissions: [...known.permissions] })
    expect(await all.last()).toMatchObject({ userKey: user })
    await all.leave(user)
    expect(await all.last()).toBeUndefined()
  })

  it('waits here with the others, the newest first, until they sign out; whoever comes back is in front again', async () => {
    const keychain = memoryKeychain()
    const all = users(keychain)
    const [one = '', two = '', three = ''] = ['a', 'b', 'c'].map((letter) => letter.repeat(26))
    for (const userKey of [one, two, three]) await all.remember({ ...known, userKey, permissions: [] })
    const waiting = async () => (await users(keychain).waiting()).map(({ userKey }) => userKey)
    expect(await waiting()).toEqual([three, two, one])
    await all.comeBack(one)
    expect([(await all.last())?.userKey, await waiting()]).toEqual([one, [one, three, two]])
    await all.leave(three)
    expect([(await all.last())?.userKey, await waiting()]).toEqual([one, [one, two]])
    await all.leave(one)
    expect([await all.last(), await waiting()]).toEqual([undefined, [two]])
    // Of whom nothing can be read: left out, and not deleted.
    await keychain.set(`user/${two}`, 'rubbish')
    expect(await waiting()).toEqual([])
    expect(await keychain.get(`user/${two}`)).toBe('rubbish')
    await keychain.set('waiting-users', 'rubbish')
    await all.remember({ ...known, userKey: one, permissions: [] })
    expect(await waiting()).toEqual([one])
  })

  it('who comes back while another one leaves is the one in front, however slow the keychain is with each of it', async () => {
    const [one, two] = ['a'.repeat(26), 'b'.repeat(26)]
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (order) => {
        const kept = memoryKeychain()
        for (const userKey of [two, one]) await users(kept).remember({ ...known, userKey, permissions: [] })
        const slow = <T>(act: () => Promise<T>) => order.schedule(Promise.resolve()).then(act)
        const all = users({ get: (account) => slow(() => kept.get(account)), set: (...given) => slow(() => kept.set(...given)), delete: (account) => slow(() => kept.delete(account)) })
        await order.waitFor(Promise.all([all.comeBack(two), all.leave(one)]))
        expect([(await users(kept).last())?.userKey, (await users(kept).waiting()).map(({ userKey }) => userKey)]).toEqual([two, [two]])
      }),
    )
  })

  it('is among sixteen at most, who all fit into what Windows keeps; one from before there was a list waits too', async () => {
    const keychain = memoryKeychain()
    await keychain.set('last-user', user)
    await keychain.set(`user/${user}`, JSON.stringify(known))
    expect(await users(keychain).waiting()).toHaveLength(1)
    for (let number = 0; number < 20; number += 1) await users(keychain).remember({ ...known, userKey: userKeyOf('https://ehr.example', String(number)), permissions: [] })
    expect(await users(keychain).waiting()).toHaveLength(16)
    expect(Buffer.byteLength((await keychain.get('waiting-users')) ?? '')).toBeLessThan(largestSecret)
  })

  it('whose entry was given to another one is nobody', async () => {
    const keychain = memoryKeychain()
    await users(keychain).remember({ ...known, permissions: [] })
    await keychain.set('last-user', 'b'.repeat(26))
    await keychain.set(`user/${'b'.repeat(26)}`, JSON.stringify(known))
    await expect(users(keychain).last()).rejects.toMatchObject({ kind: 'keychain-corrupt' })
  })

  it('is refused when somebody gave them another role in it', async () => {
    const keychain = memoryKeychain()
    await users(keychain).remember({ ...known, permissions: [] })
    await keychain.set(`user/${user}`, JSON.stringify({ ...known, permissions: ['everything'] }))
    await expect(users(keychain).last()).rejects.toMatchObject({ kind: 'keychain-corrupt' })
  })

  it('has a name that tells nothing and never collides by how it is cut', () => {
    expect(userKeyOf('https://ehr.example', 'amara')).toMatch(/^[a-z2-7]{26}$/)
    expect(userKeyOf('https://ehr.example', '1')).not.toBe(userKeyOf('https://ehr.example1', ''))
  })
})

describe('the device key', () => {
  it('is made once and signs as what it shows', async () => {
    const keychain = memoryKeychain()
    const first = await openDeviceKey(keychain)
    const again = await openDeviceKey(keychain)
    expect(again.deviceId).toBe(first.deviceId)
    const message = randomBytes(40)
    const key = createPublicKey({ key: { ...first.publicJwk }, format: 'jwk' })
    expect(verify(null, message, key, again.sign(message))).toBe(true)
  })
})

describe('a vault folder', () => {
  it('is one for each user, open to its owner alone', () => {
    const vault = vaultOver(memoryKeychain())
    const folder = vault.folder(user) ?? ''
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(vault.folder('b'.repeat(26))).not.toBe(folder)
  })
})
