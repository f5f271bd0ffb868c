import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openJournal } from '../../electron/orders/journal.ts'
import type { OrderKind } from '../../shared/desk/order-kinds.ts'
import { createStandings } from '../../electron/orders/standing.ts'
import type { Keychain } from '../../electron/vault/keychain.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { users } from '../../electron/vault/users.ts'
import { type Busy, type OrderedWorkstation, orderedWorkstation } from './lockout/ordered-workstation.ts'
import { openSite, type Site } from './lockout/site.ts'
import { userWith } from './sandbox-client.ts'

let sandbox: Site['sandbox']
let probe: Site['probe']
let ask: Site['ask']
let close: Site['close']
let desk: string
beforeAll(async () => {
  const site = await openSite({ pollMs: 1_000 })
  ;({ sandbox, probe, ask, close } = site)
  desk = await site.desk()
})
afterAll(() => close())

let folder: string
let ends: (() => Promise<unknown>)[]
beforeEach(async () => {
  ends = []
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-ordered-'))
})
afterEach(async () => {
  sandbox.faults.reset()
  for (const index of [0, 1]) sandbox.reinstateUser(userWith(sandbox, 'nurse', index).username)
  for (const end of ends) await end()
  await rm(folder, { recursive: true, force: true })
})

const place = (keychain?: Keychain) => orderedWorkstation(sandbox, probe, folder, keychain)
async function started(here: OrderedWorkstation, busy?: Busy) {
  const work = await here.start(busy)
  let isOver = false
  const end = async () => {
    if (!isOver) await work.end()
    isOver = true
  }
  ends.push(end)
  return { ...work, end }
}
/** The first of the two nurses is at work, the other one's session waits; orders are taken. */
async function atWork(here: OrderedWorkstation, busy?: Busy) {
  const work = await started(here, busy)
  work.workstation.dispatch({ type: 'unlocked' })
  await work.workstation.settled()
  await work.begin()
  expect(work.screen().state).toBe('active')
  return work
}
async function order(here: OrderedWorkstation, kind: OrderKind, target: object, message?: string) {
  const { status, body } = await ask('POST', '/lockout/orders', desk, { kind, target, reason: 'To see what becomes of it', ...(kind === 'reset-pin' ? { identifiedBy: 'called-back', identification: 'Rang the ward back' } : {}), ...(message === undefined ? {} : { message }) })
  expect(status).toBe(201)
  // About people it goes wherever they have been: the workstations of the other tests too.
  const delivery = async () => z.array(z.looseObject({ deviceId: z.string() })).parse((await ask('GET', `/lockout/orders/${body.id}`, desk)).body.deliveries).find(({ deviceId }) => deviceId === here.deviceId)
  return { delivery, becomes: (what: object) => settles(delivery, what) }
}
async function settles(read: () => Promise<unknown>, what: object): Promise<void> {
  await expect.poll(read, { timeout: 15_000 }).toMatchObject(what)
}
const done = { state: 'taken', result: 'done' }

