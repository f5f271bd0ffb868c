import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind, kindOf } from '../../shared/errors.ts'
import { Policy } from '../../shared/policy.ts'
import { epochs } from './epochs.ts'
import { partWrapping } from './kept-part.ts'
import { keyParts } from './key-part.ts'
import { memoryKeychain } from './memory-keychain.ts'
import { renewedUnderHsm } from './renewed-under-hsm.ts'
import { rotations } from './rotations.ts'
import { tries } from './tries.ts'
import { createVault } from './vault.ts'
import type { WrappingKeys } from './wrapping-keys.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'

/** An HSM that can fail as it is told; the real one is in tests/integration/hsm.test.ts. */
function shelf() {
  const keys = new Map<string, Buffer>()
  const state = { failure: undefined as FailureKind | undefined, asked: [] as string[] }
  const here = (what: string) => {
    state.asked.push(what)
    if (state.failure !== undefined) throw new ChartkeepError(state.failure)
  }
  const key = (name: string) => {
    const found = keys.get(name)
    if (found === undefined) throw new ChartkeepError('hsm-key-missing')
    return found
  }
  const hsm: WrappingKeys = {
    token: 'the-token-of-this-ward',
    exists: async (name) => (here('exists'), keys.has(name)),
    make: async (name) => (here('make'), void keys.set(name, randomBytes(32))),
    wrap: async (name, bytes) => {
      here('wrap')
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key(name), iv)
      return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    },
    unwrap: async (name, wrapped) => {
      here('unwrap')
      const decipher = createDecipheriv('aes-256-gcm', key(name), wrapped.subarray(0, 12)).setAuthTag(wrapped.subarray(-16))
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()])
    },
    destroy: async (name) => (here('destroy'), void keys.delete(name)),
  }
  return { hsm, keys, state }
}

/** A workstation whose policy may change. */
function workstation() {
  const keychain = memoryKeychain()
  const { hsm, keys, state } = shelf()
  const policy = { hsm: hsm as WrappingKeys | undefined }
  const parts = keyParts(keychain, partWrapping(() => policy.hsm))
  const counted = tries({ keychain, monotonic: () => 0, wait: () => Promise.resolve() })
  const vault = createVault({ keyParts: parts, tries: counted, epochs: epochs(keychain), rotations: rotations({ keychain, clock: { now: () => 0 }, policy: () => Policy.shape.vault.parse(undefined).rotate }), keeping: 'sealed', userData: tmpdir() })
  const kept = async () => (await keychain.get(`key-part/${user}`)) ?? ''
  return { keychain, keys, state, policy, parts, vault, kept }
}

async function withPart(station: ReturnType<typeof workstation>) {
  const { fresh } = await station.parts.renew(user, undefined)
  await station.parts.settle(user, fresh.id)
  return fresh
}

describe('a key part under a key in an HSM @164.312(a)(2)(iv)', () => {
  it('stands in the keychain as the HSM wrapped it, and nowhere as it is', async () => {
    const station = workstation()
    const { id, part } = await withPart(station)
    const kept = await station.kept()
    for (const form of ['base64url', 'base64', 'hex'] as const) expect(kept).not.toContain(part.toString(form))
    expect(await station.parts.read(user, id)).toEqual(part)
    expect([...station.keys.keys()]).toEqual([`${user}/${id}`])
  })

  it('is given out in memory of its own, with or without an HSM: what crosses to another process is the part and nothing beside it', async () => {
    const station = workstation()
    const { id } = await withPart(station)
    expect((await station.parts.read(user, id)).buffer.byteLength).toBe(32)
    station.policy.hsm = undefined
    const plain = await withPart(station)
    expect((await station.parts.read(user, plain.id)).buffer.byteLength).toBe(32)
    expect(plain.part.buffer.byteLength).toBe(32)
  })

  it('does not open by what the keychain holds when the HSM is another', async () => {
    const station = workstation()
    const { id } = await withPart(station)
    const [name = ''] = station.keys.keys()
    station.keys.set(name, randomBytes(32))
    await expect(station.parts.read(user, id)).rejects.toThrow(Error)
  })

  it('that was there before the policy asked for an HSM moves into it when it is next read', async () => {
    const station = workstation()
    const { hsm } = station.policy
    station.policy.hsm = undefined
    const { id, part } = await withPart(station)
    expect(await station.kept()).toContain(part.toString('base64url'))
    station.policy.hsm = hsm
    expect(await station.parts.read(user, id)).toEqual(part)
    expect(await station.kept()).not.toContain(part.toString('base64url'))
    expect(await station.parts.read(user, id)).toEqual(part)
  })

  it('that is moved opens after a crash at any point of it', async () => {
    for (const dies of ['exists', 'make', 'wrap'] as const) {
      const station = workstation()
      const { hsm } = station.policy
      station.policy.hsm = undefined
      const { id, part } = await withPart(station)
      station.policy.hsm = hsm && { ...hsm, [dies]: async (...given: [string, Uint8Array]) => (await hsm[dies](...given), Promise.reject(new ChartkeepError('hsm-driver'))) }
      await expect(station.parts.read(user, id)).rejects.toMatchObject({ kind: 'hsm-driver' })
      station.policy.hsm = hsm
      expect(await station.parts.read(user, id)).toEqual(part)
      expect(await station.kept()).not.toContain(part.toString('base64url'))
    }
  })

  it('is not opened by a policy that names no HSM any more, and is not lost', async () => {
    const station = workstation()
    const { hsm } = station.policy
    const { id, part } = await withPart(station)
    station.policy.hsm = undefined
    await expect(station.parts.read(user, id)).rejects.toMatchObject({ kind: 'hsm-driver' })
    station.policy.hsm = hsm
    expect(await station.parts.read(user, id)).toEqual(part)
  })

  it('has a key of its own, which is destroyed when another part has taken its place, and at the wipe', async () => {
    const station = workstation()
    const first = await withPart(station)
    const second = await station.parts.renew(user, first.id)
    expect(second.named).toEqual(first.part)
    expect(station.keys.size).toBe(2)
    await station.parts.settle(user, second.fresh.id)
    expect([...station.keys.keys()]).toEqual([`${user}/${second.fresh.id}`])
    await station.parts.destroy(user)
    expect(station.keys.size).toBe(0)
    expect(await station.parts.exists(user)).toBe(false)
  })

  it('whose key somebody deleted is told as that, and does not stand in the way of a new one', async () => {
    const station = workstation()
    const first = await withPart(station)
    station.keys.clear()
    await expect(station.parts.read(user, first.id)).rejects.toMatchObject({ kind: 'hsm-key-missing' })
    const { fresh, named } = await station.parts.renew(user, first.id)
    expect(named).toBeUndefined()
    expect(await station.parts.read(user, fresh.id)).toEqual(fresh.part)
  })
})

