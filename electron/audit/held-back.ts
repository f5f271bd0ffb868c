import type { OwnAudit, OwnEvent } from './own-events.ts'

export interface HeldBack {
  tell(own: OwnEvent): void
  /** Tells what was held back, and what comes from now on at once. */
  release(audit: OwnAudit): void
}

/** Holds what `main` has to say of itself until the chain may be opened: that takes a moment, and the window is painted first. */
export function heldBack(): HeldBack {
  const held: OwnEvent[] = []
  let to: OwnAudit | undefined
  return {
    tell: (own) => (to ? to.tell(own) : void held.push(own)),
    release(audit) {
      to = audit
      for (const own of held.splice(0)) audit.tell(own)
    },
  }
}
