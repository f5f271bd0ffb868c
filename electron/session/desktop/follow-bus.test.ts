import { describe, expect, it } from 'vitest'
import { createLog } from '../../diagnostics/log.ts'
import type { Bus, Call, Signal } from './bus.ts'
import { followBus, type Speaker } from './follow-bus.ts'
import { createScreenSavers } from './screen-saver.ts'

const log = createLog(() => undefined, { now: () => 0 })
const owner = ':1.7'
const never = new Promise<void>(() => {})

/** A bus on which one peer owns every name, and its answers. */
function bus(answer: (call: Call) => unknown = () => undefined): Bus {
  return { call: async (call) => (call.member === 'GetNameOwner' ? owner : answer(call)), gone: never, close: () => undefined }
}

/** Follows what `open` gives for each attempt in turn, until there is none, or it was waited for long enough; gives what it waited for. */
async function follow(speakers: readonly Speaker[], attempts: readonly ((heard: (signal: Signal) => void) => Promise<Bus>)[]): Promise<number[]> {
  const waits: number[] = []
  let attempt = 0
  await new Promise<void>((resolve) => {
    const following = followBus({
      kind: 'session', sockets: ['/bus'], speakers, log,
      open: (_socket, heard) => attempts[attempt++]?.(heard) ?? Promise.reject(new Error('none')),
      wait: async (milliseconds) => {
        waits.push(milliseconds)
        if (attempt <= attempts.length && waits.length < 20) return
        void following.close()
        resolve()
      },
    })
  })
  return waits
}

describe('a bus that is followed', () => {
  const refused = () => Promise.reject(new Error('refused'))

  it('is come back to, later each time, a minute at most', async () => {
    expect(await follow([], Array.from({ length: 8 }, () => refused))).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
  })

  it('that does not answer any more is left, and sought anew', async () => {
    let asked = 0
    const silent = bus(({ member }) => {
      if (member === 'GetId' && ++asked > 1) throw new Error('late')
      return undefined
    })
    // Twice looked at, the second time in vain; then from the beginning.
    expect(await follow([], [() => Promise.resolve(silent), refused])).toEqual([30_000, 30_000, 1_000, 1_000, 2_000])
  })
})

describe('what cannot be understood', () => {
  it.each([[[]], [['rubbish']], [[1]], [[{ isActive: false }]], [[true]]])('of a screen saver (%j) locks', async (args) => {
    let locks = 0
    const [saver] = createScreenSavers(() => void (locks += 1))
    saver?.said({ sender: owner, path: '/', interface: 'org.freedesktop.ScreenSaver', member: 'ActiveChanged', args })
    expect(locks).toBe(1)
  })

  it('of the bus about who owns a name changes nothing', async () => {
    const locks: string[] = []
    const savers = createScreenSavers(() => void locks.push('lock'))
    const theBus = { sender: 'org.freedesktop.DBus', interface: 'org.freedesktop.DBus', path: '/', member: 'NameOwnerChanged' }
    const active = { sender: owner, path: '/', interface: 'org.gnome.ScreenSaver', member: 'ActiveChanged', args: [true] }
    await follow(savers, [
      async (heard) => bus(({ member }) => {
        // As soon as it is looked at: everything has been asked by then.
        if (member !== 'GetId') return false
        for (const args of [[], ['org.gnome.ScreenSaver'], ['org.gnome.ScreenSaver', '', 7], [null, null, ':1.8']]) heard({ ...theBus, args })
        heard({ ...active, sender: ':1.8' })
        locks.push('forged')
        heard(active)
        // Who has given the name up is not listened to.
        heard({ ...theBus, args: ['org.gnome.ScreenSaver', owner, ''] })
        heard(active)
        throw new Error('enough')
      }),
    ])
    expect(locks).toEqual(['forged', 'lock'])
  })
})
