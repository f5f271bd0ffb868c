import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as client from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { oneOf, openOrders, type Orders, reason, setsAt } from './lockout/orders.ts'
import { openSite, type Site } from './lockout/site.ts'
import { openProbe, signedIn, smallSandbox, userWith } from './sandbox-client.ts'

let sandbox: Site['sandbox']
let probe: Site['probe']
let ask: Site['ask']
let close: Site['close']
let first: string
let second: string
let station: Orders['station']
let order: Orders['order']
let lock: Orders['lock']
beforeAll(async () => {
  const site = await openSite({ pollMs: 1_000 })
  ;({ sandbox, probe, ask, close } = site)
  ;({ first, second, station, order, lock } = await openOrders(site))
})
afterEach(() => sandbox.faults.reset())
afterAll(() => close())

describe('an order to a workstation', () => {
  it('arrives as a signed Security Event Token, for this workstation alone, with nobody signed in there', async () => {
    const [made, other] = [await station(), await station()]
    const given = await lock(made)
    expect(given).toMatchObject({ status: 201, body: { state: 'given', kind: 'lock', reason, by: { name: expect.stringContaining('Halvorsen') }, counts: { waiting: 1 } } })
    const { jti, set } = await oneOf(made)
    const { keys: published = [] } = (await ask('GET', '/lockout/jwks', '')).body
    const { payload, protectedHeader } = await jwtVerify(set, createLocalJWKSet({ keys: [...published] }), { issuer: sandbox.baseUrl, audience: made.deviceId, algorithms: ['ES256'] })
    expect(protectedHeader['typ']).toBe('secevent+jwt')
    expect(payload).toMatchObject({ jti, txn: given.body.id, sub_id: { device: { id: made.deviceId } }, events: { 'https://chartkeep.example/secevent/event-type/workstation-lock': { reason_admin: { en: reason } } } })
    expect((await other.poll()).body).toEqual({ sets: {}, moreAvailable: false })
  })

  it('comes again until it is acknowledged, and then no more; each of its steps is told', async () => {
    const made = await station()
    const { body: given } = await lock(made)
    const { jti } = await oneOf(made)
    expect((await oneOf(made)).jti).toBe(jti)
    expect((await made.poll({ returnImmediately: true, ack: [jti] })).body.sets).toEqual({})
    expect((await ask('GET', `/lockout/orders/${given.id}`, first)).body.deliveries).toMatchObject([{ deviceId: made.deviceId, state: 'taken' }])
    await made.report({ carriedOut: [{ jti, result: 'done' }] })
    expect((await ask('GET', `/lockout/orders/${given.id}`, first)).body).toMatchObject({ counts: { taken: 1, done: 1 }, deliveries: [{ result: 'done' }] })
    const history = (await ask('GET', `/lockout/workstations/${made.deviceId}/history`, second)).body.entries ?? []
    expect(history.map(({ what }) => what)).toEqual(['order.done', 'workstation.active', 'order.taken', 'order.lock.given'])
  })

  it('reaches a poll that waits within a moment', async () => {
    const made = await station()
    const waiting = made.poll({})
    await vi.waitFor(async () => expect((await ask('GET', `/lockout/workstations/${made.deviceId}`, first)).body.isOnline).toBe(true))
    const began = performance.now()
    await lock(made)
    expect(Object.keys((await waiting).body.sets ?? {})).toHaveLength(1)
    expect(performance.now() - began).toBeLessThan(900)
  })

  it('that is refused there is told to the desk, with why', async () => {
    const made = await station()
    const { body: given } = await lock(made)
    const { jti } = await oneOf(made)
    await made.poll({ returnImmediately: true, setErrs: { [jti]: { err: 'invalid_audience', description: 'for another' } } })
    expect((await ask('GET', `/lockout/orders/${given.id}`, first)).body).toMatchObject({ counts: { refused: 1 }, deliveries: [{ error: 'invalid_audience' }] })
    expect((await made.poll()).body.sets).toEqual({})
  })

  it('sent twice under one key is one order; another under the same key is refused', async () => {
    const made = await station()
    const said = { message: 'The ward moves at noon today', identifiedBy: 'called-back', identification: 'Rang extension 2210 of ward 3' }
    const asked = { kind: 'lock', target: { workstations: [made.deviceId] }, ...said, idempotencyKey: 'press-of-a-button-1' }
    const { body: given } = await order(asked)
    expect(await order(asked)).toMatchObject({ status: 200, body: { id: given.id } })
    const others = [{ kind: 'sign-out' }, { message: 'The ward moves at one today' }, { message: undefined }, { identifiedBy: 'in-person' }, { identification: 'Somebody vouched for them' }, { identifiedBy: undefined, identification: undefined }]
    for (const other of others) expect(await order({ ...asked, ...other }), JSON.stringify(other)).toMatchObject({ status: 409, body: { error: 'key-of-another-order' } })
    expect(Object.keys(await setsAt(made))).toHaveLength(1)
  })

  it('outlives a restart of the server, and so does the key that signs it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chartkeep-lockout-'))
    const before = await smallSandbox({ stateDir: folder })
    const old = { probe: await openProbe(before), ...openAsk(before) }
    const made = await openStation(before, old.ask)
    await made.register((await signedIn(before, old.probe)).access_token)
    const desk = `Bearer ${(await tokensOf(before, old.probe, 'support')).access_token}`
    await old.ask('POST', '/lockout/orders', desk, { kind: 'lock', target: { workstations: [made.deviceId] }, reason })
    const keys = (await old.ask('GET', '/lockout/jwks', '')).body
    await Promise.all([old.close(), old.probe.close()])
    await before.close()

    const after = await smallSandbox({ stateDir: folder })
    const now = openAsk(after)
    const { body } = await now.ask('POST', '/lockout/poll', await made.authorize('/lockout/poll'), { returnImmediately: true })
    expect(Object.keys(body.sets ?? {})).toHaveLength(1)
    expect((await now.ask('GET', '/lockout/jwks', '')).body).toEqual(keys)
    await now.close()
    await after.close()
    await rm(folder, { recursive: true, force: true })
  })
})

