import type { Clock } from '../../shared/clock.ts'
import { type Account, type Accounts, canonical } from './accounts.ts'
import { type AskedAssurance, type Assurance, assuranceFor } from './assurance.ts'
import type { SignInProblem } from './pages.ts'
import { type PendingSignIn, pendingSignIns } from './pending-sign-ins.ts'
import { type Attempt, signInLimits } from './sign-in-limits.ts'

/** What a step of a sign-in came to. */
export type Step =
  | { readonly kind: 'again'; readonly problem: SignInProblem; readonly waitMs: number }
  | { readonly kind: 'code'; readonly pending: PendingSignIn }
  | { readonly kind: 'signed-in'; readonly account: Account; readonly assurance: Assurance }
  /** The person proved who they are, and cannot prove it as strongly as the client asks. */
  | { readonly kind: 'unmet' }

export interface SignInSteps {
  /** Who owes a code in this interaction. */
  pending(uid: string): PendingSignIn | undefined
  password(uid: string, given: { address: string; username: string; password: string }, asked: AskedAssurance): Promise<Step>
  code(uid: string, given: { address: string; code: string }): Step
  startOver(uid: string): void
}

const tooMany = (waitMs: number): Step => ({ kind: 'again', problem: { kind: 'too-many', waitSeconds: Math.ceil(waitMs / 1000) }, waitMs })

/** A step at a time: the password, and for some a code. Both are limited, for names that exist and for names that do not. */
export function signInSteps({ accounts, clock }: { accounts: Accounts; clock: Clock }): SignInSteps {
  const limits = signInLimits(clock)
  const owing = pendingSignIns(clock)

  /** Counted before the secret is looked at: tries sent at once do not slip through together. */
  const begin = (attempt: Attempt): number => {
    const wait = attempt.waitFor()
    if (wait === 0) attempt.failed()
    return wait
  }

  return {
    pending: owing.find,
    async password(uid, { address, username, password }, asked) {
      const attempt = limits.password(address, canonical(username))
      const wait = begin(attempt)
      if (wait > 0) return tooMany(wait)
      const account = await accounts.authenticate(username, password)
      if (account === undefined) return { kind: 'again', problem: { kind: 'wrong' }, waitMs: 0 }
      attempt.succeeded()
      const assurance = assuranceFor(asked, account.secondFactor)
      if (assurance === 'unmet') return { kind: 'unmet' }
      if (assurance === 'password') return { kind: 'signed-in', account, assurance }
      const pending = { sub: account.sub, username: account.username }
      owing.begin(uid, pending)
      return { kind: 'code', pending }
    },
    code(uid, { address, code }) {
      const pending = owing.find(uid)
      const account = pending && accounts.bySub(pending.sub)
      // Barred meanwhile, or too late: the password is asked again, which tells no more than it did before.
      if (pending === undefined || account === undefined) return { kind: 'again', problem: { kind: 'too-late' }, waitMs: 0 }
      const attempt = limits.code(address, account.sub)
      const wait = begin(attempt)
      if (wait > 0) return tooMany(wait)
      if (!accounts.useCode(account, code.replaceAll(' ', ''))) return { kind: 'again', problem: { kind: 'wrong-code' }, waitMs: 0 }
      attempt.succeeded()
      owing.end(uid)
      return { kind: 'signed-in', account, assurance: 'mfa' }
    },
    startOver: owing.end,
  }
}
