import * as client from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { askedInSpelling, readScopes } from '../../electron/auth/permissions.ts'
import { isForReportsAlone, reportScope } from '../../electron/auth/report-scope.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'
import { validCalls } from '../../electron/rpc/testing/valid-calls.ts'
import { type CallerFacts, createRouter, type Handlers } from '../../electron/rpc/router.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { contract, type InputOf, isProcedureName, mainProcedures, type ProcedureName } from '../../shared/contract/index.ts'
import { reportAlert } from './lockout/alert.ts'
import { type Ask, openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { openProbe, type Probe, smallSandbox, userWith } from './sandbox-client.ts'

const reason = 'Left open in the corridor of ward 3'
/** What the application asks of an EHR that has a desk: everything. */
const asked = askedInSpelling({ scopeSpelling: 'v2', deskScopes: ['lockout.read', 'lockout.order', 'lockout.alerts'] }, 'reports').join(' ')
let sandbox: Sandbox
let probe: Probe
let ask: Ask
let close: () => Promise<void>
/** Two persons at the desk, and a nurse at a workstation. */
let people: { readonly token: string; readonly scopes: readonly string[]; readonly sub: string }[]
let nurse: { readonly token: string; readonly sub: string }
const rigs: Rig[] = []

beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  ;({ ask, close } = openAsk(sandbox))
  people = [await signedInAs('support', 0), await signedInAs('support', 1)]
  nurse = await signedInAs('nurse')
})
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop()
})
afterAll(async () => {
  await close()
  await probe.close()
  await sandbox.close()
})

async function signedInAs(role: string, index = 0) {
  const tokens = await tokensOf(sandbox, probe, role, index, asked)
  return { token: tokens.access_token, scopes: (tokens.scope ?? '').split(' '), sub: tokens.claims()?.sub ?? '' }
}

/** The workstation of somebody at the desk: its records process, with their token and what it gives. */
function atDesk(index = 0, token = people[index]?.token ?? ''): Rig {
  const { permissions } = readScopes(people[index]?.scopes ?? [])
  const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, folder: undefined, token, nextToken: token, permissions, role: 'support' })
  rigs.push(rig)
  return rig
}
/** A page of it, which fails as a person would see it fail. */
function pageOf(rig: Rig) {
  const port = rig.workspace()
  return async <N extends Extract<ProcedureName, `desk.${string}`>>(name: N, input: InputOf<N>) => {
    const reply = await port.call(name, input)
    if ('failure' in reply) throw new Error(reply.failure)
    return reply.value
  }
}
/** A workstation with somebody at it: by default the nurse, whose sign-in lasts. */
async function station({ token, sub } = nurse) {
  const made = await openStation(sandbox, ask)
  await made.register(token)
  await made.report({ user: sub, unsent: { drafts: 2, changes: 0 } })
  return made
}
let keys = 0
const key = () => `press-of-a-button-${(keys += 1)}`

