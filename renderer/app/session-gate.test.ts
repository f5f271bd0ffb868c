import { describe, expect, it } from 'vitest'
import type { SessionView } from '../../shared/contract/index.ts'
import { phaseOf } from './session-gate.ts'

const view = (part: Partial<SessionView>): SessionView => ({
  state: 'active',
  epoch: 1,
  permissions: [],
  pin: 'set',
  signInPage: false,
  keeping: 'sealed',
  ...part,
})

describe('the session gate @164.312(a)(2)(iii)', () => {
  it('shows nothing of a session it has not been told of', () => {
    expect(phaseOf(undefined)).toEqual({ screen: 'starting' })
  })

  it('asks for a PIN before the workspace opens, where there is none or it is void', () => {
    expect(phaseOf(view({ pin: 'unset' })).screen).toBe('choose-pin')
    expect(phaseOf(view({ pin: 'void' })).screen).toBe('choose-pin')
  })

  it('opens the workspace without a PIN where no keychain can hold one', () => {
    expect(phaseOf(view({ pin: 'unavailable', keeping: 'memory-only' })).screen).toBe('workspace')
  })

  it('keeps the workspace under the warning, and says when it locks', () => {
    expect(phaseOf(view({ state: 'warning', locksAt: 5_000 }))).toEqual({ screen: 'workspace', locksAt: 5_000 })
  })

  it('has no screen but the lock for a state it does not know', () => {
    // What a newer main could send: outside of the type on purpose.
    expect(phaseOf(view({ state: 'transcended' as 'active' })).screen).toBe('lock')
  })

  it('leaves the lock screen for the sign-in page of the EHR only while that page is shown', () => {
    expect(phaseOf(view({ state: 'locked' })).screen).toBe('lock')
    expect(phaseOf(view({ state: 'locked', signInPage: true })).screen).toBe('signing-in')
  })
})
