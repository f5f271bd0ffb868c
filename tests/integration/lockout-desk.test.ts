import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { workstationCode } from '../../shared/workstation-code.ts'
import { openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { oneOf, openOrders, type Orders, reason, setsAt } from './lockout/orders.ts'
import { openSite, type Site } from './lockout/site.ts'
import { openProbe, smallSandbox } from './sandbox-client.ts'

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

const north = { site: 'North' }

/** Who reads the trail: signed in once, since a code of their app counts once. */
let signedInAuditor: Promise<string> | undefined
const auditor = () => (signedInAuditor ??= tokensOf(sandbox, probe, 'compliance', 0, 'openid user/AuditEvent.rs').then(({ access_token: token }) => `Bearer ${token}`))

describe('the desk', () => {
  it('sees who is where, filters, pages, and hears of a change while it waits', async () => {
    const made = await station()
    await made.report({ state: 'active', user: made.sub, site: 'Annex', unsent: { drafts: 2, changes: 1 } })
    const list = async (query: string) => (await ask('GET', `/lockout/workstations?${query}`, first)).body
    expect((await list('site=Annex')).workstations).toMatchObject([{ deviceId: made.deviceId, state: 'active', isOnline: true, unsent: { drafts: 2, changes: 1 }, user: { sub: made.sub, name: expect.stringContaining('Nakamura') } }])
    expect((await list('search=nakamura')).total).toBeGreaterThanOrEqual(1)
    // As it was read out from the lock screen.
    for (const said of [workstationCode(made.deviceId), workstationCode(made.deviceId).toLowerCase().replace('-', '%20')]) expect((await list(`search=${said}`)).workstations).toMatchObject([{ deviceId: made.deviceId }])
    // There is a second page.
    await station()
    const page = await list('limit=1')
    expect(page.workstations).toHaveLength(1)
    const { workstations: [next] = [] } = await list(`limit=1&after=${page.next}`)
    expect(next).toMatchObject({ deviceId: expect.any(String) })
    expect(next?.deviceId).not.toBe(page.workstations?.[0]?.deviceId)
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