describe('the desk', () => {
  it('sees who is where, and gives an order that the workstation takes; both are in the chain before they are done @164.312(b)', async () => {
    const rig = atDesk()
    const desk = pageOf(rig)
    const made = await station()
    const { workstations, total, revision } = await desk('desk.workstations', {})
    expect(total).toBe(workstations.length)
    expect(workstations.find(({ deviceId }) => deviceId === made.deviceId)).toMatchObject({ state: 'active', isOnline: true, unsent: { drafts: 2, changes: 0 }, user: { sub: nurse.sub, role: 'nurse' } })
    const target = { workstations: [made.deviceId] }
    expect(await desk('desk.preview', { kind: 'lock', target })).toMatchObject({ workstations: 1, open: 1, offline: 0, needsSecond: false, unsent: { drafts: 2, changes: 0 }, sample: [{ deviceId: made.deviceId }] })
    const { id } = await desk('desk.giveOrder', { kind: 'lock', target, reason, message: 'Please call 4711', idempotencyKey: key() })
    const [jti = ''] = Object.keys((await made.poll()).body.sets ?? {})
    await made.poll({ returnImmediately: true, ack: [jti] })
    await made.report({ state: 'locked', user: nurse.sub, carriedOut: [{ jti, result: 'done' }] })
    expect(await desk('desk.order', { id, cause: 'refresh' })).toMatchObject({ order: { state: 'given', counts: { taken: 1, done: 1 } }, deliveries: [{ deviceId: made.deviceId, state: 'taken', result: 'done' }] })
    expect((await desk('desk.changes', { revision })).workstations).toMatchObject([{ deviceId: made.deviceId, state: 'locked' }])
    expect((await desk('desk.history', { of: { workstation: made.deviceId } })).entries.map(({ what }) => what)).toContain('order.done')
    expect((await desk('desk.orders', { cause: 'look' })).orders[0]).toMatchObject({ id, by: { sub: people[0]?.sub } })
    const kept = rig.audit.map(({ event, outcome, cause }) => `${event} ${outcome} ${cause}`)
    expect(kept).toEqual(expect.arrayContaining(['desk.workstations intent look', 'desk.order-given intent look', 'desk.order-given success look', 'desk.order intent refresh', 'desk.history intent look']))
  })

  it('orders nothing that cannot be recorded first @164.312(b)', async () => {
    const rig = atDesk()
    const made = await station()
    rig.refuseAudit()
    const reply = await rig.workspace().call('desk.giveOrder', { kind: 'lock', target: { workstations: [made.deviceId] }, reason, idempotencyKey: key() })
    expect(reply).toMatchObject({ failure: 'audit-unavailable' })
    expect((await made.poll()).body.sets).toEqual({})
  })

  it('hears of a change while it waits, and lets the EHR go when it is left', async () => {
    const rig = atDesk()
    const desk = pageOf(rig)
    const made = await station()
    const { revision } = await desk('desk.workstations', {})
    const waiting = desk('desk.changes', { revision })
    const early = await Promise.race([waiting.then(() => 'answered'), made.report({ state: 'warning', user: nurse.sub }).then(() => 'reported')])
    expect(early).toBe('reported')
    expect(await waiting).toMatchObject({ workstations: [{ deviceId: made.deviceId, state: 'warning' }] })
    // The lock ends a wait at once: `stop` is one.
    void desk('desk.changes', { revision: (await waiting).revision })
    // It has begun when what was asked after it is answered.
    await desk('desk.users', {})
    await rig.stop()
    const ended = expect.objectContaining({ event: 'rpc.failed', fields: expect.objectContaining({ procedure: 'desk.changes', failure: 'cancelled' }) })
    await vi.waitFor(() => expect(rig.told).toContainEqual(ended), { timeout: 3_000 })
  })

  it('resets a PIN once it says how it knows who asked: in its chain before it is sent, and told to whoever looks later @164.312(b)', async () => {
    const rig = atDesk()
    const desk = pageOf(rig)
    const reset: InputOf<'desk.giveOrder'> = { kind: 'reset-pin', target: { users: [nurse.sub] }, reason, idempotencyKey: key() }
    const said = { identifiedBy: 'manager-vouches', identification: 'The head nurse of ward 3' } as const
    for (const lacking of [reset, { ...reset, identifiedBy: said.identifiedBy }, { ...reset, identification: said.identification }, { ...reset, ...said, identification: 'short' }]) await expect(desk('desk.giveOrder', lacking)).rejects.toThrow('invalid-input')
    const { id } = await desk('desk.giveOrder', { ...reset, ...said })
    expect((await desk('desk.order', { id, cause: 'look' })).order).toMatchObject(said)
    const intent = rig.audit.find(({ event, outcome }) => event === 'desk.order-given' && outcome === 'intent')
    // Sealed to the auditors: what is written about people is in clear for nobody here.
    const { access_token: auditor } = await tokensOf(sandbox, probe, 'compliance', 0, 'openid user/AuditEvent.rs')
    expect((await ask('POST', '/audit-keys/open', `Bearer ${auditor}`, { jwe: intent?.sealed })).text).toContain('The head nurse of ward 3')
  })

  it('reads the list anew where the EHR counts anew', async () => {
    await expect(pageOf(atDesk())('desk.changes', { revision: 1_000_000 })).rejects.toThrow('stale')
  })

  it('needs two persons to wipe, and says why one is not enough', async () => {
    const [first, second] = [pageOf(atDesk(0)), pageOf(atDesk(1))]
    const made = await station(await signedInAs('nurse'))
    const wipe: Omit<InputOf<'desk.giveOrder'>, 'idempotencyKey'> = { kind: 'wipe', target: { workstations: [made.deviceId] }, reason }
    const { id, state, agreeUntil } = await first('desk.giveOrder', { ...wipe, idempotencyKey: key() })
    expect({ state, hasHour: (agreeUntil ?? 0) > Date.now() + 3_000_000 }).toEqual({ state: 'awaiting', hasHour: true })
    await expect(first('desk.agree', { id, reason })).rejects.toThrow('desk-needs-another')
    expect(await second('desk.agree', { id, reason })).toMatchObject({ state: 'given', agreement: { by: { sub: people[1]?.sub } } })
    await expect(second('desk.reject', { id, reason })).rejects.toThrow('desk-decided')
    const [jti = ''] = Object.keys((await made.poll()).body.sets ?? {})
    await made.poll({ returnImmediately: true, ack: [jti] })
    await expect(first('desk.undo', { id, reason })).rejects.toThrow('desk-cannot-undo')
    const other = await first('desk.giveOrder', { ...wipe, idempotencyKey: key() })
    expect(await second('desk.reject', { id: other.id, reason })).toMatchObject({ state: 'rejected' })
  })

  it('gives one order however often a click is sent, locks nobody out who is oneself, and lets in again whom it locked out', async () => {
    const desk = pageOf(atDesk())
    const again: InputOf<'desk.giveOrder'> = { kind: 'require-sign-in', target: { workstations: [(await station(await signedInAs('nurse'))).deviceId] }, reason, idempotencyKey: key() }
    expect((await desk('desk.giveOrder', again)).id).toBe((await desk('desk.giveOrder', again)).id)
    await expect(desk('desk.giveOrder', { ...again, reason: 'Another reason, the same click' })).rejects.toThrow('conflict')
    await expect(desk('desk.giveOrder', { kind: 'disable-user', target: { users: [people[0]?.sub ?? ''] }, reason, idempotencyKey: key() })).rejects.toThrow('desk-not-oneself')
    const whom = userWith(sandbox, 'front-desk').username
    const found = async () => (await desk('desk.users', {})).users.find(({ username }) => username === whom)
    const users = [(await found())?.sub ?? '']
    const { id } = await desk('desk.giveOrder', { kind: 'disable-user', target: { users }, reason, idempotencyKey: key() })
    expect((await found())?.isDisabled).toBe(true)
    expect(await desk('desk.undo', { id, reason })).toMatchObject({ kind: 'enable-user', undoes: id })
    expect((await found())?.isDisabled).toBe(false)
    expect((await desk('desk.history', { of: { user: users[0] ?? '' } })).entries.map(({ what }) => what)).toEqual(expect.arrayContaining(['order.disable-user.given', 'order.disable-user.undone', 'order.enable-user.given']))
  })

  it('refuses what nobody may order before anything is sent', async () => {
    const desk = pageOf(atDesk())
    const order: InputOf<'desk.giveOrder'> = { kind: 'lock', target: { everyone: true }, reason, idempotencyKey: key() }
    for (const bad of [{ ...order, reason: 'short' }, { ...order, reason: 'two\nlines of a reason' }, { ...order, message: 'm'.repeat(281) }, { ...order, message: 'to\u202eleft' }, { ...order, target: { workstations: ['../users'] } }, { ...order, idempotencyKey: 'short' }]) {
      await expect(desk('desk.giveOrder', bad)).rejects.toThrow('invalid-input')
    }
    await expect(desk('desk.order', { id: '../../fhir/R4/Patient', cause: 'look' })).rejects.toThrow('not-found')
  })
})

