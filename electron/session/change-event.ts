import type { OwnEvent } from '../audit/own-events.ts'
import type { Session, SessionEvent } from './machine.ts'

/** What the audit chain says of a step of the session; undefined where state and epoch stay: another person's lock, or the same one shut again, is told. A PIN that did not open is told by its own row. */
export function changeEvent(to: Session, from: Session, event: SessionEvent): OwnEvent | undefined {
  if (to.state === from.state && to.epoch === from.epoch) return undefined
  const failed = event.type === 'sign-in-failed' ? event.failure : undefined
  return {
    event: `session.${to.state}`,
    outcome: failed === undefined ? 'success' : 'failed',
    cause: event.type === 'tick' ? 'refresh' : 'look',
    ...(failed === undefined ? {} : { failure: failed.kind, correlation: failed.correlation }),
    facts: to.state === 'locked' ? { reason: to.reason } : {},
  }
}
