import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sandbox } from '../../sandbox/server.ts'
import { type OrderedWorkstation, orderedWorkstation } from './lockout/ordered-workstation.ts'
import { openProbe, type Probe, smallSandbox, userWith } from './sandbox-client.ts'

const minute = 60_000
type Started = Awaited<ReturnType<OrderedWorkstation['start']>>

let sandbox: Sandbox
let probe: Probe
let nurse: string
beforeAll(async () => {
  sandbox = await smallSandbox({ pollMs: 1_000 })
  probe = await openProbe(sandbox)
  nurse = userWith(sandbox, 'nurse').username
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

let folder: string
let here: OrderedWorkstation
let work: Started
/** At an EHR that sends no orders: the first of two nurses has locked, and comes back by the PIN. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-no-stream-'))
  here = await orderedWorkstation(sandbox, probe, folder)
  sandbox.faults.set({ orderStream: 'absent' })
  work = await here.start()
  await work.begin()
  work.passes(0)
})
afterEach(async () => {
  sandbox.troubles.set([])
  sandbox.faults.reset()
  sandbox.reinstateUser(nurse)
  await work.end()
  await rm(folder, { recursive: true, force: true })
})

const told = (line: string, times = 1) => vi.waitFor(() => expect(work.logged.filter((each) => each.includes(line)).length).toBeGreaterThanOrEqual(times), 10_000)
const becomes = (expected: object) => vi.waitFor(() => expect(work.screen()).toMatchObject(expected), 10_000)
const refused = { state: 'locked', pin: 'unavailable', lock: { reason: 'token-refused' } }
async function unlocked(): Promise<void> {
  await work.unlocks()
  await becomes({ state: 'active' })
}

describe('a session at an EHR that sends no orders @164.308(a)(3)(ii)(C)', () => {
  it('is locked within the time of the policy when the EHR bars the person, though nothing is asked of it; the chain says so, and a restart opens nothing', async () => {
    await unlocked()
    await told('token.asked')
    sandbox.revokeUser(nurse)
    work.passes(5 * minute)
    await becomes(refused)
    expect(await work.says()).toContain('session.locked')
    await work.end()
    work = await here.start()
    expect(work.screen()).toMatchObject({ state: 'locked', pin: 'unavailable' })
  })

  it('shows nothing to whoever is barred when they come back by the PIN', async () => {
    sandbox.revokeUser(nurse)
    await work.unlocks()
    await becomes(refused)
    expect(await work.says()).not.toContain('session.active')
  })

  it('that waits behind a lock has its end, with words on the lock screen and an entry in the chain', async () => {
    sandbox.revokeUser(nurse)
    work.passes(20_000)
    await becomes(refused)
    expect((await work.says()).filter((event) => event === 'session.locked')).toHaveLength(1)
  })

  it.each(['absent', 'of-access-tokens'] as const)('goes on, and has its end, by a refresh for nothing where introspection is %s', async (introspection) => {
    sandbox.faults.set({ introspection })
    work.passes(20_000)
    await told('"stands":true')
    work.passes(15 * minute)
    await told('"stands":true', 2)
    // Believed when it is said twice, and told once.
    expect(work.logged.filter((line) => line.includes('asking-useless'))).toHaveLength(1)
    sandbox.revokeUser(nurse)
    work.passes(15 * minute)
    await becomes(refused)
  })

  it.each([401, 403])('is asked for by refresh alone where introspection is not for this client (%i): told once in the log', async (status) => {
    sandbox.troubles.set([{ for: { path: '/auth/introspect' }, deed: { do: 'answer', status } }])
    for (const times of [1, 2, 3]) {
      work.passes(15 * minute)
      await told('"stands":true', times)
    }
    // Once would not tell it from a firewall's passing word.
    expect(sandbox.troubles.counts()).toEqual([2])
    expect(work.logged.filter((line) => line.includes('"way":"introspection","why":"refused"'))).toHaveLength(1)
    expect(work.logged.join()).not.toContain(here.people[0].refresh)
  })

  it.each([
    ['says that it is broken', { do: 'answer', status: 503 }, 'server'],
    ['was too slow for a proxy', { do: 'answer', status: 408 }, 'timeout'],
    ['has enough of it', { do: 'answer', status: 429 }, 'throttled'],
    ['is cut off', { do: 'drop', when: 'before' }, 'offline'],
    ['answers forty megabytes', { do: 'bulk', megabytes: 40, in: 'one-entry' }, 'too-large'],
    ['leads elsewhere', { do: 'redirect', to: 'other-host' }, 'redirected'],
  ] as const)('is neither locked nor heard where the endpoint %s', async (_what, deed, failure) => {
    await unlocked()
    sandbox.troubles.set([{ for: { path: '/auth/introspect' }, deed }])
    const before = work.logged.length
    for (let asked = 1; asked <= 2; asked += 1) {
      work.workstation.dispatch({ type: 'input' })
      work.passes(5 * minute)
      await vi.waitFor(() => {
        work.passes(0)
        expect(sandbox.troubles.counts()[0]).toBeGreaterThanOrEqual(asked)
      }, 10_000)
      await told('token.not-asked')
    }
    expect(work.logged.slice(before).filter((line) => line.includes('token.not-asked'))).toMatchObject([expect.stringContaining(failure)])
    expect(work.screen()).toMatchObject({ state: 'active' })
  })

  it('is neither locked nor heard where it is told of somebody else', async () => {
    await unlocked()
    sandbox.faults.set({ introspection: 'of-another' })
    work.passes(5 * minute)
    await told('"failure":"malformed"')
    expect(work.screen()).toMatchObject({ state: 'active' })
  })

  it('opens all the same, and soon, where the EHR takes the question and never answers', async () => {
    sandbox.troubles.set([{ for: { path: '/auth/introspect' }, deed: { do: 'drip', what: 'head', everyMs: 1_000 } }])
    const began = performance.now()
    await unlocked()
    expect(performance.now() - began).toBeLessThan(4_000)
  })

  it.each([403, 410, 503])('is asked about where the stream answers %i from now on and the reports are taken, and has its end', async (status) => {
    sandbox.faults.set({ orderStream: 'ok' })
    await work.end()
    work = await here.start()
    await work.begin()
    await vi.waitFor(() => expect(work.hearsOrders()).toBe(true), 10_000)
    await unlocked()
    sandbox.troubles.set([{ for: { path: '/lockout/poll' }, deed: { do: 'answer', status } }, { for: { path: '/lockout/status' }, deed: { do: 'delay', ms: 1 } }])
    await vi.waitFor(() => expect(work.hearsOrders()).toBe(false), 10_000)
    const reports = sandbox.troubles.counts()[1] ?? 0
    work.unsent(here.people[0].userKey, { drafts: 1, changes: 0 })
    await vi.waitFor(() => expect(sandbox.troubles.counts()[1]).toBeGreaterThan(reports), 10_000)
    // From when it looks at this session, the time of the policy is counted.
    work.passes(0)
    sandbox.revokeUser(nurse)
    work.passes(5 * minute)
    await becomes(refused)
  })

  it('is asked about by nobody where orders reach the workstation', async () => {
    sandbox.faults.set({ orderStream: 'ok' })
    await work.end()
    work = await here.start()
    await work.begin()
    sandbox.troubles.set([{ for: { path: '/auth/introspect' }, deed: { do: 'delay', ms: 1 } }])
    await vi.waitFor(() => expect(work.hearsOrders()).toBe(true), 10_000)
    await unlocked()
    for (let passed = 0; passed < 6; passed += 1) work.passes(minute)
    expect(sandbox.troubles.counts()).toEqual([0])
  })
})

describe('a workstation that is locked overnight at an EHR that sends no orders', () => {
  /** Ten hours, looked at often enough for a contact to come of it. */
  async function overnight(): Promise<void> {
    for (let passed = 0; passed < 40; passed += 1) {
      const before = work.logged.length
      work.passes(15 * minute)
      await vi.waitFor(() => expect(work.logged.length).toBeGreaterThan(before), 10_000)
    }
  }

  it.each(['ok', 'absent'] as const)('opens by the PIN in the morning, since the EHR was there all night (introspection: %s)', async (introspection) => {
    sandbox.faults.set({ introspection })
    await overnight()
    expect(work.screen()).toMatchObject({ state: 'locked', pin: 'set' })
    await unlocked()
  })

  it('opens by the PIN of whoever waits behind that lock too: the EHR was asked about them as well', async () => {
    const answers = () => work.logged.filter((line) => line.includes('"stands":true')).length
    for (let hour = 1; hour <= 10; hour += 1) {
      // Whoever is on the screen first, and then who waits.
      for (const passed of [60 * minute, 0]) {
        const before = answers()
        work.passes(passed)
        await vi.waitFor(() => expect(answers()).toBeGreaterThan(before), 10_000)
      }
    }
    await work.workstation.switchTo(here.people[1].userKey)
    await work.workstation.settled()
    expect(work.screen()).toMatchObject({ state: 'locked', pin: 'set' })
    await unlocked()
  })

  it('asks for a full sign-in where the EHR was not', async () => {
    sandbox.faults.set({ network: 'cut' })
    work.passes(4 * 60 * minute)
    await told('token.not-asked')
    expect(work.screen()).toMatchObject({ state: 'locked', pin: 'set' })
    work.passes(4 * 60 * minute)
    await becomes({ state: 'locked', pin: 'unavailable', lock: { reason: 'offline' } })
  })

  it('is kept from neither of the other limits by it: twelve hours after the sign-in it asks for another', async () => {
    await overnight()
    expect(work.screen()).toMatchObject({ state: 'locked', pin: 'set' })
    work.passes(2 * 60 * minute)
    await becomes({ state: 'locked', pin: 'unavailable' })
  })
})
