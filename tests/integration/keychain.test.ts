import { describe, expect, it } from 'vitest'
import { capture } from '../../build/run/child.ts'
import { createFamily } from '../../build/run/family.ts'
import { openDesktop } from '../../build/session/desktop.ts'
import { inSession } from './keychain/session.ts'

const askKeychain = new URL('./keychain/ask.ts', import.meta.url).pathname
const user = 'abcdefghijklmnopqrstuvwxyz'

/** A private session with a keyring, and questions to it from processes of their own. */
async function keyringSession() {
  const family = createFamily()
  const desktop = await openDesktop(family, { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, CI: 'true' })
  const { keyring } = desktop
  if (keyring === undefined) throw new Error('a private desktop has a keyring')
  const ask = async (...question: readonly string[]): Promise<unknown> => JSON.parse((await capture(process.execPath, [askKeychain, ...question], { env: desktop.env })).stdout)
  const end = async () => {
    await family.end()
    await desktop.close()
  }
  return { keyring, ask, end }
}

describe('the real keyring @164.312(d)', () => {
  it('keeps a secret from one process to the next, and forgets it when told', async () => {
    expect(await inSession('open', ['get', 'a'], ['set', 'a', 'secret'], ['get', 'a'], ['delete', 'a'], ['get', 'a'], ['delete', 'a'])).toEqual([null, 'kept', 'secret', 'gone', null, 'gone'])
  })

  it('takes what Windows would take, and no more', async () => {
    const [fits, more] = await inSession('open', ['set', 'a', 'x'.repeat(2_560)], ['set', 'a', 'x'.repeat(2_561)])
    expect([fits, more]).toEqual(['kept', { failure: 'too-large' }])
  })

  it('has counted a try before the process that took it was killed', async () => {
    const die = ['take-a-try-and-die', user] as const
    expect(await inSession('open', die, die, die, die, die, die)).toEqual([4, 3, 2, 1, 0, { failure: 'pin-void' }])
  })

  it('grants what the desk’s answer brings once, wherever the process that took it is killed', { timeout: 60_000 }, async () => {
    const die = ['take-a-try-and-die', user] as const
    const answered = ['answer-and-die-at', user] as const
    expect(
      await inSession('open', ['set', 'unlock-secret', 'A'.repeat(43)], die, die, die, die, die, [...answered, 'answers:1'], ['tries-left', user], [...answered, 'granted:3'], ['tries-left', user], [...answered, 'nothing'], die, die, die, die, [...answered, 'nothing'], ['tries-left', user]),
    ).toEqual(['kept', 4, 3, 2, 1, 0, 'killed', 0, 'killed', 3, { failure: 'pin-void' }, 2, 1, 0, { failure: 'pin-void' }, { failure: 'pin-void' }, 0])
  })

  it('that is locked is told apart from one that is not there, and neither is waited for', async () => {
    expect(await inSession('locked', ['set', 'a', 'secret'])).toEqual([{ failure: 'keychain-locked' }])
    expect(await inSession('absent', ['get', 'a'])).toEqual([{ failure: 'keychain-missing' }])
  })

  it('that is locked answers twelve who ask at once, and no file waits for it', async () => {
    const { keyring, ask, end } = await keyringSession()
    try {
      expect(await ask('set', 'a', 'secret')).toBe('kept')
      await keyring.lock()
      expect(await ask('many-at-once', 'a', 'another')).toEqual({ failures: ['keychain-locked'], inTime: true })
      await keyring.unlock()
      expect(await ask('get', 'a')).toBe('secret')
    } finally {
      await end()
    }
  })

  it('that is locked, killed or denied while somebody works is told apart each time, and gives back everything once it is there again', { timeout: 60_000 }, async () => {
    const { keyring, ask, end } = await keyringSession()
    try {
      expect(await ask('set', 'a', 'secret')).toBe('kept')
      const faults = [
        ['keychain-locked', keyring.lock, keyring.unlock],
        ['keychain-denied', () => keyring.deny(true), () => keyring.deny(false)],
        ['keychain-missing', keyring.kill, keyring.start],
      ] as const
      for (const [failure, breaks, mends] of faults) {
        await breaks()
        expect(await ask('get', 'a')).toEqual({ failure })
        expect(await ask('set', 'a', 'another')).toEqual({ failure })
        expect(await ask('delete', 'a')).toEqual({ failure })
        await mends()
        expect(await ask('get', 'a'), failure).toBe('secret')
      }
    } finally {
      await end()
    }
  })

  it('keeps what somebody else made of an entry, rubbish or far too large: it is read, refused as what it is, and not deleted', { timeout: 60_000 }, async () => {
    const { ask, end } = await keyringSession()
    try {
      for (const rubbish of ['rubbish', 'x'.repeat(60_000)]) {
        await ask('plant', 'last-user', user)
        for (const account of [`key-part/${user}`, `user/${user}`, 'device-key']) await ask('plant', account, rubbish)
        for (const question of ['part', 'last', 'device']) expect(await ask(question, user), question).toEqual({ failure: 'keychain-corrupt' })
        for (const account of [`key-part/${user}`, `user/${user}`, 'device-key']) expect(await ask('get', account)).toBe(rubbish)
        // What is no count is no licence to try.
        await ask('plant', `tries/${user}`, rubbish)
        expect(await ask('take-a-try-and-die', user)).toEqual({ failure: 'pin-void' })
      }
    } finally {
      await end()
    }
  })
})
