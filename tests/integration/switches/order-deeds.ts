import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect } from 'vitest'
import type { FaultName } from '../../../sandbox/faults/index.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import { openAsk, openStation, type Said, type Station, tokensOf } from '../lockout/desk.ts'
import type { Faulty } from './faulty.ts'

/** The switches of the orders to workstations. */
type OrderFault = Extract<FaultName, `order${string}`>
type Deed = (faulty: Faulty) => Promise<void>

interface Ordered {
  readonly station: Station
  readonly jti: string
  readonly set: string
  /** Polls; the body as it came. */
  poll(body?: object): Promise<Said>
  jwks(): Promise<Said>
}

/** One sign-in for all lines: a code of the authenticator app counts once. */
const deskTokens = new WeakMap<Sandbox, Promise<string>>()
function deskOf({ sandbox, probe }: Faulty): Promise<string> {
  const known = deskTokens.get(sandbox) ?? tokensOf(sandbox, probe, 'support').then(({ access_token: token }) => `Bearer ${token}`)
  deskTokens.set(sandbox, known)
  return known
}

/** A workstation to which an order is on its way, as its poll sees it: honest before, and after the switch. */
const ordered = (check: (now: Ordered, before: Ordered, faulty: Faulty) => void | Promise<void>): Deed => async (faulty) => {
  const { sandbox, tokens } = faulty
  const { ask, close } = openAsk(sandbox)
  const station = await openStation(sandbox, ask)
  await station.register(tokens.access_token)
  await ask('POST', '/lockout/orders', await deskOf(faulty), { kind: 'lock', target: { workstations: [station.deviceId] }, reason: 'To see what it is like' })
  const poll = (body: object = { returnImmediately: true }) => station.poll(body)
  /** Under a fault of the poll itself there may be none. */
  const polled = async (isHeard: boolean): Promise<Ordered> => {
    const [[jti, set] = ['', '']] = isHeard ? Object.entries((await poll()).body.sets ?? {}) : []
    return { station, jti, set, poll, jwks: () => ask('GET', '/lockout/jwks', '') }
  }
  const before = await polled(true)
  await verified(before, faulty)
  faulty.turn()
  await check(await polled(sandbox.faults.current().orderPoll === 'ok'), before, faulty)
  await close()
}

async function verified({ station, set, jwks }: Ordered, { sandbox }: Faulty) {
  const { keys = [] } = (await jwks()).body
  return jwtVerify(set, createLocalJWKSet({ keys: [...keys] }), { issuer: sandbox.baseUrl, audience: station.deviceId, algorithms: ['ES256'] })
}

/** Signed by a key that is published, with one claim that is not what it should be. */
const lie = (read: (claims: ReturnType<typeof decodeJwt>) => unknown): Deed => ordered(async (now, before, { sandbox }) => {
  const { keys = [] } = (await now.jwks()).body
  await jwtVerify(now.set, createLocalJWKSet({ keys: [...keys] }))
  expect(read(decodeJwt(now.set))).not.toEqual(read(decodeJwt(before.set)))
  expect(sandbox.faults.current().orderToken).not.toBe('ok')
})
const early = (hours: number): Deed => ordered(({ set }, before) => {
  expect(Math.round(((decodeJwt(set).iat ?? 0) - (decodeJwt(before.set).iat ?? 0)) / 3600)).toBe(hours)
})
const unverified = (why: RegExp): Deed => ordered((now, _before, faulty) => expect(verified(now, faulty)).rejects.toThrow(why))

export const orderDeeds: Readonly<Record<OrderFault, Deed>> = {
  'orderToken: bad-signature': unverified(/signature verification failed/),
  'orderToken: unknown-key': unverified(/no applicable key/),
  'orderToken: alg-none': ordered(({ set }) => expect(decodeProtectedHeader(set).alg).toBe('none')),
  'orderToken: wrong-issuer': lie(({ iss }) => iss),
  'orderToken: wrong-audience': lie(({ aud }) => aud),
  'orderToken: wrong-subject': lie((claims) => claims['sub_id']),
  'orderToken: future': early(1),
  'orderToken: stale': early(-1),
  'orderToken: twice': ordered(async ({ poll, jti, set }) => {
    expect((await poll({ returnImmediately: true, ack: [jti] })).body.sets).toEqual({ [jti]: set })
    expect((await poll()).body.sets).toEqual({})
  }),
  'orderToken: not-a-token': ordered(({ set }) => expect(set).not.toContain('.')),
  'orderStream: absent': async ({ asker, turn }) => {
    expect((await asker.get('/.well-known/ssf-configuration')).status).toBe(200)
    expect((await asker.get('/lockout/jwks')).status).toBe(200)
    turn()
    expect((await asker.get('/.well-known/ssf-configuration')).status).toBe(404)
    expect((await asker.get('/lockout/jwks')).status).toBe(404)
    expect((await asker.post('/lockout/poll', '{}', 'application/json')).status).toBe(404)
  },
  'orderPoll: hangs': ordered(async ({ station }) => {
    await expect(station.poll({ returnImmediately: true }, AbortSignal.timeout(1_500))).rejects.toThrow()
  }),
  'orderPoll: flood': ordered(({ poll }) => poll({ returnImmediately: true, maxEvents: 1 }).then(({ body }) => expect(Object.keys(body.sets ?? {})).toHaveLength(10_000))),
  'orderPoll: not-json': ordered(({ poll }) => poll().then(({ status, text }) => expect([status, text.slice(0, 15)]).toEqual([200, '<!doctype html>']))),
  'orderPoll: server-error': ordered(({ poll }) => poll().then(({ status }) => expect(status).toBe(503))),
}
