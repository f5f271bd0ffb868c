import type { OwnEvent } from '../audit/own-events.ts'
import type { Session, SessionEvent } from './machine.ts'

/**
 * What the audit chain says of a step of the session; undefined where state and epoch stay, unless the EHR ends what waits behind a lock: another person's
 * lock, or the same one shut again, is told. A PIN that did not open is told by its own row.
 */
export function changeEvent(to: Session, from: Session, event: SessionEvent): OwnEvent | undefined {
  if (to.state === from.state && to.epoch === from.epoch) return refusedBehindLock(to, from)
  const failed = event.type === 'sign-in-failed' ? event.failure : undefined
  return {
    event: `session.${to.state}`,
    outcome: failed === undefined ? 'success' : 'failed',
    cause: event.type === 'tick' ? 'refresh' : 'look',
    ...(failed === undefined ? {} : { failure: failed.kind, correlation: failed.correlation }),
    facts: to.state === 'locked' ? { reason: to.reason } : {},
  }
}

function refusedBehindLock(to: Session, from: Session): OwnEvent | undefined {
  const isNew = to.state === 'locked' && from.state === 'locked' && to.reason === 'token-refused' && from.reason !== 'token-refused'
  return isNew ? { event: 'session.locked', outcome: 'success', cause: 'refresh', facts: { reason: to.reason } } : undefined
}
