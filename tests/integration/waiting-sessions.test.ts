import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vaultsIn } from '../../electron/vault/vault.ts'
import { type OrderedWorkstation, orderedWorkstation } from './lockout/ordered-workstation.ts'
import { openSite, type Site } from './lockout/site.ts'

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
let here: OrderedWorkstation
let work: Awaited<ReturnType<OrderedWorkstation['start']>>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-waiting-'))
  here = await orderedWorkstation(sandbox, probe, folder)
  for (const { userKey } of here.people) await mkdir(join(vaultsIn(folder), userKey), { recursive: true })
  work = await here.start()
})
afterEach(async () => {
  await work.end()
  await rm(folder, { recursive: true, force: true })
})

const told = async () => (await ask('GET', `/lockout/workstations/${here.deviceId}`, desk)).body
async function tells(what: object): Promise<void> {
  await expect.poll(told, { timeout: 15_000 }).toMatchObject(what)
}
const preview = async (kind: string, target: object) => (await ask('POST', '/lockout/previews', desk, { kind, target })).body

/** The first of two nurses is at work, and the other one's session waits, as they left it: each with work of their own. */
async function handedOver() {
  const [first, second] = here.people
  const { workstation } = work
  work.unsent(first.userKey, { drafts: 1, changes: 0 })
  work.unsent(second.userKey, { drafts: 2, changes: 3 })
  await work.begin()
  workstation.dispatch({ type: 'unlocked' })
  await workstation.settled()
  return { first, second, workstation }
}

describe('the sessions that wait on a workstation that goes from hand to hand', () => {
  it('are told to the desk, whose and since when, with the unsent work of each; and after a restart, before anybody has unlocked', async () => {
    const { first, second, workstation } = await handedOver()
    await tells({ state: 'active', user: { sub: first.sub }, unsent: { drafts: 3, changes: 3 }, waitingSessions: [{ user: { sub: second.sub, role: 'nurse' }, unsent: { drafts: 2, changes: 3 } }] })
    // Nobody has seen them leave since this start, and nothing is made up.
    expect((await told()).waitingSessions?.[0]).not.toHaveProperty('since')

    const before = Date.now()
    workstation.dispatch({ type: 'lock-asked', reason: 'manual' })
    await workstation.settled()
    const switched = Date.now()
    await workstation.switchTo(second.userKey)
    // The screen is another one's now, and is since then, though it is as dark as before.
    await tells({ state: 'locked', user: { sub: second.sub }, waitingSessions: [{ user: { sub: first.sub }, unsent: { drafts: 1, changes: 0 } }] })
    expect(Date.parse((await told()).since ?? '')).toBeGreaterThanOrEqual(switched)
    workstation.dispatch({ type: 'unlocked' })
    await tells({ state: 'active', user: { sub: second.sub }, waitingSessions: [{ user: { sub: first.sub } }] })
    const since = Date.parse((await told()).waitingSessions?.[0]?.since ?? '')
    expect(since).toBeGreaterThanOrEqual(before)
    expect(since).toBeLessThanOrEqual(Date.now())

    await work.end()
    work = await here.start()
    await work.begin()
    await tells({ state: 'locked', user: { sub: second.sub }, waitingSessions: [{ user: { sub: first.sub }, since: new Date(since).toISOString(), unsent: { drafts: 1, changes: 0 } }] })
  })

  it('are counted in the preview of an order that reaches them, and are no more there once it was carried out; an order for one of them tells of theirs alone', async () => {
    const { first, second } = await handedOver()
    await tells({ state: 'active', waitingSessions: [{ user: { sub: second.sub } }] })
    const target = { workstations: [here.deviceId] }
    for (const kind of ['sign-out', 'require-sign-in', 'wipe']) expect(await preview(kind, target), kind).toMatchObject({ workstations: 1, open: 1, waiting: 1, waitingUnknown: 0, userCount: 2, unsent: { drafts: 3, changes: 3 }, unsentUnknown: 0 })
    for (const kind of ['lock', 'message']) expect(await preview(kind, target), kind).toMatchObject({ waiting: 0, userCount: 1 })
    const there = (body: Awaited<ReturnType<typeof preview>>) => body.sample?.find(({ deviceId }) => deviceId === here.deviceId)
    const theirs = await preview('sign-out', { users: [second.sub] })
    expect(theirs).toMatchObject({ userCount: 1, open: 0, waiting: 1, users: [{ sub: second.sub }] })
    expect(there(theirs)?.theirs).toEqual({ drafts: 2, changes: 3 })
    expect(there(await preview('wipe', { users: [first.sub] }))?.theirs).toEqual({ drafts: 1, changes: 0 })

    expect((await ask('POST', '/lockout/orders', desk, { kind: 'sign-out', target, reason: 'The ward is given up today' })).status).toBe(201)
    await tells({ state: 'signedOut', waitingSessions: [] })
    // What they wrote lies there all the same, and is told as theirs.
    expect(there(await preview('wipe', { users: [second.sub] }))?.theirs).toEqual({ drafts: 2, changes: 3 })
  })
})