describe('alerts at the desk', () => {
  it('are taken, commented and closed, each with who and when; which patient it was, and what was said, never comes here @164.312(a)(1)', async () => {
    const [first, second] = [pageOf(atDesk(0)), pageOf(atDesk(1))]
    const made = await station()
    await reportAlert(ask, `Bearer ${nurse.token}`, { who: `Practitioner/${userWith(sandbox, 'nurse').practitioner}`, device: made.deviceId, patient: 'needle-of-a-patient', correlation: '0a1b2c3d' })
    const list = await first('desk.alerts', { cause: 'look' })
    const alert = list.alerts.find(({ correlation }) => correlation === '0a1b2c3d')
    expect(alert).toMatchObject({ rule: 'vip', severity: 'high', state: 'open', user: { sub: nurse.sub }, deviceId: made.deviceId, answer: { reason: 'cover' }, steps: [] })
    const id = alert?.id ?? ''
    await expect(first('desk.closeAlert', { id, finding: 'harmless', comment: reason })).rejects.toThrow('conflict')
    await first('desk.takeAlert', { id })
    await second('desk.commentAlert', { id, comment: 'I have called the ward' })
    await second('desk.takeAlert', { id })
    await expect(first('desk.closeAlert', { id, finding: 'harmless', comment: reason })).rejects.toThrow('conflict')
    const closed = await second('desk.closeAlert', { id, finding: 'passed-on', comment: 'Told the privacy office' })
    expect(closed).toMatchObject({ state: 'closed', finding: 'passed-on', takenBy: { sub: people[1]?.sub }, steps: [{ what: 'taken', by: { sub: people[0]?.sub } }, { what: 'commented' }, { what: 'taken' }, { what: 'closed', comment: 'Told the privacy office' }] })
    await expect(first('desk.takeAlert', { id })).rejects.toThrow('conflict')
    const { entries } = await first('desk.history', { of: { user: nurse.sub } })
    expect(entries.map(({ what }) => what)).toEqual(expect.arrayContaining(['alert.taken', 'alert.closed']))
    const raw = (await ask('GET', '/lockout/alerts', `Bearer ${people[0]?.token}`)).text
    expect(raw).toContain('0a1b2c3d')
    for (const told of [raw, list, closed, entries]) expect(JSON.stringify(told)).not.toMatch(/needle-of-a-patient|sealed\.words/)
  })
})

