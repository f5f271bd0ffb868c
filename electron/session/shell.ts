import { type Effect, type Moment, next, type Session, type SessionEvent } from './machine.ts'
import type { SessionPolicy } from './states.ts'

export interface ShellParts {
  moment(): Moment
  readonly initial: Session
  policy(): SessionPolicy
  /**
   * Carries out an effect of the step away from `from`; must not throw. Effects of one step start in their order, and
   * before anyone is told of the step: a lock has swapped its views by then, so that the page with PHI never hears of it.
   */
  carryOut(effect: Effect, from: Session): void
  /** Called after the effects of each step that changed the state: who is shown what, and the audit of it. */
  changed(to: Session, from: Session, event: SessionEvent): void
}

export interface SessionShell {
  current(): Session
  dispatch(event: SessionEvent): void
}

/** The session machine with its memory: takes events one at a time, in their order. */
export function createSessionShell(parts: ShellParts): SessionShell {
  let session = parts.initial
  const waiting: SessionEvent[] = []
  let stepping = false

  const step = (event: SessionEvent) => {
    const from = session
    const [to, effects] = next(from, event, parts.moment(), parts.policy())
    session = to
    for (const effect of effects) parts.carryOut(effect, from)
    if (to !== from) parts.changed(to, from, event)
  }

  return {
    current: () => session,
    dispatch: (event) => {
      // An effect may dispatch in turn: its event waits until this step is whole.
      waiting.push(event)
      if (stepping) return
      stepping = true
      try {
        for (let each = waiting.shift(); each; each = waiting.shift()) step(each)
      } finally {
        stepping = false
      }
    },
  }
}
