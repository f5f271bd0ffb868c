import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { openDeviceKey } from './device-key.ts'
import { epochs } from './epochs.ts'
import { keychainFailure } from './keychain-failure.ts'
import { type Keychain, largestSecret } from './keychain.ts'
import { keytarKeychain } from './keytar-keychain.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { openKeychain } from './open-keychain.ts'
import { user, vaultOver, withPin } from './vault.testing.ts'

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
