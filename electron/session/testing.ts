import { type Moment, next, type Session, type SessionEvent, type SignedIn } from './machine.ts'
import type { Surroundings } from './view.ts'

export const policy = { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, introspectSeconds: 300, whenTaken: 'stays-locked' } as const

/** A physician who has just come in at seven, on a workstation with the default policy. */
export const start = Date.UTC(2026, 0, 5, 7)
export const seconds = (n: number) => start + n * 1_000
export const failure = { kind: 'offline', correlation: '00000000' } as const
export const physician: SignedIn = {
  userKey: 'abc',
  user: { displayName: 'Amara Osei', role: 'physician' },
  permissions: ['patient:search', 'chart:read'],
  authTime: start,
  pin: 'set',
}
export const around: Surroundings = { keychain: { keeping: 'sealed', trouble: () => undefined }, signInPage: false, tells: 'names', waiting: [] }
export const signedOut: Extract<Session, { state: 'signedOut' }> = { state: 'signedOut', epoch: 1 }
export const active: Extract<Session, { state: 'active' }> = { state: 'active', epoch: 1, who: physician, lastInput: start, seenAt: start }

/** A moment by the wall clock at which the EHR was heard just now; All in milliseconds. */
export const at = (now: number, { unheard = 0, sinceSignIn = 0, steady = now } = {}): Moment => ({ now, steady, ages: () => ({ unheard, sinceSignIn }) })

export const after = (session: Session, event: SessionEvent, now: number) => next(session, event, at(now), policy)[0]
export const effects = (session: Session, event: SessionEvent, now: number) => next(session, event, at(now), policy)[1].map((effect) => effect.do)
