import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../electron/diagnostics/log.ts'
import { openBus } from '../../electron/session/desktop/bus.ts'
import { followDesktop } from '../../electron/session/desktop/index.ts'
import type { SignedIn } from '../../electron/session/machine.ts'
import { createSessionShell } from '../../electron/session/shell.ts'
import { createSleep } from '../../electron/session/sleep.ts'
import { countTime } from '../../electron/session/steady-time.ts'
import { type Logind, ownLogind } from './desktop/logind.ts'
import { type PrivateBus, privateBus } from './desktop/private-bus.ts'
import { ownScreenSaver } from './desktop/screen-saver.ts'

let bus: PrivateBus
const ends: (() => unknown)[] = []
beforeAll(async () => {
  bus = await privateBus()
})
afterAll(() => bus.close())
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const policy = { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 259_200, introspectSeconds: 300, whenTaken: 'stays-locked' } as const

/** Somebody at work on a workstation that follows that bus, both as the machine's and as the desktop's. */
function atWork({ address = bus.address, dark = async () => {} }: { readonly address?: string; dark?(): Promise<void> } = {}) {
  let skipped = 0
  const clock = { now: () => Date.now() + skipped }
  // Of a machine that sleeps, the clock on the wall alone goes on.
  const steady = countTime(() => ({ wall: clock.now(), monotonic: performance.now(), uptime: performance.now() }))
  const who: SignedIn = { userKey: 'a'.repeat(26), user: { displayName: 'Amara', role: 'physician' }, permissions: [], authTime: clock.now(), pin: 'set' }
  const locks: string[] = []
  const logged: string[] = []
  const log = createLog((line) => void logged.push(line), clock)
  const shell = createSessionShell({
    moment: () => ({ now: clock.now(), steady: steady(), ages: () => ({ unheard: 0, sinceSignIn: 0 }) }),
    initial: { state: 'active', epoch: 1, who, lastInput: steady(), seenAt: clock.now() },
    policy: () => policy,
    carryOut: ({ do: what }) => void (what === 'lock' && locks.push(what)),
    changed: () => undefined,
  })
  let awake = 0
  const machine = createSleep({
    dispatch: shell.dispatch, through: dark, awake: () => void (awake += 1), monotonic: () => performance.now(), log,
    within: (work, milliseconds) => Promise.race([work.then(() => 'done' as const), sleep(milliseconds, 'late' as const, { ref: false })]),
  })
  const desktop = followDesktop({ env: { PATH: process.env['PATH'], DBUS_SYSTEM_BUS_ADDRESS: address, DBUS_SESSION_BUS_ADDRESS: address }, pid: process.pid, log, sleep: machine, dispatch: shell.dispatch })
  ends.push(() => desktop.close())
  const state = () => {
    const session = shell.current()
    return session.state === 'locked' ? session.reason : session.state
  }
  async function says(event: string, times = 1): Promise<void> {
    await expect.poll(() => logged.filter((line) => line.includes(event)).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(times)
  }
  return {
    locks, says, state,
    async becomes(what: string) {
      await expect.poll(state, { timeout: 5_000 }).toBe(what)
    },
    followed: () => says('desktop.followed', 2),
    /** It has heard what that machine said before: it hears now that the machine woke. */
    async heard(machine: Logind) {
      const before = awake
      machine.prepareForSleep(false)
      await expect.poll(() => awake).toBe(before + 1)
    },
    /** Its clock goes on by that while nothing of it runs. */
    sleepsFor: (milliseconds: number) => void (skipped += milliseconds),
    close: () => desktop.close(),
  }
}

async function logind(how?: Parameters<typeof ownLogind>[1]) {
  const connection = await bus.join()
  ends.push(() => connection.connection.stream.destroy())
  return ownLogind(connection, how)
}

async function screenSaver(...[name, how]: [Parameters<typeof ownScreenSaver>[1], Parameters<typeof ownScreenSaver>[2]?]) {
  const connection = await bus.join()
  ends.push(() => connection.connection.stream.destroy())
  return ownScreenSaver(connection, name, how)
}

describe('a workstation whose desktop is locked @164.312(a)(2)(iii)', () => {
  it('is locked by logind, once however often it is told, and by no unlock opened', async () => {
    const machine = await logind()
    const work = atWork()
    await work.followed()
    machine.lock()
    machine.lock()
    machine.hint(true)
    await work.becomes('os-lock')
    machine.unlock()
    machine.hint(false)
    await work.heard(machine)
    expect([work.state(), work.locks]).toEqual(['os-lock', ['lock']])
  })

  it('is locked by the hint of the login alone, where the desktop locks itself', async () => {
    const machine = await logind()
    const work = atWork()
    await work.followed()
    machine.hint(true)
    await work.becomes('os-lock')
    expect(work.locks).toEqual(['lock'])
  })

  it('is not locked with another person’s login', async () => {
    const machine = await logind()
    const work = atWork()
    await work.followed()
    await machine.keptByUs()
    machine.lock('/org/freedesktop/login1/session/_38')
    await work.heard(machine)
    expect(work.state()).toBe('active')
    machine.lock()
    await work.becomes('os-lock')
  })

  it.each(['org.freedesktop.ScreenSaver', 'org.gnome.ScreenSaver'] as const)('is locked when %s comes up, and stays so when it goes', async (name) => {
    const work = atWork()
    await work.followed()
    const saver = await screenSaver(name)
    saver.becomes(true)
    saver.becomes(true)
    await work.becomes('os-lock')
    saver.becomes(false)
    await saver.comesAnew()
    expect([work.state(), work.locks]).toEqual(['os-lock', ['lock']])
  })

  it('is locked when it finds that it was locked while nobody told', async () => {
    const first = atWork()
    await first.followed()
    await screenSaver('org.freedesktop.ScreenSaver', { isActive: true })
    await first.becomes('os-lock')
    const second = atWork()
    await logind({ isLocked: () => true })
    await second.becomes('os-lock')
    expect([first.locks, second.locks]).toEqual([['lock'], ['lock']])
  })

  it('is not locked by somebody else who sends the same words, to all or to it alone', async () => {
    const machine = await logind()
    const saver = await screenSaver('org.gnome.ScreenSaver')
    const work = atWork()
    await work.followed()
    const forger = await bus.join()
    const names: unknown = await forger.listNames()
    const all = Array.isArray(names) ? names.filter((name: unknown) => typeof name === 'string' && name.startsWith(':')) : []
    for (const destination of [undefined, ...all]) {
      for (const [path, from, member, body] of [
        ['/org/freedesktop/login1/session/_37', 'org.freedesktop.login1.Session', 'Lock', []],
        ['/org/freedesktop/login1', 'org.freedesktop.login1.Manager', 'PrepareForSleep', [true]],
        ['/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver', 'ActiveChanged', [true]],
        ['/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameOwnerChanged', ['org.gnome.ScreenSaver', '', forger.name]],
      ] as const) {
        forger.connection.message({ type: 4, serial: forger.serial++, path, interface: from, member, ...(destination === undefined ? {} : { destination }), ...(body.length === 0 ? {} : { signature: body.length === 3 ? 'sss' : 'b', body: [...body] }) })
      }
    }
    await forger.getId()
    await Promise.all([work.heard(machine), saver.comesAnew()])
    expect([work.state(), work.locks]).toEqual(['active', []])
    saver.becomes(true)
    await work.becomes('os-lock')
  })
})

describe('a machine that goes to sleep @164.312(a)(2)(iii)', () => {
  it('is kept awake until the lock is through, and no longer; and is kept again once it has woken', async () => {
    const machine = await logind()
    const order: string[] = []
    const work = atWork({ dark: async () => void (await sleep(300), order.push('dark')) })
    const kept = await machine.keptByUs()
    expect(kept).toMatchObject({ what: 'sleep', mode: 'delay', isHeld: true })
    const began = performance.now()
    machine.prepareForSleep(true)
    machine.prepareForSleep(true)
    await work.becomes('suspend')
    await kept.released
    expect(order).toEqual(['dark'])
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(work.locks).toEqual(['lock'])
    machine.prepareForSleep(false)
    machine.prepareForSleep(false)
    expect(await machine.keptByUs()).not.toBe(kept)
    await work.heard(machine)
    expect(machine.inhibitors).toHaveLength(2)
    expect(work.state()).toBe('suspend')
  })

  it('is not kept longer than logind waits, by a lock that never ends', async () => {
    const machine = await logind()
    const work = atWork({ dark: () => new Promise(() => {}) })
    const kept = await machine.keptByUs()
    const began = performance.now()
    machine.prepareForSleep(true)
    await kept.released
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(work.state()).toBe('suspend')
    await work.says('"late":true')
  })

  it('wakes locked for the deadline that it slept past, where nobody told that it would sleep', async () => {
    const machine = await logind()
    for (const [hours, reason] of [[1, 'idle'], [13, 'absolute']] as const) {
      const work = atWork()
      await work.followed()
      work.sleepsFor(hours * 3_600_000)
      machine.prepareForSleep(false)
      await work.becomes(reason)
      expect(work.locks).toEqual(['lock'])
    }
  })

  it('is kept no more when the application ends', async () => {
    const machine = await logind()
    const work = atWork()
    const kept = await machine.keptByUs()
    await work.close()
    await kept.released
    expect(kept.isHeld).toBe(false)
  })
})

describe('a bus', () => {
  it('that is absent, comes, dies and comes back costs nobody their session, and is followed again', async () => {
    const own = await privateBus()
    ends.push(() => own.close())
    await own.kill()
    const work = atWork({ address: own.address })
    await work.says('desktop.lost', 2)
    await own.start()
    await work.followed()
    await own.kill()
    await work.says('desktop.lost', 4)
    await own.start()
    const saver = await ownScreenSaver(await own.join(), 'org.gnome.ScreenSaver')
    await work.says('desktop.followed', 4)
    expect(work.state()).toBe('active')
    saver.becomes(true)
    await work.becomes('os-lock')
  })

  it.each([
    ['never answers', () => {}],
    ['ends at once', (socket) => void socket.end()],
    ['speaks another language', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['is mad after a good beginning', (socket) => void socket.once('data', () => socket.write(Buffer.concat([Buffer.from('OK 0123456789abcdef0123456789abcdef\r\n'), Buffer.alloc(4_096, 0xa5)])))],
    ['promises a message of four gigabytes', (socket) => void socket.once('data', () => socket.write(Buffer.concat([Buffer.from('OK 00\r\nl\u0004\u0000\u0001', 'latin1'), Buffer.alloc(12, 0xff)])))],
  ] as [string, (socket: Socket) => void][])('that %s is given up', async (_what, answer) => {
    const folder = await mkdtemp(join(tmpdir(), 'chartkeep-mad-'))
    const path = join(folder, 'bus')
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined)
      answer(socket)
    }).listen(path)
    await once(server, 'listening')
    ends.push(() => rm(folder, { recursive: true, force: true }), () => server.close())
    await expect(openBus(path, () => expect.unreachable(), new AbortController().signal, 500)).rejects.toThrow()
  })
})