describe('an order, as the screen and the chain tell it', () => {
  it('with a message alone is read by whoever works, who goes on; over a restart too, until they have read it', async () => {
    const here = await place()
    const work = await atWork(here)
    await (await order(here, 'message', { workstations: [here.deviceId] }, 'The EHR restarts at noon')).becomes(done)
    expect(work.screen()).toMatchObject({ state: 'active', notice: 'The EHR restarts at noon' })
    expect(await work.says()).toContain('order.message')
    await work.end()
    const again = await started(here)
    expect(again.screen().notice).toBe('The EHR restarts at noon')
    await again.workstation.readNotice()
    expect(again.screen().notice).toBeUndefined()
  })

  it('to sign in anew locks, and no PIN opens it, after a restart neither @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const { sub, userKey } = here.people[0]
    const work = await atWork(here)
    await (await order(here, 'require-sign-in', { users: [sub] })).becomes(done)
    expect(work.workstation.session()).toMatchObject({ state: 'locked', reason: 'order', needsSignIn: true })
    work.workstation.dispatch({ type: 'unlocked' })
    expect(work.screen().state).toBe('locked')
    expect((await work.says()).slice(-2).sort()).toEqual(['order.require-sign-in', 'session.locked'])
    await work.end()
    expect((await started(here)).workstation.session()).toMatchObject({ state: 'locked', who: { userKey }, needsSignIn: true })
  })

  it('to reset a PIN locks, and the PIN is void @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const { sub, userKey } = here.people[0]
    const work = await atWork(here)
    await (await order(here, 'reset-pin', { users: [sub] })).becomes(done)
    expect(work.workstation.session()).toMatchObject({ state: 'locked', reason: 'pin-reset', needsSignIn: true, who: { pin: 'void' } })
    expect(here.pins.get(userKey)).toBe('void')
    expect(await work.says()).toContain('order.reset-pin')
  })

  it('to sign somebody out who waits behind another one’s session ends theirs and no other, here and at the server @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const [first, second] = here.people
    const work = await atWork(here)
    await (await order(here, 'sign-out', { users: [second.sub] })).becomes(done)
    expect(work.screen().state).toBe('active')
    expect((await users(here.keychain).waiting()).map(({ userKey }) => userKey)).toEqual([first.userKey])
    await expect(work.workstation.switchTo(second.userKey)).rejects.toMatchObject({ kind: 'not-permitted' })
    expect(await Promise.all(here.people.map(({ token }) => probe.api('Patient?_count=1', token)))).toEqual([200, 401])
    expect(await work.says()).toContain('order.sign-out')
  })

  it('to sign a workstation out ends every session that is there @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const work = await atWork(here)
    await (await order(here, 'sign-out', { workstations: [here.deviceId] })).becomes(done)
    expect(work.screen().state).toBe('signedOut')
    expect(await users(here.keychain).waiting()).toEqual([])
    expect(await Promise.all(here.people.map(({ token }) => probe.api('Patient?_count=1', token)))).toEqual([401, 401])
    await work.end()
    expect((await started(here)).screen().state).toBe('signedOut')
  })

  it('to sign out says on the first screen that support did it and when, and not to whom; over a restart too', async () => {
    const here = await place()
    const work = await atWork(here)
    const before = Date.now()
    await (await order(here, 'sign-out', { workstations: [here.deviceId] })).becomes(done)
    const { signedOutAt = 0 } = work.screen()
    expect(signedOutAt).toBeGreaterThanOrEqual(before)
    await work.end()
    const again = await started(here)
    expect(again.screen()).toMatchObject({ state: 'signedOut', signedOutAt })
    expect(JSON.stringify(again.screen())).not.toMatch(/Nurse|[a-z2-7]{26}/)
  })

  it('to sign out is said no more once somebody else is at work', async () => {
    const here = await place()
    const [first, second] = here.people
    const work = await atWork(here)
    await (await order(here, 'sign-out', { users: [first.sub] })).becomes(done)
    await work.workstation.switchTo(second.userKey)
    expect(work.screen()).not.toHaveProperty('signedOutAt')
    work.workstation.dispatch({ type: 'unlocked' })
    work.workstation.dispatch({ type: 'sign-out-asked' })
    await work.workstation.settled()
    expect(work.screen().state).toBe('signedOut')
    expect(work.screen()).not.toHaveProperty('signedOutAt')
    await expect.poll(async () => (await openJournal(folder, here.keychain)).journal.current()).not.toHaveProperty('signedOutAt')
  })

  it('to disable somebody leaves whoever else waits there to go on by their PIN, and offers nobody the session that it ended @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const [first, second] = here.people
    const work = await atWork(here)
    await (await order(here, 'disable-user', { users: [first.sub] })).becomes(done)
    await work.workstation.settled()
    expect(work.screen()).toMatchObject({ state: 'lockedOut' })
    expect(work.screen().others?.map(({ userKey }) => userKey)).toEqual([second.userKey])
    await expect(work.workstation.switchTo(first.userKey)).rejects.toMatchObject({ kind: 'not-permitted' })
    await work.workstation.switchTo(second.userKey)
    expect(work.workstation.session()).toMatchObject({ state: 'locked', who: { userKey: second.userKey }, needsSignIn: false })
    work.workstation.dispatch({ type: 'unlocked' })
    expect(work.screen().state).toBe('active')
  })

  it('to disable somebody who waits behind another one’s lock: they are offered there no more, until they are enabled @164.312(a)(2)(iii)', async () => {
    const here = await place()
    const { sub, userKey } = here.people[1]
    const work = await atWork(here)
    work.workstation.dispatch({ type: 'lock-asked', reason: 'manual' })
    await work.workstation.settled()
    const offered = () => work.screen().others?.map((each) => each.userKey)
    expect(offered()).toEqual([userKey])
    await (await order(here, 'disable-user', { users: [sub] })).becomes(done)
    expect([work.screen().state, offered()]).toEqual(['locked', undefined])
    await expect(work.workstation.switchTo(userKey)).rejects.toMatchObject({ kind: 'not-permitted' })
    await (await order(here, 'enable-user', { users: [sub] })).becomes(done)
    await expect.poll(offered).toEqual([userKey])
  })

  it('for another workstation changes nothing, and is recorded', async () => {
    const here = await place()
    const work = await atWork(here)
    sandbox.faults.set({ orderToken: 'wrong-subject' })
    await (await order(here, 'lock', { workstations: [here.deviceId] })).becomes({ state: 'refused', error: 'invalid_subject' })
    expect(work.screen().state).toBe('active')
    expect((await work.says()).at(-1)).toBe('order.refused')
  })

  it('to lock out darkens the screen though the keychain hangs @164.312(a)(2)(iii)', async () => {
    const kept = memoryKeychain()
    let isHanging = false
    const here = await place({ ...kept, set: (account, value) => (isHanging && account.startsWith('order/') ? new Promise(() => {}) : kept.set(account, value)) })
    const { sub } = here.people[0]
    const work = await atWork(here)
    isHanging = true
    await order(here, 'disable-user', { users: [sub] })
    await expect.poll(() => work.screen().state, { timeout: 5_000 }).toBe('lockedOut')
    expect(work.ended.sort()).toEqual(['page', 'records'])
    // The one who could say that it hangs still waits for it.
    ends = ends.slice(0, -1)
  })
})

