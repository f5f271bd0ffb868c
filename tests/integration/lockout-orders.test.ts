import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as client from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { workstationCode } from '../../shared/workstation-code.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { type Ask, openAsk, openStation, type Station, tokensOf } from './lockout/desk.ts'
import { openProbe, type Probe, signedIn, smallSandbox, userWith } from './sandbox-client.ts'

const reason = 'Left open in the corridor of ward 3'
const north = { site: 'North' }
let sandbox: Sandbox
let probe: Probe
let ask: Ask
let close: () => Promise<void>
let first: string
let second: string
beforeAll(async () => {
  sandbox = await smallSandbox({ pollMs: 1_000 })
  probe = await openProbe(sandbox)
  ;({ ask, close } = openAsk(sandbox))
  first = `Bearer ${(await tokensOf(sandbox, probe, 'support', 0)).access_token}`
  second = `Bearer ${(await tokensOf(sandbox, probe, 'support', 1)).access_token}`
})
afterEach(() => sandbox.faults.reset())
afterAll(async () => {
  await close()
  await probe.close()
  await sandbox.close()
})

/** A workstation at which a nurse has just signed in. */
async function station(role = 'nurse', index = 0): Promise<Station & { tokens: Awaited<ReturnType<typeof signedIn>>; sub: string }> {
  const made = await openStation(sandbox, ask)
  const tokens = await tokensOf(sandbox, probe, role, index, 'openid fhirUser offline_access user/*.rs')
  await made.register(tokens.access_token)
  return { ...made, tokens, sub: tokens.claims()?.sub ?? '' }
}
const order = (body: object, who = first) => ask('POST', '/lockout/orders', who, { reason, ...body })
/** Who reads the trail: signed in once, since a code of their app counts once. */
let signedInAuditor: Promise<string> | undefined
const auditor = () => (signedInAuditor ??= tokensOf(sandbox, probe, 'compliance', 0, 'openid user/AuditEvent.rs').then(({ access_token: token }) => `Bearer ${token}`))
const setsAt = async (made: Station) => (await made.poll()).body.sets ?? {}
const oneOf = async (made: Station) => {
  const [[jti, set] = ['', '']] = Object.entries(await setsAt(made))
  return { jti, set, claims: decodeJwt(set) }
}
const lock = (made: Station) => order({ kind: 'lock', target: { workstations: [made.deviceId] } })

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