describe('who is locked out @164.312(a)(2)(iii)', () => {
  it('is refused at once by the API, at the token endpoint, at introspection and for the share of a key; and let in again by undoing it', async () => {
    const made = await station('nurse', 1)
    const { access_token: token, refresh_token: refresh = '' } = made.tokens
    expect(await made.share(token)).toMatchObject({ status: 200 })
    const { body: given } = await order({ kind: 'disable-user', target: { users: [made.sub] } })
    expect(given.counts?.['waiting']).toBeGreaterThanOrEqual(1)
    expect(await probe.api('Patient?_count=1', token)).toBe(401)
    expect(await made.share(token)).toMatchObject({ status: 401 })
    await expect(client.refreshTokenGrant(probe.config, refresh)).rejects.toMatchObject({ error: 'invalid_grant' })
    const basic = `Basic ${Buffer.from(`hospital-resource-server:${sandbox.resourceServerSecret}`).toString('base64')}`
    expect((await probe.post('/auth/introspect', `token=${token}`, { authorization: basic })).body).toBe('{"active":false}')
    await expect(signedIn(sandbox, probe, 'nurse')).resolves.toBeDefined()
    const { claims } = await oneOf(made)
    expect(claims).toMatchObject({ sub_id: { user: { sub: made.sub, iss: `${sandbox.baseUrl}/auth` } }, events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} } })
    expect((await ask('GET', `/lockout/users/${made.sub}`, first)).body).toMatchObject({ isDisabled: true, workstations: expect.arrayContaining([made.deviceId]) })

    expect(await ask('POST', `/lockout/orders/${given.id}/undo`, second, { reason: 'It was another person' })).toMatchObject({ status: 200, body: { kind: 'enable-user', undoes: given.id } })
    expect((await ask('GET', `/lockout/users/${made.sub}`, first)).body.isDisabled).toBe(false)
    expect(await probe.api('Patient?_count=1', token)).toBe(401)
  })

  it('cannot be the one who orders it', async () => {
    const { body } = await ask('GET', '/lockout/users', first)
    const me = body.users?.find(({ username }) => username === userWith(sandbox, 'support').username)
    expect(await order({ kind: 'disable-user', target: { users: [me?.sub] } })).toMatchObject({ status: 409, body: { error: 'not-oneself' } })
  })

  it('signed out at one workstation stays signed in at another', async () => {
    const [here, there] = [await station('physician', 3), await station('physician', 3)]
    await order({ kind: 'sign-out', target: { workstations: [here.deviceId] } })
    expect(await probe.api('Patient?_count=1', here.tokens.access_token)).toBe(401)
    await expect(client.refreshTokenGrant(probe.config, here.tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await probe.api('Patient?_count=1', there.tokens.access_token)).toBe(200)
  })
})

