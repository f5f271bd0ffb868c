import { type Moment, needsFullSignIn } from './deadlines.ts'
import type { Effect, Locked, SessionPolicy, SignedIn, Step } from './states.ts'

/** To the session of somebody who waits here: behind their own lock, in a page and a process of their own. */
export function switchTo(who: SignedIn, epoch: number, at: Moment, policy: SessionPolicy, takenFrom?: string): Step {
  const locked: Locked = { state: 'locked', epoch: epoch + 1, who, reason: 'taken', since: at.now, needsSignIn: needsFullSignIn(who, 'taken', at, policy), ...(takenFrom === undefined || takenFrom === who.userKey ? {} : { takenFrom }) }
  return [locked, [...(takenFrom === undefined ? [] : [{ do: 'lock' } as const]), { do: 'prepare-vault', userKey: who.userKey, hasJustSignedIn: false }]]
}

/** What becomes of the session that was locked here, now that somebody else is at work. */
export function taken(from: string | undefined, policy: SessionPolicy): readonly Effect[] {
  return from === undefined || policy.whenTaken === 'stays-locked' ? [] : [{ do: 'sign-out', userKey: from }]
}
