import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrate, leastCost } from './argon2-cost.ts'
import { Argon2Cost } from './key-file.ts'
import { createKeyring } from './keyring.ts'
import { purposes } from './purposes.ts'
import { type Dek, type KeyPart, pinBytes, unwrapWithPin, unwrapOld, unwrapWithShare, wrapOld, wrapUnderPin, wrapUnderShare } from './wrap.ts'

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

describe('a DEK under a PIN @164.312(a)(2)(iv)', () => {
  const dek: Dek = { generation: 3, key: randomBytes(32) }
  const part = randomBytes(32)
  const keyPart = (): KeyPart => ({ id: 'part-1', part: Buffer.from(part) })
  const wrap = () => wrapUnderPin(dek, pinBytes('kestrel-7'), keyPart(), 'user-a', leastCost)

  it('opens with the same PIN, the same key part and the same user', async () => {
    expect(await unwrapWithPin(await wrap(), pinBytes('kestrel-7'), Buffer.from(part), 'user-a')).toEqual(dek)
  })

  it('stays closed with another PIN, another key part, another user, or a cheaper guess', async () => {
    const slot = await wrap()
    expect(await unwrapWithPin(slot, pinBytes('kestrel-8'), Buffer.from(part), 'user-a')).toBeUndefined()
    expect(await unwrapWithPin(slot, pinBytes('kestrel-7'), randomBytes(32), 'user-a')).toBeUndefined()
    expect(await unwrapWithPin(slot, pinBytes('kestrel-7'), Buffer.from(part), 'user-b')).toBeUndefined()
    expect(await unwrapWithPin({ ...slot, generation: 4 }, pinBytes('kestrel-7'), Buffer.from(part), 'user-a')).toBeUndefined()
    expect(await unwrapWithPin({ ...slot, argon2: { ...slot.argon2, passes: 4 } }, pinBytes('kestrel-7'), Buffer.from(part), 'user-a')).toBeUndefined()
  })

  it('stays closed when its slot is moved to another kind, or says that it needs another part', async () => {
    const slot = await wrap()
    expect(await unwrapWithPin({ ...slot, part: 'part-2' }, pinBytes('kestrel-7'), Buffer.from(part), 'user-a')).toBeUndefined()
    const { argon2: _, ...rest } = slot
    expect(unwrapWithShare({ ...rest, kind: 'share' }, randomBytes(32), Buffer.from(part), 'user-a')).toBeUndefined()
  })

  it('takes the same PIN however the keyboard composed it', async () => {
    const slot = await wrapUnderPin(dek, pinBytes('caf\u00e9-77'), keyPart(), 'user-a', leastCost)
    expect(await unwrapWithPin(slot, pinBytes('cafe\u0301-77'), Buffer.from(part), 'user-a')).toEqual(dek)
  })

  it('leaves neither the PIN nor the key part in memory it was given', async () => {
    const pin = pinBytes('kestrel-7')
    const given = keyPart()
    const slot = await wrapUnderPin(dek, pin, given, 'user-a', leastCost)
    expect(isZero(pin) && isZero(given.part)).toBe(true)
    const again = pinBytes('wrong one')
    const givenAgain = Buffer.from(part)
    await unwrapWithPin(slot, again, givenAgain, 'user-a')
    expect(isZero(again) && isZero(givenAgain)).toBe(true)
  })

  it('holds nothing that a thief could test a PIN against without the key part', async () => {
    const first = await wrap()
    const second = await wrap()
    expect(first.wrapped).not.toBe(second.wrapped)
    expect(first.salt).not.toBe(second.salt)
  })
})

describe('a DEK under the share of the EHR @164.312(a)(2)(iv)', () => {
  const dek: Dek = { generation: 3, key: randomBytes(32) }
  const part = randomBytes(32)
  const share = randomBytes(32)
  const wrap = () => wrapUnderShare(dek, Buffer.from(share), { id: 'part-1', part: Buffer.from(part) }, 'user-a')

  it('opens with the same share, key part and user, and with no other', () => {
    const slot = wrap()
    expect(unwrapWithShare(slot, Buffer.from(share), Buffer.from(part), 'user-a')).toEqual(dek)
    expect(unwrapWithShare(slot, randomBytes(32), Buffer.from(part), 'user-a')).toBeUndefined()
    expect(unwrapWithShare(slot, Buffer.from(share), randomBytes(32), 'user-a')).toBeUndefined()
    expect(unwrapWithShare(slot, Buffer.from(share), Buffer.from(part), 'user-b')).toBeUndefined()
    expect(unwrapWithShare({ ...slot, generation: 4 }, Buffer.from(share), Buffer.from(part), 'user-a')).toBeUndefined()
    expect(unwrapWithShare({ ...slot, part: 'part-2' }, Buffer.from(share), Buffer.from(part), 'user-a')).toBeUndefined()
  })

  it('leaves neither the share nor the key part in memory it was given', () => {
    const [given, givenPart] = [Buffer.from(share), Buffer.from(part)]
    const slot = wrapUnderShare(dek, given, { id: 'part-1', part: givenPart }, 'user-a')
    expect(isZero(given) && isZero(givenPart)).toBe(true)
    const [again, againPart] = [randomBytes(32), Buffer.from(part)]
    unwrapWithShare(slot, again, againPart, 'user-a')
    expect(isZero(again) && isZero(againPart)).toBe(true)
  })
})