describe('a session of the support desk', () => {
  const names = Object.keys(contract).filter(isProcedureName)
  const clinical = names.filter((name) => contract[name].via === 'tab' || (contract[name].needs !== 'anyone' && !contract[name].needs.startsWith('desk:')))

  it('is given the desk by the scopes of the EHR, and nothing of a chart', () => {
    expect(readScopes(people[0]?.scopes ?? []).permissions).toEqual(['desk:read', 'desk:order', 'desk:alerts'])
    expect(people[0]?.scopes.filter((scope) => scope.startsWith('user/')).sort()).toEqual(['user/AuditEvent.c', 'user/Practitioner.rs', 'user/PractitionerRole.rs'])
  })

  it('is answered by no procedure that reads a patient or the trail, on any way there is @164.312(a)(1)', async () => {
    expect(clinical).toEqual(expect.arrayContaining<ProcedureName>(['tab.open', 'chart.section', 'document.open', 'hold.answer', 'patients.search', 'patients.mine', 'patients.recent', 'place.recall', 'draft.read', 'draft.save', 'attachment.open', 'audit.events', 'audit.export', 'audit.print']))
    const rig = atDesk()
    const { permissions } = readScopes(people[0]?.scopes ?? [])
    const handlers = {} as Handlers<'main', CallerFacts> // None is reached.
    const main = createRouter<'main', CallerFacts>({ via: 'main', rows: mainProcedures, handlers, session: () => ({ state: 'active', permissions }), audit: { intent: () => Promise.resolve(), outcome: () => undefined }, seal: () => Promise.resolve(undefined), correlation: () => '0badcafe', report: () => undefined })
    for (const name of clinical) {
      const { via } = contract[name]
      const { input } = validCalls[name]
      if (via === 'main') expect(await main({}, name, input), name).toMatchObject({ ok: false, failure: { kind: 'not-permitted' } })
      // Each row with the input that it takes: the table pairs them.
      else expect(await (via === 'tab' ? rig.tab('7d0c1f2e') : rig.workspace()).call(name as 'patients.mine', input as Record<string, never>), name).toMatchObject({ failure: 'not-permitted' })
    }
  })

  it('is refused every record by the EHR itself, were a workstation to ask @164.312(a)(1)', async () => {
    const token = people[0]?.token ?? ''
    for (const type of ['Patient', 'Observation', 'Condition', 'MedicationRequest', 'AllergyIntolerance', 'DocumentReference', 'Binary', 'Encounter', 'CareTeam', 'AuditEvent']) expect(await probe.api(`${type}?_count=1`, token), type).toBe(403)
    expect(await probe.api('Patient/anybody/$everything', token)).toBe(403)
    expect((await ask('POST', '/audit-keys/open', `Bearer ${token}`, { jwe: 'a..b.c.d' })).status).toBe(403)
    expect((await ask('POST', '/break-the-glass/grants', `Bearer ${token}`, { patient: 'anybody', reason })).status).toBeGreaterThanOrEqual(400)
    // With every permission that there is, the records process gets no further than that.
    const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, folder: undefined, token, nextToken: token, role: 'support' })
    rigs.push(rig)
    expect(await rig.workspace().call('patients.search', { text: 'villasenor' })).toMatchObject({ failure: 'forbidden' })
  })

  it('reports what it did, after the lock too, by a token that sees no workstation and gives no order', async () => {
    const { refresh_token: refresh = '' } = await tokensOf(sandbox, probe, 'support', 1, asked)
    const { access_token: token, scope = '' } = await client.refreshTokenGrant(probe.config, refresh, { scope: reportScope })
    expect(isForReportsAlone(scope.split(' '))).toBe(true)
    expect(await ask('GET', '/lockout/workstations', `Bearer ${token}`)).toMatchObject({ status: 403, body: { error: 'scope-missing' } })
    expect(await ask('POST', '/lockout/orders', `Bearer ${token}`, { kind: 'lock', target: { everyone: true }, reason })).toMatchObject({ status: 403 })
  })

  it('is the only one that a desk answers: to a nurse it is shut here, and at the EHR', async () => {
    const own = names.filter((name) => name.startsWith('desk.'))
    expect(own.length).toBeGreaterThan(14)
    const at = (more: object) => {
      const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, folder: undefined, token: nurse.token, nextToken: nurse.token, role: 'nurse', ...more })
      rigs.push(rig)
      return rig.workspace()
    }
    const { permissions } = readScopes(asked.split(' '))
    const here = at({ permissions })
    const there = at({})
    for (const name of own) {
      const input = validCalls[name].input as Record<string, never> // The table pairs them.
      expect(await here.call(name as 'desk.users', input), name).toMatchObject({ failure: 'not-permitted' })
      expect(await there.call(name as 'desk.users', input), name).toMatchObject({ failure: 'forbidden' })
    }
  })
})

it('tells the person in front of it when the EHR has locked them out themselves', async () => {
  const rig = atDesk(1, 'a-token-of-nobody')
  await vi.waitFor(async () => expect(await rig.workspace().call('desk.users', {})).toMatchObject({ failure: 'unauthorized' }))
})
