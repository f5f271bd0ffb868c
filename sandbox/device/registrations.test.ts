import { createHash, randomUUID } from 'node:crypto'
import fastify from 'fastify'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { secretDigit } from '../../shared/unlock-codes.ts'
import { openDatabase } from '../database.ts'
import type { Caller } from '../types.ts'
import { deviceRegistrations, openDevices } from './registrations.ts'
import { openUnlockSecrets } from './unlock-secrets.ts'

const baseUrl = 'https://127.0.0.1:1'
const audience = `${baseUrl}/device/registrations`
const physician: Caller = { sub: 'sub-1', practitioner: 'p-1', role: 'physician', scopes: [], clientId: 'c' }

async function setUp() {
  const time = { now: Date.UTC(2026, 0, 15) }
  const clock = { now: () => time.now }
  const database = openDatabase(':memory:')
  const devices = openDevices(database, clock)
  const unlockSecrets = openUnlockSecrets(database, clock)
  const app = fastify()
  const identify = async (authorization?: string) => (authorization === 'Bearer good' ? physician : authorization === 'Bearer fresh' ? { ...physician, hasJustSignedIn: true as const } : undefined)
  await app.register(deviceRegistrations({ devices, identify, clock, baseUrl, unlockSecrets }), { prefix: '/device' })
  const post = async (body: object, authorization = 'Bearer good') => {
    const answer = await app.inject({ method: 'POST', url: '/device/registrations', payload: body, headers: { authorization } })
    return { status: answer.statusCode, ...answer.json<{ error?: string; registeredAt?: string; deviceId?: string; unlockSecret?: string }>() }
  }
  return { time, devices, post, unlockSecrets }
}

async function workstation() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const { kty, crv, x } = await exportJWK(publicKey)
  const deviceId = randomUUID()
  const prove = (now: number, change: { aud?: string; sub?: string; jti?: string } = {}) =>
    new SignJWT({ jti: change.jti ?? randomUUID() })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setAudience(change.aud ?? audience)
      .setSubject(change.sub ?? deviceId)
      .setIssuedAt(Math.floor(now / 1000))
      .sign(privateKey)
  const body = async (now: number, change = {}) => ({
    deviceId,
    publicKeyJwk: { kty, crv, x },
    displayName: 'Ward 3, desk 2',
    proof: await prove(now, change),
  })
  return { deviceId, privateKey, prove, body }
}

describe('a workstation', () => {
  it('registers once, and again gets the same answer @164.312(d)', async () => {
    const { post, time, devices } = await setUp()
    const { body, deviceId } = await workstation()
    expect(await post(await body(time.now))).toEqual({ status: 201, deviceId, registeredAt: '2026-01-15T00:00:00.000Z' })
    time.now += 60_000
    expect(await post(await body(time.now))).toEqual({ status: 200, deviceId, registeredAt: '2026-01-15T00:00:00.000Z' })
    expect(devices.find(deviceId)).toMatchObject({ registeredBy: 'sub-1', displayName: 'Ward 3, desk 2' })
  })

  it('gets an unlock secret with each full sign-in, and the one before still answers', async () => {
    const { post, time, unlockSecrets } = await setUp()
    const { body, deviceId } = await workstation()
    expect((await post(await body(time.now))).unlockSecret).toBeUndefined()
    const given = []
    for (let count = 0; count < 3; count += 1) given.push(Buffer.from((await post(await body(time.now), 'Bearer fresh')).unlockSecret ?? '', 'base64url'))
    const named = given.map((secret) => unlockSecrets.named(deviceId, secretDigit(createHash('sha256').update(secret).digest())))
    expect(named.slice(1)).toEqual(given.slice(1))
    expect(named[0]).not.toEqual(given[0])
    expect(unlockSecrets.named('another-device-of-the-house', 0)).toBeUndefined()
  })

  it('is refused without a person signed in', async () => {
    const { post, time } = await setUp()
    const { body } = await workstation()
    expect(await post(await body(time.now), 'Bearer stolen')).toEqual({ status: 401, error: 'token-invalid' })
  })

  it('cannot take over the id of another', async () => {
    const { post, time } = await setUp()
    const [first, thief] = [await workstation(), await workstation()]
    await post(await first.body(time.now))
    const forged = { ...(await thief.body(time.now, { sub: first.deviceId })), deviceId: first.deviceId }
    expect(await post(forged)).toEqual({ status: 409, error: 'device-has-another-key' })
  })
})

describe('a proof', () => {
  it('counts once', async () => {
    const { post, time } = await setUp()
    const { body } = await workstation()
    const once = await body(time.now)
    expect((await post(once)).status).toBe(201)
    expect(await post(once)).toEqual({ status: 400, error: 'proof-replayed' })
  })

  it('never counts again, however long a thief waits', async () => {
    const { post, time } = await setUp()
    const { body } = await workstation()
    // The worst case: from a workstation that is five minutes ahead.
    const once = await body(time.now + 299_000)
    expect((await post(once)).status).toBe(201)
    for (let waited = 0; waited < 30; waited += 1) {
      time.now += 60_000
      expect((await post(once)).status).toBe(400)
    }
  })

  it('counts for five minutes either way, for clocks that differ', async () => {
    const { post, time } = await setUp()
    const { body } = await workstation()
    expect((await post(await body(time.now - 299_000))).status).toBe(201)
    expect((await post(await body(time.now + 299_000))).status).toBe(200)
    expect(await post(await body(time.now - 301_000))).toEqual({ status: 400, error: 'proof-expired' })
    expect(await post(await body(time.now + 302_000))).toEqual({ status: 400, error: 'proof-expired' })
  })

  it('of another key, for another server or for another device is none', async () => {
    const { post, time } = await setUp()
    const [one, other] = [await workstation(), await workstation()]
    const body = await one.body(time.now)
    for (const proof of [
      await other.prove(time.now, { sub: one.deviceId }),
      await one.prove(time.now, { aud: 'https://evil.example' }),
      await one.prove(time.now, { sub: other.deviceId }),
      await one.prove(time.now, { jti: 'short' }),
      'eyJhbGciOiJub25lIn0.e30.',
      'not a proof',
    ]) {
      expect(await post({ ...body, proof })).toEqual({ status: 400, error: 'proof-invalid' })
    }
  })
})

describe('a registration', () => {
  it('with a private key, a missing part, or something unknown is refused whole', async () => {
    const { post, time, devices } = await setUp()
    const { body, deviceId, privateKey } = await workstation()
    const good = await body(time.now)
    const secret = await exportJWK(privateKey)
    for (const bad of [
      { ...good, publicKeyJwk: { ...good.publicKeyJwk, d: secret.d } },
      { ...good, publicKeyJwk: { ...good.publicKeyJwk, crv: 'X25519' } },
      { ...good, deviceId: '../../etc' },
      { ...good, displayName: 'two\nlines' },
      { ...good, displayName: '' },
      { ...good, extra: true },
      {},
    ]) {
      expect(await post(bad)).toEqual({ status: 400, error: 'registration-malformed' })
    }
    expect(devices.find(deviceId)).toBeUndefined()
  })
})
