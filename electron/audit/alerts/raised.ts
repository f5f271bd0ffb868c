import type { OwnEvent } from '../own-events.ts'
import type { Alert } from './engine.ts'

/** What the chain says of an alert: opaque ids, words of closed lists and numbers. It has the correlation of what brought it about. */
export function raisedEvent({ rule, response, severity, user, patient, count, more, correlation }: Alert): OwnEvent {
  return { event: 'alert.raised', outcome: 'success', cause: 'refresh', correlation, facts: { rule, severity, response, count, more }, about: { user, patient } }
}
