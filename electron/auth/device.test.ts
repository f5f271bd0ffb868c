import { generateKeyPairSync, sign } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { type DeviceKey, registerDevice } from './device.ts'

const pair = generateKeyPairSync('ed25519')
const x = String(pair.publicKey.export({ format: 'jwk' }).x)
const key: DeviceKey = { deviceId: 'AAAAAAAAAAAAAAAAAAAAAA', publicJwk: { kty: 'OKP', crv: 'Ed25519', x }, sign: (bytes) => sign(null, bytes, pair.privateKey) }
const clock = { now: () => Date.now() }

function registerAt(answer: () => Promise<Response>, displayName = 'ward-3') {
  const sent: { url: string; body: Record<string, unknown>; authorization: string | null }[] = []
  const result = registerDevice(
    {
      fetch: (url, init) => {
        sent.push({ url: String(url), body: JSON.parse(String(init?.body)), authorization: new Headers(init?.headers).get('authorization') })
        return answer()
      },
      fhirBase: 'https://ehr.example.org/fhir/R4',
      key,
      displayName,
      clock,
    },
    'token',
  )
  return { result, sent }
}
const answering = (status: number) => () => Promise.resolve(new Response(null, { status }))

describe('the registration of a workstation', () => {
  it('proves that it holds the key, for this EHR, now, once', async () => {
    const { result, sent } = registerAt(answering(201))
    expect(await result).toEqual({ state: 'registered', again: false })
    const [call] = sent
    expect(call).toMatchObject({ url: 'https://ehr.example.org/device/registrations', authorization: 'Bearer token', body: { deviceId: key.deviceId, publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x }, displayName: 'ward-3' } })
    const { payload } = await jwtVerify(String(call?.body['proof']), pair.publicKey, { audience: 'https://ehr.example.org/device/registrations', subject: key.deviceId, maxTokenAge: 60 })
    expect(String(payload.jti).length).toBeGreaterThanOrEqual(16)
    const again = registerAt(answering(200))
    expect(await again.result).toEqual({ state: 'registered', again: true })
    expect(again.sent[0]?.body['proof']).not.toBe(call?.body['proof'])
  })

  it('brings the secret that its desk answers challenges under, where the EHR gives one that is one', async () => {
    const unlockSecret = 'A'.repeat(43)
    const answeringWith = (body: string) => () => Promise.resolve(new Response(body, { status: 201 }))
    expect(await registerAt(answeringWith(JSON.stringify({ deviceId: key.deviceId, unlockSecret }))).result).toEqual({ state: 'registered', again: false, unlockSecret })
    for (const body of ['{}', 'no JSON', JSON.stringify({ unlockSecret: 'short' }), JSON.stringify({ unlockSecret: 1 })]) expect(await registerAt(answeringWith(body)).result).toEqual({ state: 'registered', again: false })
  })

  it('never sends the private half', async () => {
    const { result, sent } = registerAt(answering(201))
    await result
    expect(JSON.stringify(sent)).not.toContain(String(pair.privateKey.export({ format: 'jwk' }).d))
  })

  it('bears an EHR that registers no devices', async () => {
    for (const status of [404, 405, 501]) expect(await registerAt(answering(status)).result).toEqual({ state: 'no-endpoint' })
  })

  it('tells what failed, and stops nobody', async () => {
    expect(await registerAt(answering(409)).result).toEqual({ state: 'failed', failure: 'conflict' })
    expect(await registerAt(answering(401)).result).toEqual({ state: 'failed', failure: 'unauthorized' })
    expect(await registerAt(answering(503)).result).toEqual({ state: 'failed', failure: 'server' })
    expect(await registerAt(() => Promise.reject(new ChartkeepError('offline'))).result).toEqual({ state: 'failed', failure: 'offline' })
  })

  it('sends a name that a list can show', async () => {
    const { result, sent } = registerAt(answering(201), `\u0007${'w'.repeat(200)}\n`)
    await result
    expect(sent[0]?.body['displayName']).toBe('w'.repeat(100))
    const nameless = registerAt(answering(201), '\n')
    await nameless.result
    expect(nameless.sent[0]?.body['displayName']).toBe('workstation')
  })
})
