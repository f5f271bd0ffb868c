import { describe, expect, it } from 'vitest'
import { failureWords, t } from '../../messages/index.ts'
import { noPinWords } from './no-pin-words.ts'

const since = 0
const chooses = 'The PIN is no longer valid. Sign in with your full sign-in, then choose a new PIN.'
const signsIn = 'To unlock, sign in again with your full sign-in.'

describe('a lock that asks for no PIN', () => {
  it('says of one that support has reset who did it, that it is void, and what to do', () => {
    expect([t('lock.reason.pin-reset'), noPinWords({ pin: 'void', lock: { reason: 'pin-reset', since } })]).toEqual(['IT support has reset your PIN.', chooses])
  })

  it('says so after a restart too, and where the policy lets the screen say no more', () => {
    expect(noPinWords({ pin: 'void', lock: { reason: 'start', since } })).toBe(chooses)
    expect(noPinWords({ pin: 'void' })).toBe(chooses)
  })

  it('asks for the sign-in alone where a PIN may be good again after it', () => {
    expect(noPinWords({ pin: 'unavailable', lock: { reason: 'order', since } })).toBe(signsIn)
    expect(noPinWords({ pin: 'void', lock: { reason: 'taken', since } })).toBe(signsIn)
  })

  it('says nothing where the failure that has just come says it: nobody reads the same twice', () => {
    for (const [pin, kind] of [['void', 'pin-void'], ['out', 'pin-out']] as const) {
      expect(failureWords[kind].next).toContain('Sign in again with your full sign-in')
      expect(noPinWords({ pin, lock: { reason: 'manual', since }, failure: { kind, correlation: '00000000' } })).toBeUndefined()
    }
  })
})
