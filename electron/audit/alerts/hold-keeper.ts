import { type AlertRule, alertRules, type Hold } from '../../../shared/alerts.ts'

/** A hold as it stands in the chain. */
export interface OpenHold extends Hold {
  readonly user: string
  /** The file of the chain that says so last. */
  readonly file: number
}

export interface HoldKeeperParts {
  /** Has a hold written again: the chain's files are read back so far and no further. */
  carry(hold: OpenHold): void
  /** Somebody's holds are others than before. */
  changed(): void
}

/** Which charts are held, as the chain says it. */
export interface HoldKeeper {
  /** Is shown each entry, old and new, in their order, with the file that it is in. */
  see(fields: Readonly<Record<string, unknown>>, file: number): void
  /** What was before this start has been seen: from here on it is known what is held. */
  ready(): void
  /** The holds of a user; undefined while that is not known. */
  of(userKey: string): readonly Hold[] | undefined
}

/**
 * A hold is an `alert.raised` that asks for a reason and has no `hold.answered` after it: there is no other memory of it. So it outlives a lock, a restart
 * and a kill -9, and ends with an answer that is durable. One answer is for all that was asked of that user about that patient.
 */
export function createHoldKeeper({ carry, changed }: HoldKeeperParts): HoldKeeper {
  let open: readonly OpenHold[] = []
  let isReady = false

  function follow(fields: Readonly<Record<string, unknown>>, file: number): readonly OpenHold[] {
    const { event, outcome, user, patient, rule, response } = fields
    if (typeof user !== 'string') return open
    const about = typeof patient === 'string' ? patient : undefined
    if ((event === 'alert.raised' && response === 'ask-reason') || event === 'hold.carried') {
      if (!isRule(rule)) return open
      const others = open.filter((hold) => hold.user !== user || hold.patient !== about || hold.rule !== rule)
      return [...others, { user, rule, file, ...(about === undefined ? {} : { patient: about }) }]
    }
    // The answer is durable before anything is given for it.
    if (event === 'hold.answered' && outcome === 'intent' && about !== undefined) {
      const left = open.filter((hold) => hold.user !== user || (hold.patient !== undefined && hold.patient !== about))
      return left.length === open.length ? open : left
    }
    return open
  }

  function carryOver(file: number): void {
    const behind = open.filter((hold) => hold.file < file)
    if (behind.length === 0) return
    open = open.map((hold) => ({ ...hold, file }))
    for (const hold of behind) carry(hold)
  }

  return {
    see(fields, file) {
      const before = open
      open = follow(fields, file)
      if (!isReady) return
      if (open !== before) changed()
      carryOver(file)
    },
    ready() {
      isReady = true
      changed()
    },
    of: (userKey) => (isReady ? open.filter(({ user }) => user === userKey).map(({ rule, patient }) => ({ rule, ...(patient === undefined ? {} : { patient }) })) : undefined),
  }
}

function isRule(value: unknown): value is AlertRule {
  return alertRules.some((rule) => rule === value)
}
