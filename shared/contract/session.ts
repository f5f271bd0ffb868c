import { z } from 'zod'
import type { CalledEvent } from '../audit-events.ts'
import { failureKinds } from '../errors.ts'
import { keychainFaults } from '../keychain-faults.ts'
import { always, type AuditRule, permissions, procedure, sessionStates, whileUnlocked } from './procedure.ts'

const nothing = z.strictObject({})
const done = z.strictObject({})

/** A member of the staff, as the lock screen may name them. */
export const StaffMember = z.strictObject({
  displayName: z.string().max(200),
  role: z.enum(['physician', 'nurse', 'front-desk', 'support', 'compliance', 'privacy', 'other']),
})
export type StaffMember = z.infer<typeof StaffMember>

/** Whose session: opaque, and good on this workstation alone. */
const UserKey = z.string().regex(/^[a-z2-7]{26}$/)

export const LockReason = z.enum(['manual', 'idle', 'os-lock', 'suspend', 'absolute', 'start', 'token-refused', 'clock', 'policy', 'records-lost', 'alert', 'taken', 'order', 'pin-reset', 'offline'])
export type LockReason = z.infer<typeof LockReason>

/**
 * What a PIN is good for. `out`: all tries are used, and the support desk may grant some. `void`: only a full sign-in helps, and another PIN.
 * `unavailable`: nothing is kept here, or what keeps it is out of reach.
 */
const pinStates = ['unset', 'set', 'out', 'void', 'unavailable'] as const
export type PinState = (typeof pinStates)[number]

/** What a window may know of the session: no patient, no token. */
export const SessionView = z.strictObject({
  state: z.enum(sessionStates),
  epoch: z.number().int(),
  user: StaffMember.optional(),
  /** At the support desk: who they are to the EHR, by which their own orders are told from those of a colleague of the same name. */
  sub: z.string().max(255).optional(),
  permissions: z.array(z.enum(permissions)),
  /** Others whose sessions wait on this workstation, where the policy lets a locked screen name them. */
  others: z.array(z.strictObject({ userKey: UserKey, user: StaffMember })).max(16).optional(),
  /** While in `warning`: when the session locks, in epoch milliseconds. */
  locksAt: z.number().optional(),
  /** And why: input puts off `idle`, and nothing else. */
  locksFor: z.enum(['idle', 'absolute', 'offline']).optional(),
  /** While open: when it locks unless the EHR answers by then, by the minute, in epoch milliseconds. */
  offlineAt: z.number().optional(),
  /** While `locked`. */
  lock: z.strictObject({ reason: LockReason, since: z.number() }).optional(),
  /** What the unlock secret is good for here. */
  pin: z.enum(pinStates),
  /** The last sign-in or unlock that failed, to be worded on the screen. */
  failure: z.strictObject({ kind: z.enum(failureKinds), correlation: z.string(), retryAfterMs: z.number().optional(), triesLeft: z.number().optional() }).optional(),
  /** What the support desk says, until somebody has read it. */
  notice: z.string().max(280).optional(),
  /** While `signedOut`: when the support desk signed out whoever was here, in epoch milliseconds; absent once somebody has been at work since. */
  signedOutAt: z.number().optional(),
  /** Since when orders of the support desk do not reach this workstation, in epoch milliseconds, where that has lasted for minutes. */
  unheardSince: z.number().optional(),
  /** True while the sign-in page of the EHR is shown over the window. */
  signInPage: z.boolean(),
  /** Without a keyring nothing is kept on the workstation, and the screen says so. */
  keeping: z.enum(['sealed', 'memory-only']),
  /** What is wrong with the workstation's keychain, as far as it is known, and the code under which IT finds it in the log; absent when nothing is. */
  keychain: z.strictObject({ fault: z.enum(keychainFaults), correlation: z.string() }).optional(),
})
export type SessionView = z.infer<typeof SessionView>

export const AppInfo = z.strictObject({
  version: z.string(),
  environment: z.strictObject({ kind: z.enum(['production', 'test', 'training', 'read-only']), label: z.string() }),
  site: z.string(),
  /** What the support desk finds this workstation by: its name, and a code that is no secret; no code where it has no key. */
  workstation: z.strictObject({ name: z.string().max(255), code: z.string().max(20).optional() }),
  supportPhone: z.string().max(40).optional(),
  /** A badge reader that types stands here. */
  badgeReader: z.boolean(),
  /** How people sign in here: decides the wording of the sign-in screen. */
  signIn: z.enum(['system-browser', 'in-app']),
  /** What is wrong with the workstation's policy; absent when nothing is. Without a policy nobody signs in. */
  policyTrouble: z
    .strictObject({
      /** `held`: the new policy was refused and the last good one is in force. */
      kind: z.enum(['missing', 'refused', 'held']),
      line: z.number().int().optional(),
      column: z.number().int().optional(),
      /** What the file says that it may not say: about the policy, never about a patient. */
      reason: z.string().max(300).optional(),
    })
    .optional(),
})
export type AppInfo = z.infer<typeof AppInfo>

