import { describe, expect, it } from 'vitest'
import { next, type Session, type SignedIn } from './machine.ts'
import { active, around, at, failure, physician, policy, seconds, signedOut, start } from './testing.ts'
import { type Surroundings, viewOf } from './view.ts'

describe('two people at one workstation @164.312(a)(2)(i)', () => {
  const nurse: SignedIn = { ...physician, userKey: 'other', user: { displayName: 'Nils Berg', role: 'nurse' } }
  const lockedByPhysician: Session = { state: 'locked', epoch: 2, who: physician, reason: 'idle', since: start, needsSignIn: false }
  const signingOut = { ...policy, whenTaken: 'signs-out' } as const

  it('another one who waits here gets a lock of their own, in a page and a process that have seen nothing of the first', () => {
    const [to, todo] = next(lockedByPhysician, { type: 'switch-asked', to: nurse }, at(seconds(60)), policy)
    expect(to).toMatchObject({ state: 'locked', epoch: 3, who: nurse, reason: 'taken', needsSignIn: false })
    expect(todo).toEqual([{ do: 'lock' }, { do: 'prepare-vault', userKey: 'other', hasJustSignedIn: false }])
    expect(next(lockedByPhysician, { type: 'switch-asked', to: physician }, at(seconds(60)), policy)).toEqual([lockedByPhysician, []])
  })

  it('their PIN does not do past their own absolute limit, or where it is void', () => {
    const [stale] = next(lockedByPhysician, { type: 'switch-asked', to: { ...nurse, authTime: start - 43_200_000 } }, at(seconds(60)), policy)
    const [isVoid] = next(lockedByPhysician, { type: 'switch-asked', to: { ...nurse, pin: 'void' } }, at(seconds(60)), policy)
    expect([stale, isVoid]).toMatchObject([{ needsSignIn: true }, { needsSignIn: true }])
  })

  it('a full sign-in as someone else ends what waited for the first one, and one that fails ends nothing', () => {
    const [asked, todo] = next(lockedByPhysician, { type: 'sign-in-asked', someoneElse: true }, at(seconds(60)), policy)
    expect(todo).toEqual([{ do: 'begin-sign-in', expect: undefined }])
    expect(next(asked, { type: 'sign-in-failed', failure }, at(seconds(70)), policy)).toEqual([{ ...lockedByPhysician, failure }, []])
    const [come, then] = next(asked, { type: 'signed-in', who: { ...nurse, pin: 'unset' } }, at(seconds(70)), policy)
    expect(come).toMatchObject({ state: 'active', epoch: 3, who: { userKey: 'other' } })
    expect(then).toEqual([{ do: 'lock' }, { do: 'prepare-vault', userKey: 'other', hasJustSignedIn: true }])
    expect(next(asked, { type: 'signed-in', who: physician }, at(seconds(70)), policy)[0]).toMatchObject({ epoch: 2, who: physician })
  })

  it('the first one is signed out where the policy says so, and only once the other one is in', () => {
    const [taken, todo] = next(lockedByPhysician, { type: 'switch-asked', to: nurse }, at(seconds(60)), signingOut)
    expect(todo.map((effect) => effect.do)).not.toContain('sign-out')
    expect(next(taken, { type: 'unlock-failed', failure, pin: 'set' }, at(seconds(65)), signingOut)[1]).toEqual([])
    expect(next(taken, { type: 'unlocked' }, at(seconds(70)), signingOut)).toMatchObject([{ state: 'active', who: nurse }, [{ do: 'sign-out', userKey: 'abc' }]])
    expect(next(taken, { type: 'unlocked' }, at(seconds(70)), policy)[1]).toEqual([])
    const [asked] = next(lockedByPhysician, { type: 'sign-in-asked', someoneElse: true }, at(seconds(60)), signingOut)
    expect(next(asked, { type: 'signed-in', who: { ...nurse, pin: 'unset' } }, at(seconds(70)), signingOut)[1]).toContainEqual({ do: 'sign-out', userKey: 'abc' })
  })

  it('the first one is who is signed out, by whatever way the other one comes in, and nobody who comes back', () => {
    const [atNurse] = next(lockedByPhysician, { type: 'switch-asked', to: nurse }, at(seconds(60)), signingOut)
    const [back, todo] = next(atNurse, { type: 'switch-asked', to: physician }, at(seconds(65)), signingOut)
    expect(todo).toContainEqual({ do: 'lock' })
    expect(next(back, { type: 'unlocked' }, at(seconds(70)), signingOut)).toMatchObject([{ state: 'active', who: physician }, []])

    const [asked] = next(atNurse, { type: 'sign-in-asked', someoneElse: true }, at(seconds(70)), signingOut)
    const signedOutAfter = (who: SignedIn) => {
      const [come, then] = next(asked, { type: 'signed-in', who }, at(seconds(80)), signingOut)
      const all = [...then, ...next(come, { type: 'unlocked' }, at(seconds(90)), signingOut)[1]]
      return all.flatMap((effect) => (effect.do === 'sign-out' ? [effect.userKey] : []))
    }
    for (const pin of ['set', 'unset'] as const) {
      expect(signedOutAfter({ ...nurse, userKey: 'third', pin })).toEqual(['abc'])
      expect(signedOutAfter({ ...nurse, pin })).toEqual(['abc'])
      expect(signedOutAfter({ ...physician, pin })).toEqual([])
    }
  })

  it('whoever signs out leaves the others to go on from the first screen', () => {
    expect(next(signedOut, { type: 'switch-asked', to: nurse }, at(seconds(60)), policy)).toMatchObject([{ state: 'locked', who: nurse }, [{ do: 'prepare-vault', userKey: 'other' }]])
  })

  it('whoever waits here goes on behind their own PIN where the first one is locked out, and nobody else does', () => {
    const out: Session = { state: 'lockedOut', epoch: 3, userKey: physician.userKey }
    expect(next(out, { type: 'switch-asked', to: nurse }, at(seconds(60)), policy)).toMatchObject([{ state: 'locked', epoch: 4, who: nurse, reason: 'taken', needsSignIn: false }, [{ do: 'prepare-vault', userKey: 'other', hasJustSignedIn: false }]])
    // The order stands against the one whom it names: their PIN is no way back.
    expect(next(out, { type: 'switch-asked', to: physician }, at(seconds(60)), policy)).toEqual([out, []])
    const view = viewOf(out, { ...around, waiting: [physician, nurse] })
    expect(view.others).toEqual([{ userKey: 'other', user: nurse.user }])
    expect(JSON.stringify(view)).not.toContain('Osei')
    for (const tells of ['that-locked', 'nothing'] as const) expect(viewOf(out, { ...around, tells, waiting: [physician, nurse] }).others).toBeUndefined()
  })

  it('a locked screen tells of them what the policy lets it tell, and an open one nothing', () => {
    const told = (session: Session, tells: Surroundings['tells']) => viewOf(session, { ...around, tells, waiting: [physician, nurse] })
    expect(told(lockedByPhysician, 'names')).toMatchObject({ user: physician.user, lock: { reason: 'idle' }, others: [{ userKey: 'other', user: nurse.user }] })
    expect(told(lockedByPhysician, 'that-locked')).toMatchObject({ lock: { reason: 'idle' } })
    for (const tells of ['that-locked', 'nothing'] as const) expect(JSON.stringify(told(lockedByPhysician, tells))).not.toMatch(/Osei|Berg|other/)
    expect(told(lockedByPhysician, 'nothing').lock).toBeUndefined()
    expect(told(signedOut, 'names').others).toHaveLength(2)
    expect(told(signedOut, 'that-locked').others).toBeUndefined()
    expect(told(active, 'names').others).toBeUndefined()
  })

  it('are told apart at the support desk by what the EHR calls them, which no other screen is told', () => {
    const atDesk = (sub: string): Session => ({ ...active, who: { ...physician, sub, permissions: ['desk:read', 'desk:order'] } })
    expect([viewOf(atDesk('s-1'), around).sub, viewOf(atDesk('s-2'), around).sub]).toEqual(['s-1', 's-2'])
    expect(viewOf({ ...active, who: { ...physician, sub: 's-1' } }, around).sub).toBeUndefined()
    expect(JSON.stringify(viewOf({ ...lockedByPhysician, who: { ...physician, sub: 's-1', permissions: ['desk:read'] } }, around))).not.toContain('s-1')
  })
})
