import type { Clock } from '../../shared/clock.ts'

/** Who has given a password in a sign-in, and owes a code. `username` is as it was typed. */
export interface PendingSignIn {
  readonly sub: string
  readonly username: string
}

/** A code that is not given in this time is not waited for. Milliseconds. */
const patience = 5 * 60_000
/** More than these at once are an attack on memory: the oldest begin anew. */
const most = 10_000

/** The sign-ins between the password and the code. In memory: after a restart they begin with the password again. */
export interface PendingSignIns {
  find(uid: string): PendingSignIn | undefined
  begin(uid: string, pending: PendingSignIn): void
  end(uid: string): void
}

export function pendingSignIns(clock: Clock): PendingSignIns {
  const kept = new Map<string, PendingSignIn & { until: number }>()
  return {
    find(uid) {
      const found = kept.get(uid)
      return found !== undefined && clock.now() < found.until ? found : undefined
    },
    begin(uid, pending) {
      kept.delete(uid)
      kept.set(uid, { ...pending, until: clock.now() + patience })
      const [oldest] = kept.size > most ? kept.keys() : []
      if (oldest !== undefined) kept.delete(oldest)
    },
    end: (uid) => void kept.delete(uid),
  }
}