/**
 * What came of looking for the keychain again. `after-session`: it is back, and is used once this session has ended. `needs-restart`: only another start can
 * tell, and one comes when somebody looks while the session is locked.
 */
export const KeychainStanding = z.enum(['back', 'restarting', 'after-session', 'needs-restart', 'still'])
export type KeychainStanding = z.infer<typeof KeychainStanding>

/** `code`: grouped as it is read out. `validMs`: how long an answer to it still counts. */
export const Challenge = z.strictObject({ code: z.string().max(20), validMs: z.number() })
export type Challenge = z.infer<typeof Challenge>

const silent = { needs: 'anyone', audit: 'nothing' } as const
const sessionEvent = (event: CalledEvent): AuditRule<unknown> => ({ event, action: 'E', patient: () => undefined, cause: () => 'look' })

/** Procedures that `main` answers about the session; none can carry PHI. */
export const sessionProcedures = {
  'app.info': procedure({ ...silent, via: 'main', input: nothing, output: AppInfo, during: always }),
  'session.current': procedure({ ...silent, via: 'main', input: nothing, output: SessionView, during: always }),
  /** Opens the EHR's sign-in; the outcome arrives as a session change. `forgotPin`: its success ends the PIN, and another is chosen. `someoneElse`: than whose session is locked here. `badge`: what a reader typed, for the EHR to make a name of. */
  'session.signIn': procedure({ via: 'main', input: z.strictObject({ forgotPin: z.boolean().optional(), someoneElse: z.boolean().optional(), badge: z.string().regex(/^\d{6,32}$/).optional() }), output: done, needs: 'anyone', during: ['signedOut', 'locked', 'lockedOut'], audit: sessionEvent('sign-in.begin') }),
  'session.cancelSignIn': procedure({ ...silent, via: 'main', input: nothing, output: done, during: ['signingIn', 'locked', 'signedOut', 'lockedOut'] }),
  /** To a session that waits on this workstation: its PIN is asked for. Fails with `not-permitted` where the policy names nobody. */
  'session.switchTo': procedure({ via: 'main', input: z.strictObject({ userKey: UserKey }), output: done, needs: 'anyone', during: ['signedOut', 'locked', 'lockedOut'], audit: sessionEvent('session.switch') }),
  'session.lock': procedure({ via: 'main', input: nothing, output: done, needs: 'anyone', during: whileUnlocked, audit: sessionEvent('session.lock') }),
  'session.signOut': procedure({ via: 'main', input: nothing, output: done, needs: 'anyone', during: ['active', 'warning', 'locked'], audit: sessionEvent('session.sign-out') }),
  /** Looks whether the keychain can be used by now; it may ask its own question meanwhile, which somebody has a minute to answer. */
  'keychain.tryAgain': procedure({ via: 'main', input: nothing, output: z.strictObject({ standing: KeychainStanding }), needs: 'anyone', during: ['signedOut', 'active', 'warning', 'locked', 'lockedOut'], audit: sessionEvent('keychain.try-again') }),
  /** No PIN can be set now: the session goes on, and nothing of it is kept. */
  'session.goWithoutKeeping': procedure({ via: 'main', input: nothing, output: done, needs: 'anyone', during: whileUnlocked, audit: sessionEvent('session.go-without-keeping') }),
  /** What the support desk says has been read. */
  'session.readNotice': procedure({ via: 'main', input: nothing, output: done, needs: 'anyone', during: always, audit: sessionEvent('notice.read') }),
  /** What is to be read out to the support desk by somebody who is offline and has used all tries; the same one for ten minutes. Fails with `pin-void`. */
  'session.challenge': procedure({ via: 'main', input: nothing, output: Challenge, needs: 'anyone', during: ['locked'], audit: sessionEvent('unlock-help.ask') }),
  /** What the desk answered. Fails with `code-misread`, `code-wrong` (with the answers left), `code-expired`, `pin-void`. */
  'session.answerChallenge': procedure({ via: 'main', input: z.strictObject({ response: z.string().min(1).max(40) }), output: z.strictObject({ tries: z.number().int() }), needs: 'anyone', during: ['locked'], audit: sessionEvent('unlock-help.answer') }),
  /** Someone pressed a key or moved the pointer in the window; sent at most once a second. */
  'session.activity': procedure({ ...silent, via: 'main', input: nothing, output: done, during: ['active', 'warning'] }),
} as const
