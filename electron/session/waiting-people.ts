import { ChartkeepError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { SessionEvent, SignedIn } from './machine.ts'
import type { AuthPort } from './ports.ts'

export interface WaitingPeopleParts {
  readonly auth: Pick<AuthPort, 'waiting'>
  /** What a locked screen tells of them, by policy. */
  tells(): Policy['lock']['others']
  changed(): void
  dispatch(event: SessionEvent): void
}

/** The people whose sessions wait on this workstation, as they were when somebody last may have wanted to know. */
export interface WaitingPeople {
  current(): readonly SignedIn[]
  /** Reads them from the keychain. Never rejects. */
  look(): Promise<void>
  /** Whoever signs out is not named any more, before the EHR has heard of it. */
  forget(userKey: string): void
  /** To the session of one of them. Rejects `not-permitted` for anybody else, and where the policy names nobody. */
  switchTo(userKey: string): Promise<void>
}

export function createWaitingPeople({ auth, tells, changed, dispatch }: WaitingPeopleParts): WaitingPeople {
  let people: readonly SignedIn[] = []
  return {
    current: () => people,
    async look() {
      people = await auth.waiting().catch(() => [])
      changed()
    },
    forget(userKey) {
      people = people.filter((each) => each.userKey !== userKey)
    },
    async switchTo(userKey) {
      if (tells() !== 'names') throw new ChartkeepError('not-permitted')
      const to = (await auth.waiting()).find((each) => each.userKey === userKey)
      if (to === undefined) throw new ChartkeepError('not-permitted')
      dispatch({ type: 'switch-asked', to })
    },
  }
}
