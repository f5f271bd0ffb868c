import { randomUUID } from 'node:crypto'
import fastify from 'fastify'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../database.ts'
import type { Caller } from '../types.ts'
import { openDevices } from './registrations.ts'
import { deviceShares, openShares } from './shares.ts'

const baseUrl = 'https://127.0.0.1:1'
const now = Date.UTC(2026, 0, 15)
const clock = { now: () => now }
const physician: Caller = { sub: 'sub-1', practitioner: 'p-1', role: 'physician', scopes: [], clientId: 'c', hasJustSignedIn: true }
const { hasJustSignedIn: _, ...refreshed } = physician
const callers: Record<string, Caller | undefined> = { 'Bearer one': physician, 'Bearer two': { ...physician, sub: 'sub-2' }, 'Bearer refreshed': refreshed }

async function setUp() {
  const database = openDatabase(':memory:')
  const devices = openDevices(database, clock)
  const app = fastify()
  await app.register(deviceShares({ shares: openShares(database, clock), devices, identify: async (authorization = '') => callers[authorization], clock, baseUrl }), { prefix: '/device' })
  const ask = async (body: object, authorization = 'Bearer one') => {
    const answer = await app.inject({ method: 'POST', url: '/device/shares', payload: body, headers: { authorization } })
    return { status: answer.statusCode, ...answer.json<{ error?: string; share?: string }>() }
  }
  return { devices, ask }
}

async function workstation() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const { kty, crv, x } = await exportJWK(publicKey)
  const deviceId = randomUUID()
  const body = async (change: { aud?: string; deviceId?: string } = {}) => ({
    deviceId: change.deviceId ?? deviceId,
    publicKeyJwk: { kty, crv, x },
    proof: await new SignJWT({ jti: randomUUID() }).setProtectedHeader({ alg: 'EdDSA' }).setAudience(change.aud ?? `${baseUrl}/device/shares`).setSubject(change.deviceId ?? deviceId).setIssuedAt(now / 1000).sign(privateKey),
  })
  return { deviceId, x: String(x), body }
}

describe('the share of a key @164.312(d)', () => {
  it('is the same each time, and another for another person or another workstation', async () => {
    const { ask } = await setUp()
    const [here, there] = [await workstation(), await workstation()]
    const first = await ask(await here.body())
    expect(first).toMatchObject({ status: 200 })
    expect(Buffer.from(first.share ?? '', 'base64url')).toHaveLength(32)
    expect(await ask(await here.body())).toEqual(first)
    const others = [await ask(await here.body(), 'Bearer two'), await ask(await there.body())]
    expect(new Set([first.share, ...others.map(({ share }) => share)]).size).toBe(3)
  })

  it('is not released to a token that was refreshed, nor to none', async () => {
    const { ask } = await setUp()
    const { body } = await workstation()
    expect(await ask(await body(), 'Bearer refreshed')).toEqual({ status: 403, error: 'needs-full-sign-in' })
    expect(await ask(await body(), 'Bearer barred')).toEqual({ status: 401, error: 'token-invalid' })
  })

  it('is not released without a proof of the key, for this place, once', async () => {
    const { ask } = await setUp()
    const [here, thief] = [await workstation(), await workstation()]
    const once = await here.body()
    expect((await ask(once)).status).toBe(200)
    expect(await ask(once)).toEqual({ status: 400, error: 'proof-replayed' })
    expect(await ask(await here.body({ aud: `${baseUrl}/device/registrations` }))).toEqual({ status: 400, error: 'proof-invalid' })
    const { proof } = await thief.body({ deviceId: here.deviceId })
    expect(await ask({ ...(await here.body()), proof })).toEqual({ status: 400, error: 'proof-invalid' })
    expect(await ask({ deviceId: here.deviceId })).toEqual({ status: 400, error: 'share-malformed' })
  })

  it('is not released to another key under the id of a registered workstation', async () => {
    const { ask, devices } = await setUp()
    const [here, thief] = [await workstation(), await workstation()]
    devices.add({ deviceId: here.deviceId, publicKey: here.x, displayName: 'Ward 3', registeredAt: '', registeredBy: 'sub-1' })
    expect((await ask(await here.body())).status).toBe(200)
    expect(await ask(await thief.body({ deviceId: here.deviceId }))).toEqual({ status: 409, error: 'device-has-another-key' })
  })
})
