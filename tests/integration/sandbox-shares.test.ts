import { generateKeyPairSync, randomUUID } from 'node:crypto'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proofOf } from '../../electron/auth/device-proof.ts'
import { openDeviceKey } from '../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { openProbe, type Probe, signedIn, smallSandbox, userWith } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

async function workstation() {
  const key = await openDeviceKey(memoryKeychain())
  return async (token: string) => {
    const proof = await proofOf(key, `${sandbox.baseUrl}/device/shares`, { now: Date.now })
    const { status, body } = await probe.post('/device/shares', { deviceId: key.deviceId, publicKeyJwk: { ...key.publicJwk }, proof }, { authorization: `Bearer ${token}` })
    // What the server under test sent; each test looks at what it needs of it.
    return { status, ...(JSON.parse(body) as { share?: string; error?: string }) }
  }
}

describe('the share of a key at the EHR @164.312(d)', () => {
  it('is released after a full sign-in, again after another, and never to a token that was refreshed', async () => {
    const ask = await workstation()
    const tokens = await signedIn(sandbox, probe)
    const first = await ask(tokens.access_token)
    expect(first.status).toBe(200)
    expect(await ask((await signedIn(sandbox, probe)).access_token)).toEqual(first)
    let { refresh_token: refreshToken } = tokens
    for (let time = 0; time < 2; time += 1) {
      const refreshed = await client.refreshTokenGrant(probe.config, refreshToken ?? '')
      expect(await ask(refreshed.access_token)).toEqual({ status: 403, error: 'needs-full-sign-in' })
      refreshToken = refreshed.refresh_token
    }
  })

  it('is shut to who is locked out, from the next request on', async () => {
    const ask = await workstation()
    const { access_token: token } = await signedIn(sandbox, probe, 'nurse')
    expect((await ask(token)).status).toBe(200)
    const { username } = userWith(sandbox, 'nurse')
    sandbox.revokeUser(username)
    expect(await ask(token)).toEqual({ status: 401, error: 'token-invalid' })
    sandbox.reinstateUser(username)
    expect(await ask(token)).toEqual({ status: 401, error: 'token-invalid' })
    expect((await ask((await signedIn(sandbox, probe, 'nurse')).access_token)).status).toBe(200)
  })

  it('is not released without the key of the workstation', async () => {
    const { access_token: token } = await signedIn(sandbox, probe)
    const { publicKey } = generateKeyPairSync('ed25519')
    const { x } = publicKey.export({ format: 'jwk' })
    const body = { deviceId: randomUUID(), publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x }, proof: 'eyJhbGciOiJub25lIn0.e30.' }
    expect(await probe.post('/device/shares', body, { authorization: `Bearer ${token}` })).toMatchObject({ status: 400, body: '{"error":"proof-invalid"}' })
  })
})
