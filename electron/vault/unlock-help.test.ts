import { createHash, createHmac, randomBytes, randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { answeredText, codeOf, digitsOf, grouped, readCode, secretDigit } from '../../shared/unlock-codes.ts'
import { memoryKeychain } from './memory-keychain.ts'
import type { Keychain } from './keychain.ts'
import { tries } from './tries.ts'
import { createUnlockHelp } from './unlock-help.ts'
import { unlockSecret } from './unlock-secret.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'
const minute = 60_000

/** A workstation whose keychain, and both clocks, outlive its process; nobody waits. */
function workstation(deviceId = 'device-of-ward-three') {
  const keychain = memoryKeychain()
  const time = { monotonic: 0, wall: Date.UTC(2026, 0, 15), waited: 0 }
  const policy = { supportTries: 3 }
  /** A process: it begins to count its time anew. */
  function start(over: Keychain = keychain, subjectOf: (userKey: string) => string = () => 'sub-1') {
    const began = time.monotonic
    const monotonic = () => time.monotonic - began
    const wait = async (ms: number) => {
      time.waited += ms
      time.monotonic += ms
      time.wall += ms
    }
    const counted = tries({ keychain: over, monotonic, wait })
    return { ...counted, ...createUnlockHelp({ tries: counted, secret: unlockSecret(over), deviceId, subjectOf, policy: () => policy, clock: { now: () => time.wall }, monotonic, wait, draw: (below) => randomInt(below) }) }
  }
  const passes = (ms: number) => {
    time.monotonic += ms
    time.wall += ms
  }
  const useAll = async (process: ReturnType<typeof start>) => {
    while ((await process.left(user)) > 0) await process.take(user)
  }
  return { keychain, time, policy, start, passes, useAll, deviceId }
}

/** The EHR's side, as sandbox/lockout/unlock-help.ts has it. */
const answerOf = (secret: Buffer, challenge: string, deviceId: string, sub = 'sub-1') => {
  const code = readCode(challenge)
  if (code === undefined) throw new Error('no challenge')
  return grouped(codeOf(digitsOf(createHmac('sha256', secret).update(answeredText({ deviceId, user: sub, challenge: code })).digest())))
}

/** Whose five tries are used. */
async function outOfTries() {
  const made = workstation()
  const secret = randomBytes(32)
  await unlockSecret(made.keychain).keep(secret.toString('base64url'))
  const process = made.start()
  await made.useAll(process)
  made.time.waited = 0
  return { ...made, secret, process, answer: (challenge: string, deviceId = made.deviceId, sub?: string) => answerOf(secret, challenge, deviceId, sub) }
}
const failing = async (work: Promise<unknown>) => work.then(() => 'granted', kindOf)
const wrongCode = grouped(codeOf([1, 2, 3, 4, 5, 6, 7, 8, 9]))

describe('help with a PIN out of tries @164.312(d)', () => {
  it('grants three, once, to the answer of the desk; then the PIN is void for good', async () => {
    const { process, answer, useAll } = await outOfTries()
    const { code, validMs } = await process.challenge(user)
    expect(validMs).toBe(10 * minute)
    expect(await process.answer(user, answer(code))).toBe(3)
    expect(await process.left(user)).toBe(3)
    await useAll(process)
    await expect(process.take(user)).rejects.toMatchObject({ kind: 'pin-void' })
    expect(await process.mayBeHelped(user)).toBe(false)
    expect(await failing(process.challenge(user))).toBe('pin-void')
  })

  it('is there again once the PIN was right', async () => {
    const { process, answer, useAll } = await outOfTries()
    await process.answer(user, answer((await process.challenge(user)).code))
    await process.forgive(user)
    expect(await process.left(user)).toBe(5)
    await useAll(process)
    await process.answer(user, answer((await process.challenge(user)).code))
    expect(await process.left(user)).toBe(3)
  })

  it('never goes beyond ten tries in all, whatever the policy, the desk and whoever kills the process do', async () => {
    const { process, policy, answer, useAll, start } = await outOfTries()
    policy.supportTries = 5
    await process.answer(user, answer((await process.challenge(user)).code))
    let used = 5
    for (let left = await process.left(user); left > 0; left -= 1) {
      const again = start()
      await again.take(user)
      used += 1
      expect(await failing(again.challenge(user))).toBe('pin-void')
    }
    await useAll(start())
    expect(used).toBe(10)
    expect(await failing(start().challenge(user))).toBe('pin-void')
    // Nor does a grant that was made for another moment.
    expect(await failing(start().grant(user, 5))).toBe('pin-void')
  })

  it('is for no PIN that was reset, forgotten or damaged, and for none that has tries left', async () => {
    const { process, answer } = await outOfTries()
    const { code } = await process.challenge(user)
    await process.exhaust(user)
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect(await failing(process.challenge(user))).toBe('pin-void')
    await process.choose(user)
    await process.chosen(user)
    expect(await failing(process.challenge(user))).toBe('pin-void')
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect(await process.left(user)).toBe(5)
  })

  it('is not there where the policy grants none, the EHR gave no secret, or the keychain does not say', async () => {
    const { process, policy, keychain, start } = await outOfTries()
    expect(await process.isOffered(user)).toBe(true)
    policy.supportTries = 0
    expect(await process.isOffered(user)).toBe(false)
    expect(await failing(process.challenge(user))).toBe('pin-void')
    policy.supportTries = 3
    const locked: Keychain = { ...keychain, get: () => Promise.reject(new ChartkeepError('keychain-locked')) }
    expect(await start(locked).isOffered(user)).toBe(false)
    await keychain.set('unlock-secret', 'rubbish')
    expect(await process.isOffered(user)).toBe(false)
  })
})

describe('an answer of the desk', () => {
  it('counts once: replayed, it is refused, also after a restart, with a restored profile, and with the same PIN out of tries again', async () => {
    const { process, answer, start, useAll } = await outOfTries()
    const { code } = await process.challenge(user)
    await process.answer(user, answer(code))
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    await process.forgive(user)
    await useAll(process)
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    // The profile holds nothing of it: a process that starts over the same keychain is all that a restored one is.
    expect(await failing(start().answer(user, answer(code)))).toBe('code-expired')
  })

  it('of another workstation, for another person, to another challenge, or under another secret is wrong', async () => {
    const { process, answer, secret, deviceId } = await outOfTries()
    const { code } = await process.challenge(user)
    const digit = secretDigit(createHash('sha256').update(secret).digest())
    const other = grouped(codeOf([digit, 0, 0, 0, 0, 0, 0, 0, 0]))
    for (const [index, wrong] of [answer(code, 'device-of-ward-four'), answer(code, deviceId, 'sub-2'), answer(other), answerOf(randomBytes(32), code, deviceId)].entries()) {
      await expect(process.answer(user, wrong)).rejects.toMatchObject({ kind: 'code-wrong', facts: { triesLeft: 4 - index } })
    }
    expect(await process.left(user)).toBe(0)
    expect(await process.answer(user, answer(code))).toBe(3)
  })

  it('that is wrong costs nothing where it is a slip, and five that are none are the end of the PIN', async () => {
    const { process, answer, time, start } = await outOfTries()
    const { code } = await process.challenge(user)
    for (let count = 0; count < 50; count += 1) expect(await failing(process.answer(user, `2${wrongCode.slice(1)}`))).toBe('code-misread')
    expect(time.waited).toBe(0)
    for (const left of [4, 3, 2, 1]) await expect(process.answer(user, wrongCode)).rejects.toMatchObject({ kind: 'code-wrong', facts: { triesLeft: left } })
    expect(time.waited).toBe(1_000 + 2_000 + 4_000)
    expect(await failing(process.answer(user, wrongCode))).toBe('pin-void')
    expect(time.waited).toBe(15_000)
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect(await failing(start().challenge(user))).toBe('pin-void')
  })

  it('is counted before it is looked at: whoever kills the process in between has spent it', async () => {
    const { keychain, start, answer } = await outOfTries()
    let answers = 0
    const dying = () =>
      start({
        ...keychain,
        async set(account, secret) {
          await keychain.set(account, secret)
          if (secret.includes(`"answers":${answers + 1}`)) throw new Error('killed')
        },
      })
    for (; answers < 5; answers += 1) {
      const process = dying()
      const { code } = await process.challenge(user)
      await expect(process.answer(user, answer(code))).rejects.toThrow('killed')
    }
    expect(await failing(start().challenge(user))).toBe('pin-void')
    expect(await start().left(user)).toBe(0)
  })

  it('that a killed process did not carry out is lost, and grants nothing later', async () => {
    const { keychain, start, answer, policy } = await outOfTries()
    const dying = start({ ...keychain, set: (account, secret) => (secret.includes('"granted":3') ? Promise.reject(new Error('killed')) : keychain.set(account, secret)) })
    const { code } = await dying.challenge(user)
    await expect(dying.answer(user, answer(code))).rejects.toThrow('killed')
    expect(await failing(dying.answer(user, answer(code)))).toBe('code-expired')
    const again = start()
    expect(await again.left(user)).toBe(0)
    expect(await failing(again.answer(user, answer(code)))).toBe('code-expired')
    expect(await again.answer(user, answer((await again.challenge(user)).code))).toBe(policy.supportTries)
    expect(await again.left(user)).toBe(3)
  })

  it('given twenty times at once grants once', async () => {
    const { process, answer } = await outOfTries()
    const { code } = await process.challenge(user)
    const all = await Promise.all(Array.from({ length: 20 }, () => failing(process.answer(user, answer(code)))))
    expect(all.filter((each) => each === 'granted')).toHaveLength(1)
    expect(await process.left(user)).toBe(3)
  })
})

describe('a challenge', () => {
  it('is the same while it counts, and another after ten minutes, by which its answer is refused', async () => {
    const { process, answer, passes } = await outOfTries()
    const { code } = await process.challenge(user)
    passes(10 * minute - 1)
    expect(await process.challenge(user)).toEqual({ code, validMs: 1 })
    passes(1)
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect((await process.challenge(user)).code).not.toBe(code)
  })

  it('lives no longer where the clock is set back a day, or forward', async () => {
    for (const day of [-86_400_000, 86_400_000]) {
      const { process, answer, time } = await outOfTries()
      const { code } = await process.challenge(user)
      time.wall += day
      expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    }
    const { process, answer, passes, time } = await outOfTries()
    const { code } = await process.challenge(user)
    passes(10 * minute)
    time.wall -= 10 * minute
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
  })

  it('does not outlive a machine that slept, nor its process; and no more than ten are shown', async () => {
    const { process, answer, time, start } = await outOfTries()
    const { code } = await process.challenge(user)
    // The clock that nobody sets stood still.
    time.wall += 10 * minute
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    const codes = new Set([code])
    for (let count = 1; count < 10; count += 1) codes.add((await start().challenge(user)).code)
    expect(codes.size).toBe(10)
    expect(await failing(start().challenge(user))).toBe('pin-void')
    expect(await failing(process.challenge(user))).toBe('pin-void')
  })

  it('of before a sign-in that brought another secret counts no more, and costs nothing', async () => {
    const { process, answer, keychain } = await outOfTries()
    const { code } = await process.challenge(user)
    let fresh = randomBytes(32)
    for (const digit = (secret: Buffer) => secretDigit(createHash('sha256').update(secret).digest()), named = readCode(code)?.charAt(0); codeOf([digit(fresh), 0, 0, 0, 0, 0, 0, 0, 0]).charAt(0) === named; ) fresh = randomBytes(32)
    await unlockSecret(keychain).keep(fresh.toString('base64url'))
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect(await process.mayBeHelped(user)).toBe(true)
  })

  it('that nobody answered is none for the PIN that came after it', async () => {
    const { process, answer, useAll } = await outOfTries()
    const { code } = await process.challenge(user)
    await process.forgive(user)
    await useAll(process)
    expect(await failing(process.countAnswer(user, 1))).toBe('code-expired')
    expect(await failing(process.answer(user, answer(code)))).toBe('code-expired')
    expect((await process.challenge(user)).code).not.toBe(code)
    expect(await failing(process.answer(user, answer(code)))).toBe('code-wrong')
  })

  it('is not shown where the keychain does not count it', async () => {
    const { keychain, start } = await outOfTries()
    const full = start({ ...keychain, set: () => Promise.reject(new ChartkeepError('keychain-locked')) })
    expect(await failing(full.challenge(user))).toBe('keychain-locked')
  })
})