describe('a DEK under the one that follows it @164.312(a)(2)(iv)', () => {
  const old: Dek = { generation: 3, key: randomBytes(32) }
  const next: Dek = { generation: 4, key: randomBytes(32) }

  it('opens with that one, for the same user, and with nothing else', () => {
    const kept = wrapOld(old, next, 'user-a')
    expect(unwrapOld(kept, next, 'user-a')).toEqual(old)
    expect(unwrapOld(kept, { ...next, key: randomBytes(32) }, 'user-a')).toBeUndefined()
    expect(unwrapOld(kept, { ...next, generation: 5 }, 'user-a')).toBeUndefined()
    expect(unwrapOld({ ...kept, generation: 2 }, next, 'user-a')).toBeUndefined()
    expect(unwrapOld(kept, next, 'user-b')).toBeUndefined()
  })
})

describe('the cost of a guess', () => {
  /** A machine that takes so long for the least cost, and whose other work makes every second run so many times slower. */
  const machine = (leastMs: number, noise = 1) => {
    let runs = 0
    const work = (cost: Argon2Cost) => (leastMs * cost.passes * cost.memory) / (leastCost.passes * leastCost.memory)
    return { work, run: (cost: Argon2Cost) => Promise.resolve(work(cost) * ((runs += 1) % 2 === 0 ? noise : 1)) }
  }

  it.each([4, 20, 70, 130, 249, 250, 2_000])('is a quarter of a second or more where the least cost takes %i ms', async (leastMs) => {
    const { run, work } = machine(leastMs)
    expect(work(await calibrate(run))).toBeGreaterThanOrEqual(250)
  })

  it('is not made cheap by a machine that is busy while it is measured', async () => {
    const { run, work } = machine(70, 9)
    expect(work(await calibrate(run))).toBeGreaterThanOrEqual(250)
  })

  it('never falls below the floor, nor above what a key file may ask', async () => {
    expect(await calibrate(machine(5_000).run)).toEqual(leastCost)
    expect(Argon2Cost.safeParse(await calibrate(machine(0.001).run)).success).toBe(true)
  })

  it('that a file asks for is bounded: neither all memory nor nearly no work', () => {
    for (const wrong of [{ passes: 1 }, { passes: 17 }, { memory: 1_024 }, { memory: 2 ** 31 }, { lanes: 0 }, { lanes: 99 }, { passes: 3.5 }]) {
      expect(Argon2Cost.safeParse({ ...leastCost, ...wrong }).success).toBe(false)
    }
  })
})

describe('the keys that come from a DEK', () => {
  it('differ by purpose and by salt, and never equal the DEK', () => {
    const keyring = createKeyring(Buffer.alloc(32, 7), new Set(purposes))
    const salts = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
    const keys = purposes.flatMap((purpose) => salts.map((salt) => keyring.recordKey(purpose, salt).toString('hex')))
    const names = (['cache', 'work'] as const).map((name) => keyring.databaseKey(name))
    expect(new Set([...keys, ...names, Buffer.alloc(32, 7).toString('hex')]).size).toBe(purposes.length * 2 + 3)
  })

  it('name rows so that parts cannot run into each other', () => {
    const keyring = createKeyring(randomBytes(32), new Set(purposes))
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (a, b) => {
        expect(keyring.lookup(...a).equals(keyring.lookup(...b))).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
  })

  it('are gone when they are destroyed', () => {
    const dek = randomBytes(32)
    const keyring = createKeyring(dek, new Set(purposes))
    keyring.destroy()
    expect(isZero(dek)).toBe(true)
    expect(() => keyring.recordKey('chart', Buffer.alloc(16))).toThrow('the keys are gone')
    expect(() => keyring.lookup('x')).toThrow('the keys are gone')
    expect(() => keyring.databaseKey('work')).toThrow('the keys are gone')
  })
})
