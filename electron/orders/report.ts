import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { PolicyInForce } from '../policy/read.ts'
import type { UnsentWork } from '../records/protocol.ts'
import { type Session, whoIsAt } from '../session/machine.ts'
import type { Users } from '../vault/users.ts'
import { besideVaults } from './beside-vaults.ts'
import { keptIn, keptNow } from './kept.ts'
import { peopleHere } from './people-here.ts'
import { statusOf } from './status.ts'
import { createUnsentCounts } from './unsent.ts'

export interface ReportParts {
  /** The folder of all vaults. */
  readonly vaults: string
  readonly users: Pick<Users, 'of'>
  /** Of whoever has been here since the start. */
  subjectOf(userKey: string): string | undefined
  workstation(): { session(): Session; waiting(): readonly { readonly userKey: string }[] }
  policy(): PolicyInForce
  readonly version: string
  readonly clock: Clock
  /** There is something new to tell. */
  changed(): void
}

/** What this workstation tells the desk of itself, and what it has to remember for that. */
export interface Report {
  /** Takes up what was known before this start. Never rejects. */
  load(): Promise<void>
  /** There is more or less of somebody's work. */
  unsent(userKey: string, count: UnsentWork): void
  /** Somebody's session is open no more. */
  left(userKey: string): void
  /** Wipes what is kept of somebody; what is told of them meanwhile is not written beside it (vault/wipe.ts). */
  wiped(userKey: string, wipe: () => Promise<void>): Promise<void>
  /** `since`: when the session came into its state, in epoch milliseconds. */
  status(since: number): object
}

/** The end of the year 9999: what is later is no moment in ISO 8601's four digits, and anybody may have written the file. */
const latest = 253_402_300_799_999

const LeftAt = z.strictObject({ at: z.number().min(0).max(latest) })

export function createReport({ vaults, users, subjectOf, workstation, policy, version, clock, changed }: ReportParts): Report {
  const unsent = createUnsentCounts(vaults)
  const left = besideVaults(vaults, 'left.json', LeftAt)
  // Whoever has signed out too: their work lies here all the same.
  const subjects = new Map<string, string>()
  function nameOf(userKey: string): string | undefined {
    const now = subjectOf(userKey)
    if (now !== undefined) subjects.set(userKey, now)
    return subjects.get(userKey)
  }
  /** A keychain that hangs holds nothing up but their names. */
  async function learnNames(): Promise<void> {
    for (const userKey of await keptIn(vaults)) {
      const known = await users.of(userKey).catch(() => undefined)
      if (known !== undefined) subjects.set(userKey, known.subject)
    }
    changed()
  }

  return {
    async load() {
      await Promise.all([unsent.load(), left.load()])
      void learnNames()
    },
    unsent(userKey, count) {
      unsent.tell(userKey, count)
      changed()
    },
    left: (userKey) => left.tell(userKey, { at: clock.now() }),
    wiped: (userKey, wipe) => unsent.wiped(userKey, () => left.wiped(userKey, wipe)),
    status(since) {
      const session = workstation().session()
      const waiting = workstation().waiting().map(({ userKey }) => userKey)
      const people = peopleHere({ atScreen: whoIsAt(session), waiting, kept: keptNow(vaults), subjectOf: nameOf, leftAt: (userKey) => left.of(userKey)?.at, unsentOf: unsent.of })
      return statusOf(session, since, { version, policy: policy(), subjectOf: nameOf, unsent: unsent.total(), people })
    },
  }
}
