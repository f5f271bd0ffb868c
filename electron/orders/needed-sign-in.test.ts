import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { SignedIn } from '../session/machine.ts'
import { createSessionShell } from '../session/shell.ts'
import { createWaitingPeople } from '../session/waiting-people.ts'
import type { Keychain } from '../vault/keychain.ts'
import { createStandings, liftingSignIn } from './standing.ts'

const now = Date.UTC(2026, 0, 5, 7)
const policy = { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, introspectSeconds: 300, whenTaken: 'stays-locked' } as const
const person = (userKey: string): SignedIn => ({ userKey, user: { displayName: userKey, role: 'physician' }, permissions: [], authTime: now, pin: 'set' })
const [amara, nils] = [person('amara'), person('nils')]

function keychain(): Keychain {
  const kept = new Map<string, string>()
  return {
    get: (account: string) => Promise.resolve(kept.get(account)),
    set: (account: string, value: string) => Promise.resolve(void kept.set(account, value)),
    delete: (account: string) => Promise.resolve(void kept.delete(account)),
  }
}

function ward(kept = keychain()) {
  const standings = createStandings(kept)
  const auth = liftingSignIn({ waiting: () => Promise.resolve([amara, nils]), signOut: () => Promise.resolve(), signIn: (_expect: string | undefined, _signal: AbortSignal) => Promise.resolve({ who: amara, fhirUser: undefined }) }, standings, () => undefined)
  const shell = createSessionShell({
    moment: () => ({ now, steady: now, ages: () => ({ unheard: 0, sinceSignIn: 0 }) }),
    initial: { state: 'active', epoch: 1, who: amara, lastInput: now, seenAt: now },
    policy: () => policy,
    carryOut: (effect) => void (effect.do === 'require-sign-in' && standings.set(effect.userKey, 'sign-in')),
    changed: () => undefined,
  })
  const people = createWaitingPeople({ auth, tells: () => 'names', changed: () => undefined, dispatch: shell.dispatch })
  return { shell, people, auth, standings, kept }
}

describe('a full sign-in that is needed @164.312(a)(2)(iii)', () => {
  it('is needed still after somebody else’s session, and after a restart', async () => {
    const { shell, people, kept } = ward()
    shell.dispatch({ type: 'token-refused' })
    await people.switchTo('nils')
    expect(shell.current()).toMatchObject({ state: 'locked', who: nils, needsSignIn: false })
    await people.switchTo('amara')
    expect(shell.current()).toMatchObject({ state: 'locked', who: { userKey: 'amara' }, needsSignIn: true })
    shell.dispatch({ type: 'unlocked' })
    expect(shell.current().state).toBe('locked')
    expect(await createStandings(kept).of('amara')).toBe('sign-in')
  })

  it('is needed no more once they have signed in, begun right after the refusal too', async () => {
    const { shell, people, auth, standings, kept } = ward()
    shell.dispatch({ type: 'token-refused' })
    shell.dispatch({ type: 'sign-in-asked' })
    const { who } = await auth.signIn('amara', new AbortController().signal)
    shell.dispatch({ type: 'signed-in', who })
    expect(shell.current()).toMatchObject({ state: 'locked', who: amara, needsSignIn: false })
    expect([await standings.of('amara'), await createStandings(kept).of('amara')]).toEqual([undefined, undefined])
    await people.switchTo('nils')
    await people.switchTo('amara')
    expect(shell.current()).toMatchObject({ state: 'locked', who: amara, needsSignIn: false })
  })

  it('holds where the keychain does not take it, and is lifted then too', async () => {
    const { standings } = ward({ ...keychain(), set: () => Promise.reject(new ChartkeepError('keychain-locked')) })
    await expect(standings.set('amara', 'sign-in')).rejects.toThrow()
    expect(await standings.of('amara')).toBe('sign-in')
    await standings.lift('amara')
    expect(await standings.of('amara')).toBeUndefined()
  })
})
