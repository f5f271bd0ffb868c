import { kindOf } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { Log } from '../diagnostics/log.ts'
import type { SessionEvent } from './machine.ts'
import type { AuthPort } from './ports.ts'

export interface SignInParts {
  readonly auth: Pick<AuthPort, 'signIn'>
  policy(): Pick<Policy, 'badge'>
  readonly log: Pick<Log, 'event'>
  newCorrelation(): string
  closeSignInPage(): void
  dispatch(event: SessionEvent): void
}

/** The sign-in at the EHR that is under way, if any. */
export interface SignInUnderWay {
  /** `expect`: the only user who may come back by it. What becomes of it is dispatched; never rejects. */
  begin(expect: string | undefined, hint: string | undefined): Promise<void>
  /** Nothing is heard of it any more, and its page is gone. */
  cancel(): void
}

export function createSignIn({ auth, policy, log, newCorrelation, closeSignInPage, dispatch }: SignInParts): SignInUnderWay {
  let current = new AbortController()
  return {
    async begin(expect, hint) {
      current = new AbortController()
      const { signal } = current
      try {
        const { who } = await auth.signIn(expect, signal, policy().badge.reader === 'keyboard' ? hint : undefined)
        if (!signal.aborted) dispatch({ type: 'signed-in', who })
      } catch (error) {
        const kind = kindOf(error)
        const correlation = newCorrelation()
        // Which step failed is told by sign-in itself; this line ties the code on the screen to it.
        log.event('app.failed', { failure: kind, correlation })
        if (!signal.aborted) dispatch(kind === 'cancelled' ? { type: 'sign-in-cancelled' } : { type: 'sign-in-failed', failure: { kind, correlation } })
      }
    },
    cancel() {
      current.abort()
      closeSignInPage()
    },
  }
}