describe('what a part opened that stood plainly in the keychain before the policy asked for an HSM @164.312(a)(2)(iv)', () => {
  /** A part from before, and what was ordered and released since: in their order. */
  async function moved() {
    const station = workstation()
    const { hsm } = station.policy
    station.policy.hsm = undefined
    const { id } = await withPart(station)
    await station.vault.settleKeyPart(user, { part: id, dataKey: 1, epoch: 1 }, 'unlock')
    const order: string[] = []
    const vault = renewedUnderHsm({
      ...station.vault,
      orderRotation: async (userKey, what) => (await station.vault.orderRotation(userKey, what), void order.push(`${what} ordered`)),
      releaseKeyPart: async (userKey, part) => {
        const released = await station.vault.releaseKeyPart(userKey, part)
        order.push(`released, due: ${released.due}`)
        return released
      },
    })
    const begin = () => (station.policy.hsm = hsm)
    return { station, id, order, vault, begin }
  }

  it('is put under new keys: that is ordered, once, before the part is wrapped', async () => {
    const { station, id, order, vault, begin } = await moved()
    await vault.releaseKeyPart(user, id)
    begin()
    await vault.releaseKeyPart(user, id)
    // A restart asks again for nothing, and forgets nothing, until another data key is in use.
    await vault.releaseKeyPart(user, id)
    expect(order).toEqual(['released, due: nothing', 'data-key ordered', 'released, due: data-key', 'released, due: data-key'])
    const next = await vault.succeedKeyPart(user, id)
    await vault.settleKeyPart(user, { part: next.id, dataKey: 2, epoch: 2 }, 'rotation')
    expect(await vault.releaseKeyPart(user, next.id)).toMatchObject({ due: 'nothing' })
    expect(await station.kept()).not.toContain('"part"')
  })

  it('is so too where the PIN is chosen anew in between, and where the HSM fails the first time', async () => {
    const { station, id, order, vault, begin } = await moved()
    begin()
    station.state.failure = 'hsm-absent'
    for (let time = 0; time < 3; time += 1) expect(await vault.releaseKeyPart(user, id).catch(kindOf)).toBe('hsm-absent')
    station.state.failure = undefined
    const { fresh } = await vault.renewKeyPart(user, id)
    await vault.settleKeyPart(user, { part: fresh.id, dataKey: 1, epoch: 2 }, 'new-pin')
    expect(await vault.releaseKeyPart(user, fresh.id)).toMatchObject({ due: 'data-key' })
    expect(order).toEqual(['data-key ordered', 'released, due: data-key'])
  })

  it.each([
    ['that cannot be read', () => 'young'],
    ['of a clock that was wrong, and is right again at the next unlock', (id: string) => JSON.stringify({ keyPart: { id, since: 864_000_000 }, dataKey: { generation: 1, since: 864_000_000 } })],
  ])('is ordered beside an age %s: what was due for that alone might not be, once the part is wrapped', async (_, record) => {
    const { station, id, order, vault, begin } = await moved()
    await station.keychain.set(`rotation/${user}`, record(id))
    begin()
    await vault.releaseKeyPart(user, id)
    expect(order).toEqual(['data-key ordered', 'released, due: data-key'])
    expect(await station.keychain.get(`rotation/${user}`)).toContain('"ordered":"data-key"')
    await vault.settleKeyPart(user, { part: id, dataKey: 1, epoch: 1 }, 'unlock')
    expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'data-key' })
  })

  it('is so, once, where the policy names another token that has the key as well; and not again before it names a third', async () => {
    const { station, id, order, vault, begin } = await moved()
    begin()
    await vault.releaseKeyPart(user, id)
    await vault.settleKeyPart(user, { part: id, dataKey: 2, epoch: 2 }, 'rotation')
    order.length = 0
    const { hsm } = station.policy
    station.policy.hsm = hsm && { ...hsm, token: 'the-token-of-the-other' }
    for (let time = 0; time < 2; time += 1) expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'data-key' })
    expect(order).toEqual(['data-key ordered', 'released, due: data-key', 'released, due: data-key'])
    await vault.settleKeyPart(user, { part: id, dataKey: 3, epoch: 3 }, 'rotation')
    expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'nothing' })
    station.policy.hsm = hsm
    expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'data-key' })
  })

  it('is not so for a part of which nobody noted in which token it was wrapped, nor where the other token does not have the key', async () => {
    const { station, id, vault, begin } = await moved()
    begin()
    await vault.releaseKeyPart(user, id)
    await vault.settleKeyPart(user, { part: id, dataKey: 2, epoch: 2 }, 'rotation')
    const { hsm } = station.policy
    const noted = await station.kept()
    station.policy.hsm = hsm && { ...hsm, token: 'the-token-of-the-other' }
    await station.keychain.set(`key-part/${user}`, noted.replace(/,"token":"[^"]*"/, ''))
    expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'nothing' })
    // An empty token: nothing is opened, changed or lost by it, and the policy of before opens as ever.
    await station.keychain.set(`key-part/${user}`, noted)
    const keys = new Map(station.keys)
    station.keys.clear()
    expect(await vault.releaseKeyPart(user, id).catch(kindOf)).toBe('hsm-key-missing')
    expect(await station.kept()).toBe(noted)
    for (const [name, key] of keys) station.keys.set(name, key)
    station.policy.hsm = hsm
    expect((await vault.releaseKeyPart(user, id)).part).toHaveLength(32)
  })

  it('releases nothing where the keychain does not take the order: the part stays, and shows the need for it the next time', async () => {
    const { station, id, vault, begin } = await moved()
    begin()
    const before = await station.kept()
    const deaf = renewedUnderHsm({ ...station.vault, orderRotation: () => Promise.reject(new ChartkeepError('keychain-denied')) })
    expect(await deaf.releaseKeyPart(user, id).catch(kindOf)).toBe('keychain-denied')
    expect([await station.kept(), await station.vault.triesLeft(user)]).toEqual([before, 5])
    expect(await vault.releaseKeyPart(user, id)).toMatchObject({ due: 'data-key' })
  })
})

