/**
 * Errors are thrown inside a process, cross processes as data, and are worded for a person in the renderer only.
 * A failure names its kind and a correlation id; it never carries free text, because messages leak PHI.
 */
export const failureKinds = [
  // the way to the EHR
  'offline', // no route, refused, reset, name not resolved
  'timeout',
  'cancelled',
  'untrusted-certificate', // chain, name or pin does not hold
  'redirected', // the EHR pointed to another host
  'throttled',
  'server', // 5xx, or an answer that breaks the protocol
  'unauthorized', // the session at the EHR is over
  'forbidden', // the EHR refuses this user this record
  'not-found',
  'gone',
  'conflict', // someone else changed it first
  'malformed', // what came does not parse as what was asked for
  'too-large',
  'not-viewable', // a file of a kind that is not shown here
  'no-file-key', // the EHR publishes no key that files could be sealed to
  'wrong-patient', // the answer held another patient's record
  // the session
  'locked', // the session is not in a state that allows it
  'stale', // an older epoch, or a tab that was closed
  'not-permitted', // the role may not
  'file-dialog', // the system's dialog for a file did not come up, or ended without an answer
  'not-printed', // no such printer, none that answers, or it did not take it: nothing is on paper
  'print-unknown', // it was being handed over, and nothing says whether it was taken
  'held', // the user was asked why they need this chart, and has not answered
  'invalid-input',
  'unknown-procedure',
  'wrong-sender',
  // keys, disk, audit
  'audit-unavailable', // no audit, no data
  'keychain-missing',
  'keychain-locked',
  'keychain-denied',
  'keychain-corrupt',
  'hsm-driver', // the token's PKCS#11 module is missing, is none, or died
  'hsm-silent', // it did not answer in time
  'hsm-absent', // no such token: taken out, switched off, out of reach
  'hsm-ambiguous', // more than one token, or key, goes by that name
  'hsm-pin-missing', // the keychain holds no PIN of the token
  'hsm-pin-wrong', // the token refused it, and is not asked again with the same
  'hsm-pin-locked', // the token takes no PIN any more, or only one more
  'hsm-key-missing', // the token is there, the key is not
  'hsm-unfit', // the token does not do AES-256-GCM, or would let the key out
  'pin-wrong',
  'pin-void', // out of tries: a full sign-in is needed
  'pin-out', // out of tries: a full sign-in is needed, or the support desk grants some
  'code-misread', // the answer of the support desk has a slip in it
  'code-wrong',
  'code-expired', // the challenge that was answered counts no more
  'pin-weak',
  'presence-refused', // the check that the person is there was not passed
  'presence-unavailable', // it is asked for, and there is nothing to make it with
  'vault-corrupt',
  'vault-newer', // written by a later version of Chartkeep
  'vault-older', // written by an earlier one, whose keys this one does not know
  'vault-rolled-back', // what is kept is not what was left here: changed from outside, or an older copy
  'vault-superseded', // a copy from before its keys were replaced: what opened it is destroyed
  'vault-shut', // it is there, and neither the PIN nor the EHR's share opens it now
  'vault-unavailable', // memory only: nothing is kept on this workstation
  'disk-full',
  'disk-read-only',
  // sign-in
  'sign-in-discovery', // the EHR does not say how to sign in
  'sign-in-declined', // the person or the EHR said no
  'sign-in-mismatch', // state, nonce, issuer, audience or signature is wrong
  'sign-in-expired', // code or request too old, or used before
  'sign-in-stale', // the EHR did not ask the person again
  'sign-in-other-user', // another person than the one who locked
  'sign-in-clock', // the workstation's clock is off
  'sign-in-role', // signed in, but no role that Chartkeep knows
  'sign-in-port', // another program holds the port that the sign-in comes back to
  'sign-in-browser', // no browser could be opened
  'sign-in-mfa', // two factors are asked for, and the EHR does not say that they were used
  // the support desk
  'desk-not-oneself', // nobody locks themselves out
  'desk-needs-another', // who asked for it cannot agree to it
  'desk-cannot-undo', // it was carried out, and has no opposite
  'desk-lapsed', // nobody agreed within the hour
  'desk-user-disabled', // nobody who is locked out gets new tries of a PIN
  'desk-user-not-there', // this person has never signed in at that workstation
  'desk-no-secret', // that workstation and this EHR share none, or the challenge is of another one
  'desk-enough-answers', // its challenges were answered too often within the hour
  'desk-decided', // somebody else has agreed, refused or taken it back meanwhile
  'internal',
] as const

export type FailureKind = (typeof failureKinds)[number]

/** Facts a screen needs beside the kind: numbers alone, so that nothing of a record can ride along. */
export interface FailureFacts {
  /** Milliseconds until another try makes sense. */
  readonly retryAfterMs?: number
  /** Unlock tries that are left before the PIN is void; with `code-wrong`, answers that are. */
  readonly triesLeft?: number
}

/** A failure as data, the only form in which one crosses a process. */
export interface Failure extends FailureFacts {
  readonly kind: FailureKind
  /** Finds the same failure in the log: 8 hex digits, random. */
  readonly correlation: string
}

/** A failure inside a process. Its message is the kind: it may be logged. */
export class ChartkeepError extends Error {
  readonly kind: FailureKind
  readonly facts: FailureFacts

  constructor(kind: FailureKind, facts: FailureFacts = {}, options?: { cause?: unknown }) {
    super(kind, options)
    this.name = 'ChartkeepError'
    this.kind = kind
    this.facts = facts
  }
}

/** What a caught value is, as a kind; anything we did not throw ourselves is 'internal'. */
export function kindOf(error: unknown): FailureKind {
  return error instanceof ChartkeepError ? error.kind : 'internal'
}

/** A caught value as a failure to send. `correlation` comes from the caller, which logs it too. */
export function toFailure(error: unknown, correlation: string): Failure {
  const facts = error instanceof ChartkeepError ? error.facts : {}
  return { ...facts, kind: kindOf(error), correlation }
}

/** What every procedure answers. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }
