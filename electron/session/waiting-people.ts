import { ChartkeepError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'
import type { SessionEvent, SignedIn } from './machine.ts'
import type { AuthPort } from './ports.ts'

export interface WaitingPeopleParts {
  readonly auth: Pick<AuthPort, 'waiting' | 'signOut'>
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
  /** Looks anew, after an order; `gone` is not named any more from now on. Never rejects. */
  review(gone?: string): Promise<void>
  /** Ends the session of one who is not on the screen. Never rejects. */
  signOut(userKey: string): Promise<void>
  /** To the session of one of them. Rejects `not-permitted` for anybody else, and where the policy names nobody. */
  switchTo(userKey: string): Promise<void>
}

export function createWaitingPeople({ auth, tells, changed, dispatch }: WaitingPeopleParts): WaitingPeople {
  let people: readonly SignedIn[] = []
  let looks = 0
  async function look(): Promise<void> {
    looks += 1
    const mine = looks
    const found = await auth.waiting().catch(() => [])
    // One that was begun later knows better.
    if (mine !== looks) return
    people = found
    changed()
  }
  function forget(userKey: string): void {
    // What is being read may name them still.
    looks += 1
    people = people.filter((each) => each.userKey !== userKey)
  }
  return {
    current: () => people,
    look,
    forget,
    async review(gone) {
      if (gone !== undefined) forget(gone)
      changed()
      await look()
    },
    async signOut(userKey) {
      forget(userKey)
      changed()
      await auth.signOut(userKey)
      await look()
    },
    async switchTo(userKey) {
      if (tells() !== 'names') throw new ChartkeepError('not-permitted')
      const to = (await auth.waiting()).find((each) => each.userKey === userKey)
      if (to === undefined) throw new ChartkeepError('not-permitted')
      dispatch({ type: 'switch-asked', to })
    },
  }
}