describe('an HSM that is not there', () => {
  it('costs nobody a try of their PIN, and changes nothing', async () => {
    const station = workstation()
    const { id, part } = await withPart(station)
    const before = await station.kept()
    station.state.failure = 'hsm-absent'
    for (let time = 0; time < 7; time += 1) expect(await station.vault.releaseKeyPart(user, id).catch(kindOf)).toBe('hsm-absent')
    expect(await station.vault.triesLeft(user)).toBe(5)
    expect(await station.parts.renew(user, id).catch(kindOf)).toBe('hsm-absent')
    expect(await station.kept()).toBe(before)
    station.state.failure = undefined
    expect((await station.vault.releaseKeyPart(user, id)).part).toEqual(part)
  })

  it('gives no try back that was wrong, and none to a PIN that was voided meanwhile', async () => {
    const station = workstation()
    const { id } = await withPart(station)
    await station.vault.releaseKeyPart(user, id)
    station.state.failure = 'hsm-absent'
    await station.vault.releaseKeyPart(user, id).catch(() => undefined)
    expect(await station.vault.triesLeft(user)).toBe(4)
    const { hsm } = station.policy
    station.policy.hsm = hsm && { ...hsm, unwrap: async (...given) => (await station.vault.voidPin(user), hsm.unwrap(...given)) }
    expect(await station.vault.releaseKeyPart(user, id).catch(kindOf)).toBe('hsm-absent')
    expect(await station.vault.triesLeft(user)).toBe(0)
  })

  it('leaves a full sign-in that keeps nothing, until it is there again', async () => {
    const station = workstation()
    const { id } = await withPart(station)
    // Nothing is asked of it before somebody needs it: a start does not wait for a token.
    station.state.asked.length = 0
    expect(await station.vault.pinState(user)).toBe('set')
    expect(station.state.asked).toEqual([])
    station.state.failure = 'hsm-silent'
    await station.vault.releaseKeyPart(user, id).catch(() => undefined)
    expect(await station.vault.pinState(user)).toBe('unavailable')
    station.state.failure = undefined
    expect(await station.vault.pinState(user)).toBe('set')
  })

  it('in memory of a part that the keychain cannot tell, is not blamed', async () => {
    const station = workstation()
    await withPart(station)
    await station.keychain.set(`key-part/${user}`, 'rubbish')
    expect(await station.vault.pinState(user)).toBe('set')
  })
})
