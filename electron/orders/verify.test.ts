import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { userKeyOf } from '../vault/user-key.ts'
import { pauseAfter } from './pause.ts'
import { type Expected, verify } from './verify.ts'

const now = 1_800_000_000
const issuer = 'https://ehr.example'
const deviceId = 'this-workstation-0001'
const own = 'https://chartkeep.example/secevent/event-type'
let expected: Expected
let signBare: (all: JWTPayload, head?: { kid?: string; typ?: string }) => Promise<string>
let sign: (claims?: JWTPayload, head?: { kid?: string; typ?: string }) => Promise<string>

const claims = (change: JWTPayload = {}): JWTPayload => ({
  jti: 'order-1', iss: issuer, aud: deviceId, iat: now, toe: now - 9, txn: 'x',
  sub_id: { format: 'complex', device: { format: 'opaque', id: deviceId } }, events: { [`${own}/workstation-lock`]: {} }, ...change,
})

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
  expected = { issuer, deviceId, serverNow: now, keys: { keys: [jwk] } }
  signBare = (all, { kid = 'one', typ = 'secevent+jwt' } = {}) => new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(privateKey)
  sign = (change = {}, head = {}) => signBare(claims(change), head)
})
const why = async (token: string) => {
  const verdict = await verify(token, expected)
  return verdict.kind === 'refused' ? verdict.why : verdict.kind
}

describe('a token of the support desk', () => {
  it('is an order where all of it holds, with whom it is about and what is said', async () => {
    expect(await verify(await sign(), expected)).toEqual({ kind: 'order', order: { jti: 'order-1', kind: 'lock' } })
    const about = { sub_id: { format: 'complex', device: { format: 'opaque', id: deviceId }, user: { format: 'iss_sub', iss: `${issuer}/auth`, sub: 's-1' } } }
    const event = { events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': { reason_user: { en: 'Call\u202E 4711\n' } } } }
    expect(await verify(await sign({ ...about, ...event }), expected)).toEqual({ kind: 'order', order: { jti: 'order-1', kind: 'disable-user', userKey: userKeyOf(`${issuer}/auth`, 's-1'), message: 'Call 4711' } })
  })

  it('is refused for each thing that is wrong with it, by its name', async () => {
    const stranger = await generateKeyPair('ES256')
    const good = await sign()
    expect(await why(`${good.slice(0, -4)}AAAA`)).toBe('signature')
    expect(await why(new UnsecuredJWT(claims()).encode())).toBe('algorithm')
    expect(await why(`${Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url')}.${good.split('.')[1]}.`)).toBe('algorithm')
    expect(await why(await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one', typ: 'secevent+jwt' }).sign(Buffer.alloc(32, 1)))).toBe('algorithm')
    expect(await why(await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'secevent+jwt' }).sign(stranger.privateKey))).toBe('signature')
    expect(await why(await sign({}, { kid: 'two' }))).toBe('key-unknown')
    // An ID token, or a logout token, of the same issuer is none.
    expect(await why(await sign({}, { typ: 'JWT' }))).toBe('malformed')
    expect(await why(await sign({ iss: 'https://impostor.example' }))).toBe('issuer')
    expect(await why(await sign({ aud: 'another-workstation-1' }))).toBe('audience')
    expect(await why(await sign({ sub_id: { format: 'complex', device: { format: 'opaque', id: 'another-workstation-1' } } }))).toBe('subject')
    expect(await why(await sign({ iat: now + 301 }))).toBe('future')
    expect(await why(await sign({ iat: now - 301 }))).toBe('stale')
    expect(await why(await sign({ events: { [`${own}/workstation-explode`]: {} } }))).toBe('unknown-event')
    expect(await why(await sign({ events: { [`${own}/workstation-lock`]: {}, [`${own}/workstation-wipe`]: {} } }))).toBe('unknown-event')
    const without = (name: string): JWTPayload => JSON.parse(JSON.stringify({ ...claims(), [name]: undefined }))
    for (const name of ['jti', 'sub_id', 'events', 'iat']) expect(await why(await signBare(without(name)))).toBe('malformed')
    for (const bad of [{ jti: '../x' }, { events: {} }, { sub_id: 'me' }]) expect(['malformed', 'unknown-event']).toContain(await why(await sign(bad)))
    for (const rubbish of ['', 'x', 'a.b.c', '{}', '.'.repeat(100)]) expect(await why(rubbish)).toBe('malformed')
  })

  it('is as old as the server says, whatever the clock of the workstation says', async () => {
    expect(await why(await sign({ iat: now - 299 }))).toBe('order')
    expect(await why(await sign({ iat: now + 299 }))).toBe('order')
  })
})

describe('asking again after a failure', () => {
  it('waits longer each time, up to half a minute, never all at the same time', () => {
    expect([1, 2, 3, 10, 99].map((failures) => pauseAfter('offline', failures, 1))).toEqual([1_000, 2_000, 4_000, 30_000, 30_000])
    expect(pauseAfter('offline', 99, 0)).toBe(7_500)
    expect(pauseAfter('not-found', 1, 0)).toBeGreaterThan(60_000)
  })
})
