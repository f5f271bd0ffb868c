import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy.ts'

/** How a device says that the person is there. `windows-hello` has a name and no adapter yet. */
type PresenceWay = 'touch-id' | 'windows-hello'

/**
 * A check of the operating system's that the person who set up this account is before the device. It gives a yes or no and no secret: whoever runs
 * as this account can leave it out, so nothing is built on it alone (docs/adr/0108).
 */
export interface PresencePort {
  readonly way: PresenceWay
  /** Shows the system's own question. `unavailable`: there is no sensor, it is shut away, or nobody is enrolled. Never rejects. */
  confirm(): Promise<'present' | 'refused' | 'unavailable'>
}

/** What stood beside the PIN when a vault's key was released. */
export type Presence = PresenceWay | 'full-sign-in' | 'not-asked'

export interface PresenceParts {
  policy(): Policy['unlock']
  /** Absent where Chartkeep has no adapter. */
  readonly port: PresencePort | undefined
  /** When the user last proved to the EHR, in full, who they are: epoch milliseconds. */
  authTime(userKey: string): number | undefined
  readonly clock: Clock
  wait(milliseconds: number): Promise<unknown>
}

/** So long a full sign-in, with its own factors, is proof enough: it is the way in where there is no sensor. Milliseconds. */
const fresh = 300_000
/** For a question that nobody answers. Milliseconds. */
const patience = 60_000

/** The second condition beside the PIN, where the policy asks for one. Rejects `presence-refused`, or `presence-unavailable` where nothing could be asked. */
export function presenceCheck({ policy, port, authTime, clock, wait }: PresenceParts): (userKey: string) => Promise<Presence> {
  return async (userKey) => {
    if (policy().presence === 'off') return 'not-asked'
    const since = clock.now() - (authTime(userKey) ?? Number.NEGATIVE_INFINITY)
    // A clock that was set back makes no sign-in fresh.
    if (since >= 0 && since < fresh) return 'full-sign-in'
    if (port === undefined) throw new ChartkeepError('presence-unavailable')
    const answer = await Promise.race([port.confirm(), wait(patience).then(() => 'refused' as const)])
    if (answer === 'present') return port.way
    throw new ChartkeepError(answer === 'refused' ? 'presence-refused' : 'presence-unavailable')
  }
}
