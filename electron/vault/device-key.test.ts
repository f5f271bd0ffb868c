import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { openDeviceKey } from './device-key.ts'
import { memoryKeychain } from './memory-keychain.ts'

const account = 'device-key'
const deviceId = 'AAAAAAAAAAAAAAAAAAAAAA'
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'der' }).toString('base64')

describe('the workstation’s own key @164.312(c)', () => {
  it('is made at the first start, is the same ever after, and signs what its public half verifies', async () => {
    const keychain = memoryKeychain()
    const [first, again] = [await openDeviceKey(keychain), await openDeviceKey(keychain)]
    expect([again.deviceId, again.publicJwk]).toEqual([first.deviceId, first.publicJwk])
    const said = Buffer.from('said')
    expect(verify(null, said, createPublicKey({ key: { ...first.publicJwk }, format: 'jwk' }), again.sign(said))).toBe(true)
    expect((await openDeviceKey(memoryKeychain())).deviceId).not.toBe(first.deviceId)
  })

  it.each([
    ['rubbish', 'rubbish'],
    ['nothing', ''],
    ['a key of another form', JSON.stringify({ deviceId, key: 'AAAA' })],
    ['a public key', JSON.stringify({ deviceId, key: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64') })],
    ['a key to agree on others by, not to sign', JSON.stringify({ deviceId, key: pkcs8(generateKeyPairSync('x25519').privateKey) })],
    ['a key on another curve', JSON.stringify({ deviceId, key: pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) })],
    ['a name that is no name', JSON.stringify({ deviceId: '../../elsewhere', key: pkcs8(generateKeyPairSync('ed25519').privateKey) })],
    ['something beside it', JSON.stringify({ deviceId, key: pkcs8(generateKeyPairSync('ed25519').privateKey), more: 1 })],
  ])('is told as corrupt where the keychain holds %s; no other is put in its place', async (_what, stored) => {
    const keychain = memoryKeychain()
    await keychain.set(account, stored)
    expect(await openDeviceKey(keychain).then(() => 'opened', kindOf)).toBe('keychain-corrupt')
    expect(await keychain.get(account)).toBe(stored)
  })

  it('is not made anew where the keychain does not tell whether there is one', async () => {
    const keychain = memoryKeychain()
    const locked = { ...keychain, get: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    expect(await openDeviceKey(locked).then(() => 'opened', kindOf)).toBe('keychain-locked')
    expect(await keychain.get(account)).toBeUndefined()
  })
})