describe('the desk', () => {
  it('sees who is where, filters, pages, and hears of a change while it waits', async () => {
    const made = await station()
    await made.report({ state: 'active', user: made.sub, site: 'Annex', unsent: { drafts: 2, changes: 1 } })
    const list = async (query: string) => (await ask('GET', `/lockout/workstations?${query}`, first)).body
    expect((await list('site=Annex')).workstations).toMatchObject([{ deviceId: made.deviceId, state: 'active', isOnline: true, unsent: { drafts: 2, changes: 1 }, user: { sub: made.sub, name: expect.stringContaining('Nakamura') } }])
    expect((await list('search=nakamura')).total).toBeGreaterThanOrEqual(1)
    // As it was read out from the lock screen.
    for (const said of [workstationCode(made.deviceId), workstationCode(made.deviceId).toLowerCase().replace('-', '%20')]) expect((await list(`search=${said}`)).workstations).toMatchObject([{ deviceId: made.deviceId }])
    const page = await list('limit=1')
    expect(page.workstations).toHaveLength(1)
    expect((await list(`limit=1&after=${page.next}`)).workstations?.[0]?.deviceId).not.toBe(page.workstations?.[0]?.deviceId)
    const waiting = list(`changedAfter=${page.revision}&wait=20`)
    await made.report({ state: 'locked', user: made.sub, site: 'Annex' })
    expect((await waiting).workstations).toMatchObject([{ deviceId: made.deviceId, state: 'locked' }])
  })

  it('hears of changes in their order, a part at a time, and of who has fallen silent', async () => {
    const clock = { now: Date.now }
    const later = await smallSandbox({ clock: { now: () => clock.now() } })
    const [there, elsewhere] = [await openProbe(later), openAsk(later)]
    const token = `Bearer ${(await tokensOf(later, there, 'support')).access_token}`
    const nurse = (await tokensOf(later, there, 'nurse', 0, 'openid user/*.rs')).access_token
    const three = await Promise.all([1, 2, 3].map(() => openStation(later, elsewhere.ask)))
    const status = { since: new Date().toISOString() }
    for (const one of three) {
      await one.register(nurse)
      await one.report(status)
    }
    const changes = async (after: number, more = '') => (await elsewhere.ask('GET', `/lockout/workstations?changedAfter=${after}${more}`, token)).body
    const first = await changes(0, '&limit=2')
    const rest = await changes(first.revision ?? 0, '&limit=2')
    expect([...(first.workstations ?? []), ...(rest.workstations ?? [])].map(({ deviceId }) => deviceId)).toEqual(three.map(({ deviceId }) => deviceId))
    const from = rest.revision ?? 0
    // What each of them says once a minute, and what is not new: a hospital's list would change hundreds of times in a second.
    for (const one of three) await one.report(status)
    expect((await changes(from)).workstations).toEqual([])
    const waiting = changes(from, '&wait=20')
    clock.now = () => Date.now() + 100_000
    // Nothing more is said by any of them.
    expect((await waiting).workstations?.length).toBeGreaterThan(0)
    expect((await changes(from)).workstations).toEqual(expect.arrayContaining(three.map(({ deviceId }) => expect.objectContaining({ deviceId, isOnline: false }))))
    await elsewhere.close()
    await there.close()
    await later.close()
  })

  it('hears that an order was carried out, also where nothing else there changed', async () => {
    const made = await station()
    const status = { user: made.sub, since: new Date().toISOString() }
    await made.report(status)
    await order({ kind: 'message', message: 'The network is down at noon', target: { workstations: [made.deviceId] } })
    const [jti = ''] = Object.keys(await setsAt(made))
    await made.poll({ returnImmediately: true, ack: [jti] })
    const { revision } = (await ask('GET', '/lockout/workstations?limit=1', first)).body
    await made.report({ ...status, carriedOut: [{ jti, result: 'done' }] })
    expect((await ask('GET', `/lockout/workstations?changedAfter=${revision}`, first)).body.workstations).toMatchObject([{ deviceId: made.deviceId }])
  })

  it('is shown who is hit, and what unsent work they have said they have', async () => {
    const made = await station('physician', 1)
    await made.report({ user: made.sub, site: 'South', unsent: { drafts: 3, changes: 4 } })
    expect((await ask('POST', '/lockout/previews', first, { kind: 'sign-out', target: { site: 'South' } })).body).toMatchObject({
      workstations: 1, open: 1, offline: 0, needsSecond: false, unsent: { drafts: 3, changes: 4 }, users: [{ sub: made.sub }],
    })
  })

  it('is shown who waits there behind another one’s lock, once a workstation tells it, and hears of it as of any change', async () => {
    const [made, other] = [await station('nurse', 0), await station('physician', 2)]
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const status = { user: made.sub, site: 'East', since: new Date().toISOString(), unsent: { drafts: 4, changes: 0 } }
    await made.report(status)
    const shown = async () => (await ask('GET', `/lockout/workstations/${made.deviceId}`, first)).body
    const preview = async (kind: string, target: object) => (await ask('POST', '/lockout/previews', first, { kind, target })).body
    // An earlier version does not say: nobody waits is not what it says.
    expect(await shown()).not.toHaveProperty('waitingSessions')
    expect(await preview('sign-out', { site: 'East' })).toMatchObject({ waiting: 0, waitingUnknown: 1, userCount: 1 })
    expect(await preview('sign-out', { users: [made.sub] })).toMatchObject({ userCount: 1, unsent: { drafts: 0, changes: 0 }, unsentUnknown: expect.any(Number) })
    const { revision = 0 } = (await ask('GET', '/lockout/workstations?limit=1', first)).body
    const people = { named: [{ user: other.sub, waits: true, since, unsent: { drafts: 3, changes: 0 } }, { user: made.sub, waits: false, unsent: { drafts: 1, changes: 0 } }], others: 0 }
    expect((await made.report({ ...status, people })).status).toBe(204)
    expect((await ask('GET', `/lockout/workstations?changedAfter=${revision}`, first)).body.workstations).toMatchObject([{ deviceId: made.deviceId, waitingSessions: [{ user: { sub: other.sub, role: 'physician' }, since, unsent: { drafts: 3, changes: 0 } }] }])
    // By the name of who waits too.
    const { body: { users = [] } } = await ask('GET', '/lockout/users', first)
    const name = users.find(({ sub }) => sub === other.sub)?.name ?? 'nobody'
    expect((await ask('GET', `/lockout/workstations?site=East&search=${encodeURIComponent(name)}`, first)).body.total).toBe(1)
    expect(await preview('sign-out', { site: 'East' })).toMatchObject({ waiting: 1, waitingUnknown: 0, userCount: 2, users: [{ sub: made.sub }, { sub: other.sub }] })
    // Said again it is no change.
    const { revision: after = 0 } = (await ask('GET', '/lockout/workstations?limit=1', first)).body
    await made.report({ ...status, people })
    expect((await ask('GET', `/lockout/workstations?changedAfter=${after}`, first)).body.workstations).toEqual([])
    // Of somebody whom it cannot name nobody knows what is theirs.
    const here = async (sub: string) => (await preview('disable-user', { users: [sub] })).sample?.find(({ deviceId }) => deviceId === made.deviceId)
    await made.report({ ...status, people: { named: [], others: 1 } })
    expect(await here(made.sub)).not.toHaveProperty('theirs')
    await made.report({ ...status, people: { named: [], others: 0 } })
    expect((await here(made.sub))?.theirs).toEqual({ drafts: 0, changes: 0 })
  })

  it('is told of people by their id and by numbers: a report with anything else about them is refused', async () => {
    const made = await station()
    const person = { user: made.sub, waits: true }
    for (const more of [{ patient: 'p-1' }, { note: 'Jane Roe in bed 4' }, { since: 'this morning' }, { unsent: { drafts: 1, changes: 0, of: 'p-1' } }]) expect(await made.report({ people: { named: [{ ...person, ...more }], others: 0 } })).toMatchObject({ status: 400, body: { error: 'status-malformed' } })
    expect(await made.report({ people: { named: Array.from({ length: 101 }, () => person), others: 0 } })).toMatchObject({ status: 400 })
  })

  it('can take back what has not arrived, and nothing that has', async () => {
    const made = await station()
    const { body: given } = await lock(made)
    const undo = (id = '') => ask('POST', `/lockout/orders/${id}/undo`, first, { reason: 'The wrong workstation' })
    expect(await undo(given.id)).toMatchObject({ status: 200, body: { state: 'undone', counts: { withdrawn: 1 } } })
    expect((await made.poll()).body.sets).toEqual({})
    const { body: late } = await lock(made)
    await made.poll({ returnImmediately: true, ack: [(await oneOf(made)).jti] })
    expect(await undo(late.id)).toMatchObject({ status: 409, body: { error: 'cannot-be-undone' } })
  })

  it('has to say why, whom, and what', async () => {
    const made = await station()
    const target = { workstations: [made.deviceId] }
    for (const bad of [{ kind: 'lock', target, reason: 'short' }, { kind: 'explode', target }, { kind: 'lock' }, { kind: 'lock', target: { everyone: false } }, { kind: 'lock', target: { ...target, ...north } }, { kind: 'lock', target, reason: 'two\nlines of a reason' }]) {
      expect(await order(bad)).toMatchObject({ status: 400, body: { error: 'request-malformed' } })
    }
    expect(await order({ kind: 'message', target })).toMatchObject({ status: 422, body: { error: 'message-missing' } })
    expect(await order({ kind: 'disable-user', target })).toMatchObject({ status: 422, body: { error: 'target-must-be-users' } })
    expect(await order({ kind: 'lock', target: { workstations: ['0'.repeat(20)] } })).toMatchObject({ status: 404 })
    expect(await order({ kind: 'disable-user', target: { users: ['nobody'] } })).toMatchObject({ status: 404, body: { error: 'no-such-user' } })
    expect((await made.poll()).body.sets).toEqual({})
  })

  it('resets a PIN for nobody before it is written down how they were identified; the history and the trail tell it @164.312(d)', async () => {
    const made = await station('nurse', 1)
    const reset = { kind: 'reset-pin', target: { users: [made.sub] } }
    const said = { identifiedBy: 'called-back', identification: 'Rang extension 2210 of ward 3' }
    for (const lacking of [{}, { identifiedBy: said.identifiedBy }, { identification: said.identification }]) expect(await order({ ...reset, ...lacking })).toMatchObject({ status: 422, body: { error: 'identification-missing' } })
    expect(await order({ ...reset, ...said, identifiedBy: 'by-voice' })).toMatchObject({ status: 400 })
    expect(await order({ ...reset, ...said, identification: 'short' })).toMatchObject({ status: 400 })
    expect((await made.poll()).body.sets).toEqual({})
    const { body: given } = await order({ ...reset, ...said, idempotencyKey: 'a-click-of-the-desk' })
    expect(given).toMatchObject({ state: 'given', ...said })
    expect(await order({ ...reset, ...said, identification: 'Somebody vouched for them', idempotencyKey: 'a-click-of-the-desk' })).toMatchObject({ status: 409 })
    expect((await ask('GET', `/lockout/orders/${given.id}`, second)).body).toMatchObject(said)
    expect((await ask('GET', `/lockout/users/${made.sub}/history`, second)).body.entries?.[0]).toMatchObject({ what: 'order.reset-pin.given', detail: `${reason} (called-back: Rang extension 2210 of ward 3)` })
    const { text } = await ask('GET', '/fhir/R4/AuditEvent?subtype=order.reset-pin.given&_sort=-date&_count=1', await auditor())
    for (const [type, valueString] of Object.entries(said)) expect(text).toContain(JSON.stringify({ type, valueString }))
  })

  it('is shut to every other role, and to a support person whose token was not granted it @164.312(a)(1)', async () => {
    for (const role of ['physician', 'nurse', 'front-desk', 'compliance', 'privacy']) {
      const { access_token: token, scope } = await tokensOf(sandbox, probe, role)
      expect(scope ?? '').not.toContain('lockout')
      expect(await ask('GET', '/lockout/workstations', `Bearer ${token}`)).toMatchObject({ status: 403, body: { error: 'role-may-not' } })
    }
    const { access_token: reader } = await tokensOf(sandbox, probe, 'support', 0, 'openid lockout.read')
    expect((await ask('GET', '/lockout/workstations', `Bearer ${reader}`)).status).toBe(200)
    expect(await ask('POST', '/lockout/orders', `Bearer ${reader}`, { kind: 'lock', target: { everyone: true }, reason })).toMatchObject({ status: 403, body: { error: 'scope-missing' } })
    expect((await ask('GET', '/lockout/workstations', 'Bearer made-up')).status).toBe(401)
  })

  it('has no way to a record with the scopes that it has @164.312(a)(1)', async () => {
    for (const type of ['Patient', 'Observation', 'Condition', 'DocumentReference']) expect(await probe.api(`${type}?_count=1`, first.slice('Bearer '.length))).toBe(403)
  })

  it('leaves a trace of each step in the audit trail @164.312(b)', async () => {
    const made = await station()
    const { body: given } = await lock(made)
    const { body } = await ask('GET', '/fhir/R4/AuditEvent?subtype=order.lock.given&_sort=-date&_count=50', await auditor())
    expect(JSON.stringify(body)).toContain(given.id)
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
