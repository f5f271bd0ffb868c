import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../../shared/errors.ts'
import { leastCost } from './argon2-cost.ts'
import type { KeySets } from './key-file.ts'
import { nextDek, rotate, type RotationParts } from './rotate.ts'
import { copyOf, type Dek, type KeyPart, pinBytes, unwrapOld, unwrapWithPin, unwrapWithShare, wrapUnderPin, wrapUnderShare } from './wrap.ts'

const user = 'user-a'
const pin = 'kestrel-7'
const share = randomBytes(32)

interface Faults {
  /** What the disk gives of new copies that it was given. */
  readonly spoil?: (sets: KeySets) => KeySets
  /** The writing, counted from 1, that the disk refuses. */
  readonly refuses?: number
}

/** A vault that is open, with a copy of its DEK for each secret; the disk and the keychain are the test's. */
async function workstation({ spoil = (sets) => sets, refuses }: Faults = {}) {
  const old: KeyPart = { id: 'part-1', part: randomBytes(32) }
  const opened: Dek = { generation: 1, key: randomBytes(32) }
  const first: KeySets = { current: { slots: [await wrapUnderPin(opened, pinBytes(pin), copyOf(old), user, leastCost), wrapUnderShare(opened, Buffer.from(share), copyOf(old), user)] } }
  const disk = { sets: first, written: 0 }
  const keychain = [old]
  const never = () => Promise.reject(new Error('not asked for'))
  const parts: RotationParts = {
    folder: '/nowhere',
    userKey: user,
    cost: () => Promise.resolve(leastCost),
    keys: {
      release: never,
      renew: never,
      settle: never,
      rotated: never,
      succeed() {
        const fresh = { id: 'part-2', part: randomBytes(32) }
        keychain.push(fresh)
        return Promise.resolve(copyOf(fresh))
      },
    },
    file: {
      read: () => Promise.resolve(spoil(disk.sets)),
      write(_folder, sets) {
        disk.written += 1
        if (disk.written === refuses) return Promise.reject(new ChartkeepError('disk-full'))
        disk.sets = sets
        return Promise.resolve()
      },
    },
  }
  /** What each copy that is current opens to, by the parts that the keychain holds. */
  async function opens(): Promise<readonly (Dek | undefined)[]> {
    const found: (Dek | undefined)[] = []
    for (const slot of disk.sets.current.slots) {
      const part = Buffer.from(keychain.find(({ id }) => id === slot.part)?.part ?? expect.fail('its part is gone'))
      found.push(slot.kind === 'pin' ? await unwrapWithPin(slot, pinBytes(pin), part, user) : unwrapWithShare(slot, Buffer.from(share), part, user))
    }
    return found
  }
  return { parts, opened, disk, opens, secrets: (next: Dek) => ({ opened, next, pin, share }) }
}

const rotating = (station: Awaited<ReturnType<typeof workstation>>, next: Dek) => rotate(station.parts, station.secrets(next), () => undefined)

describe('a rotation of keys @164.312(a)(2)(iv)', () => {
  it('puts the same DEK under a new part, for every secret', async () => {
    const station = await workstation()
    expect(await rotating(station, station.opened)).toEqual({ part: 'part-2' })
    expect(station.disk.sets.current.slots.map(({ part, generation }) => [part, generation])).toEqual([['part-2', 1], ['part-2', 1]])
    expect(await station.opens()).toEqual([station.opened, station.opened])
    expect(station.disk.sets.current.previous).toBeUndefined()
  })

  it('puts another DEK in its place, which opens the one before', async () => {
    const station = await workstation()
    const next = nextDek(station.opened)
    await rotating(station, next)
    expect(await station.opens()).toEqual([next, next])
    const { previous } = station.disk.sets.current
    expect(previous && unwrapOld(previous, next, user)).toEqual(station.opened)
  })

  it.each([
    ['of the PIN', 0],
    ['of the share', 1],
  ])('gives up nothing for a new copy %s that does not open as it stands on the disk', async (_which, index) => {
    const station = await workstation({
      spoil: (sets) => (sets.fresh === undefined ? sets : { ...sets, fresh: { slots: sets.fresh.slots.map((slot, at) => (at === index ? { ...slot, nonce: Buffer.alloc(12).toString('base64') } : slot)) } }),
    })
    await expect(rotating(station, station.opened)).rejects.toMatchObject({ kind: 'vault-corrupt' })
    expect(await station.opens()).toEqual([station.opened, station.opened])
    expect(station.disk.sets.current.slots[0]?.part).toBe('part-1')
  })

  it.each([
    ['one of them', (sets: KeySets): KeySets => ({ ...sets, fresh: { slots: sets.fresh?.slots.slice(0, 1) ?? [] } })],
    ['all of them', (sets: KeySets): KeySets => ({ current: sets.current })],
  ])('gives up nothing where the disk has lost %s', async (_what, spoil) => {
    const station = await workstation({ spoil })
    await expect(rotating(station, station.opened)).rejects.toMatchObject({ kind: 'vault-corrupt' })
    expect(await station.opens()).toEqual([station.opened, station.opened])
  })

  it('gives up nothing where the disk has lost the DEK before', async () => {
    const station = await workstation({ spoil: (sets) => (sets.fresh ? { ...sets, fresh: { slots: sets.fresh.slots } } : sets) })
    await expect(rotating(station, nextDek(station.opened))).rejects.toMatchObject({ kind: 'vault-corrupt' })
    expect(await station.opens()).toEqual([station.opened, station.opened])
  })

  it.each([1, 2])('leaves what opens where the disk takes no more at the %i. writing', async (refuses) => {
    const station = await workstation({ refuses })
    await expect(rotating(station, nextDek(station.opened))).rejects.toMatchObject({ kind: 'disk-full' })
    expect(await station.opens()).toEqual([station.opened, station.opened])
  })
})