describe('an EHR that has no stream of orders @164.312(a)(2)(iii)', () => {
  it('locks a person out as fast as the token lives: what refuses the refresh ends the session, and no PIN comes back to it', async () => {
    const here = await place()
    const work = await started(here)
    work.workstation.dispatch({ type: 'unlocked' })
    // No order is asked for, and none comes.
    await work.asksForToken()
    await work.asksForToken()
    expect(work.screen().state).toBe('active')
    sandbox.revokeUser(userWith(sandbox, 'nurse', 0).username)
    await work.asksForToken().catch(() => undefined)
    await work.workstation.settled()
    expect(work.workstation.session()).toMatchObject({ state: 'locked', reason: 'token-refused', needsSignIn: true })
    expect(work.ended.sort()).toEqual(['page', 'records'])
    expect(await work.says()).toContain('session.locked')
    await work.end()
    expect((await started(here)).workstation.session()).toMatchObject({ state: 'locked', needsSignIn: true })
  })
})

describe('an order to lock that comes in the middle @164.312(a)(2)(iii)', () => {
  const never = () => new Promise<void>(() => {})
  it.each<[string, Busy, boolean]>([
    ['of a save, which is handed over and committed', { page: () => new Promise((resolve) => setTimeout(resolve, 60)), records: () => new Promise((resolve) => setTimeout(resolve, 60)) }, true],
    ['of a print, which holds the page', { page: never }, false],
    ['of an upload, which does not end', { records: never }, false],
  ])('%s: the screen is dark, the processes are gone, and both ends say so', async (_what, busy, isSaved) => {
    const here = await place()
    const work = await atWork(here, busy)
    await (await order(here, 'lock', { workstations: [here.deviceId] })).becomes(done)
    await work.workstation.dark()
    expect(work.workstation.session()).toMatchObject({ state: 'locked', reason: 'order' })
    expect(work.ended.sort()).toEqual(['page', 'records'])
    const [times] = work.workstation.locks().slice(-1)
    expect(times?.allSaved).toBe(isSaved)
    expect(times?.reaped).toBeLessThan(1_000)
    expect((await work.says()).filter((event) => event === 'order.lock' || event === 'session.locked').sort()).toEqual(['order.lock', 'order.lock', 'session.locked'])
  })
})

describe('an order that is on the disk when the application is killed', () => {
  /** Taken and kept; before anything was done, there was no more application. */
  async function keptAlone(here: OrderedWorkstation, kind: OrderKind, message?: string): Promise<void> {
    const { journal } = await openJournal(folder, here.keychain)
    const userKey = here.people[0].userKey
    await journal.change((kept) => ({ ...kept, pending: [{ jti: `order-${kind}`, kind, ...(kind === 'message' || kind === 'wipe' ? {} : { userKey }), ...(message === undefined ? {} : { message }) }] }))
  }

  it.each<[OrderKind, string]>([['lock', 'locked'], ['sign-out', 'signedOut'], ['disable-user', 'lockedOut'], ['require-sign-in', 'locked'], ['reset-pin', 'locked'], ['message', 'locked'], ['wipe', 'signedOut']])('%s is carried out by the next start, before anything is shown, and recorded', async (kind, state) => {
    const here = await place()
    await keptAlone(here, kind, kind === 'message' ? 'Please call 4711' : undefined)
    const work = await started(here)
    const userKey = here.people[0].userKey
    expect(work.screen().state).toBe(state)
    expect(await work.says()).toContain(`order.${kind}`)
    expect((await openJournal(folder, here.keychain)).journal.current().pending).toEqual([])
    expect({
      standing: await createStandings(here.keychain).of(userKey), pin: here.pins.get(userKey), notice: work.screen().notice, wiped: work.wiped, last: (await users(here.keychain).last())?.userKey === userKey,
    }).toEqual({
      standing: kind === 'disable-user' ? 'out' : kind === 'require-sign-in' ? 'sign-in' : undefined,
      pin: kind === 'reset-pin' ? 'void' : undefined,
      notice: kind === 'message' ? 'Please call 4711' : undefined,
      wiped: kind === 'wipe' ? [userKey] : [],
      last: kind !== 'sign-out' && kind !== 'wipe',
    })
  })

  it('and one that no disk takes is carried out, not acknowledged, and taken when there is room again', async () => {
    const here = await place()
    const work = await atWork(here)
    // Where the journal's folder was is a file: nothing can be written there.
    const journal = join(folder, 'orders')
    await rm(journal, { recursive: true, force: true })
    await writeFile(journal, '')
    const { delivery, becomes } = await order(here, 'lock', { workstations: [here.deviceId] })
    await expect.poll(() => work.screen().state, { timeout: 5_000 }).toBe('locked')
    expect(await work.says()).toContain('order.lock')
    expect(await delivery()).toMatchObject({ state: 'waiting' })
    await rm(journal)
    await becomes(done)
  })
})
