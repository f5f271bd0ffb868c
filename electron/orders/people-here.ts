import type { UnsentWork } from '../records/protocol.ts'
import { mostCounted } from './unsent.ts'

export interface PeopleHereFacts {
  /** Whose session is on the screen, open or locked. */
  readonly atScreen: string | undefined
  /** Whose sessions wait behind it, the newest first. */
  readonly waiting: readonly string[]
  /** Of whom a vault lies here. */
  readonly kept: readonly string[]
  /** The person as the EHR names them, where that is known. */
  subjectOf(userKey: string): string | undefined
  /** When their session was last left, in epoch milliseconds. */
  leftAt(userKey: string): number | undefined
  unsentOf(userKey: string): UnsentWork | undefined
}

interface PersonHere {
  readonly user: string
  /** Their session waits behind the one on the screen. */
  readonly waits: boolean
  /** When they left it. */
  readonly since?: string
  readonly unsent?: UnsentWork
}

export interface PeopleHere {
  readonly named: readonly PersonHere[]
  /** Of so many more something lies here: nobody knows who they are, or there is no room for them. */
  readonly others: number
}

/** A ward's workstation has had more users than matter; who waits, and who has work here, comes first. */
export const mostNamed = 100

/** Who has a session here, or work, as the desk is told of them. Of patients nothing is known here. */
export function peopleHere({ atScreen, waiting, kept, subjectOf, leftAt, unsentOf }: PeopleHereFacts): PeopleHere {
  const behind = waiting.filter((userKey) => userKey !== atScreen)
  const keys = new Set([...behind, ...(atScreen === undefined ? [] : [atScreen]), ...kept.toSorted((a, b) => owedOf(b) - owedOf(a))])
  /** What nobody knows may be much. */
  function owedOf(userKey: string): number {
    const unsent = unsentOf(userKey)
    return unsent === undefined ? Number.MAX_SAFE_INTEGER : unsent.drafts + unsent.changes
  }
  const named = [...keys].flatMap((userKey): readonly PersonHere[] => {
    const user = subjectOf(userKey)
    if (user === undefined) return []
    const waits = behind.includes(userKey)
    const since = waits ? leftAt(userKey) : undefined
    // Of whom no vault lies here nothing does.
    const unsent = unsentOf(userKey) ?? (kept.includes(userKey) ? undefined : { drafts: 0, changes: 0 })
    return [{ user, waits, ...(since === undefined ? {} : { since: new Date(since).toISOString() }), ...(unsent === undefined ? {} : { unsent }) }]
  })
  return { named: named.slice(0, mostNamed), others: Math.min(keys.size - Math.min(named.length, mostNamed), mostCounted) }
}