describe('two persons', () => {
  it('are needed to wipe: nothing goes out before the second agrees, who is another', async () => {
    const made = await station()
    const { status, body: asked } = await order({ kind: 'wipe', target: { workstations: [made.deviceId] } })
    expect([status, asked.state, asked.counts?.['held']]).toEqual([201, 'awaiting', 1])
    expect((await made.poll()).body.sets).toEqual({})
    const agree = (who: string) => ask('POST', `/lockout/orders/${asked.id}/agreement`, who, { reason: 'Reported stolen by its owner' })
    expect(await agree(first)).toMatchObject({ status: 409, body: { error: 'needs-another-person' } })
    expect(await probe.api('Patient?_count=1', made.tokens.access_token)).toBe(200)
    expect(await agree(second)).toMatchObject({ status: 200, body: { state: 'given', agreement: { by: { name: expect.stringContaining('Marchetti') } } } })
    expect((await oneOf(made)).claims).toMatchObject({ events: { 'https://chartkeep.example/secevent/event-type/workstation-wipe': {} } })
    expect(await probe.api('Patient?_count=1', made.tokens.access_token)).toBe(401)
    expect(await agree(second)).toMatchObject({ status: 409, body: { error: 'not-awaiting' } })
  })

  it('are needed for more than 25 workstations; one of them may say no', async () => {
    const tokens = await signedIn(sandbox, probe)
    const many = await Promise.all(Array.from({ length: 26 }, () => openStation(sandbox, ask)))
    for (const made of many) await made.register(tokens.access_token)
    const target = { workstations: many.map(({ deviceId }) => deviceId) }
    expect((await ask('POST', '/lockout/previews', first, { kind: 'lock', target })).body).toMatchObject({ workstations: 26, needsSecond: true, offline: 26 })
    expect((await order({ kind: 'lock', target: { workstations: target.workstations.slice(1) } })).body.state).toBe('given')
    const { body: asked } = await order({ kind: 'lock', target })
    expect(asked.state).toBe('awaiting')
    expect((await ask('POST', `/lockout/orders/${asked.id}/rejection`, second, { reason: 'One ward at a time please' })).body).toMatchObject({ state: 'rejected', counts: { withdrawn: 26, held: 0 } })
    for (const made of many.slice(0, 2)) expect(Object.keys(await setsAt(made))).toHaveLength(made === many[0] ? 0 : 1)
  })
})

describe('a stream', () => {
  it('is for who holds the key of the workstation, once for each proof', async () => {
    const [made, other] = [await station(), await station()]
    const authorization = await made.authorize('/lockout/poll')
    expect((await ask('POST', '/lockout/poll', authorization, { returnImmediately: true })).status).toBe(200)
    expect(await ask('POST', '/lockout/poll', authorization, { returnImmediately: true })).toMatchObject({ status: 401, body: { error: 'proof-replayed' } })
    const stolen = (await other.authorize('/lockout/poll')).replace(other.deviceId, made.deviceId)
    expect(await ask('POST', '/lockout/poll', stolen, {})).toMatchObject({ status: 401, body: { error: 'proof-invalid' } })
    expect(await ask('POST', '/lockout/poll', await made.authorize('/lockout/status'), {})).toMatchObject({ status: 401, body: { error: 'proof-invalid' } })
    expect(await ask('POST', '/lockout/poll', first, {})).toMatchObject({ status: 401, body: { error: 'proof-missing' } })
    const stranger = await openStation(sandbox, ask)
    expect(await stranger.poll()).toMatchObject({ status: 401, body: { error: 'device-unknown' } })
  })

  it('settles nothing of another workstation', async () => {
    const [made, other] = [await station(), await station()]
    await lock(made)
    const { jti } = await oneOf(made)
    await other.poll({ returnImmediately: true, ack: [jti] })
    await other.poll({ returnImmediately: true, setErrs: { [jti]: { err: 'invalid_key' } } })
    expect((await oneOf(made)).jti).toBe(jti)
  })

  it('hands over as many as are asked for, and says that there are more', async () => {
    const made = await station()
    for (let each = 0; each < 3; each += 1) await lock(made)
    const { body } = await made.poll({ returnImmediately: true, maxEvents: 2 })
    expect([Object.keys(body.sets ?? {}).length, body.moreAvailable]).toEqual([2, true])
  })

  it('goes on under a new key, and the old one is known for a while', async () => {
    const made = await station()
    await lock(made)
    const before = decodeProtectedHeader((await oneOf(made)).set).kid
    const kid = await sandbox.rotateOrderKey()
    expect(decodeProtectedHeader((await oneOf(made)).set).kid).toBe(kid)
    const { keys = [] } = (await ask('GET', '/lockout/jwks', '')).body
    expect(keys.map((key) => key.kid)).toEqual(expect.arrayContaining([before, kid]))
    expect(JSON.stringify(keys)).not.toContain('"d"')
  })
})
