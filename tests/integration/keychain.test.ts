import { describe, expect, it } from 'vitest'
import { inSession } from './keychain/session.ts'

const user = 'abcdefghijklmnopqrstuvwxyz'

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

  it('that is locked is told apart from one that is not there, and neither is waited for', async () => {
    expect(await inSession('locked', ['set', 'a', 'secret'])).toEqual([{ failure: 'keychain-locked' }])
    expect(await inSession('absent', ['get', 'a'])).toEqual([{ failure: 'keychain-missing' }])
  })
})
