import type { OwnEvent } from '../own-events.ts'
import type { Alert } from './engine.ts'
import type { OpenHold } from './hold-keeper.ts'

/** What the chain says of an alert: opaque ids, words of closed lists and numbers. It has the correlation of what brought it about. */
export function raisedEvent({ rule, response, severity, user, patient, count, more, correlation }: Alert): OwnEvent {
  return { event: 'alert.raised', outcome: 'success', cause: 'refresh', correlation, facts: { rule, severity, response, count, more }, about: { user, patient } }
}

/** What the chain says, in a new file, of a hold that nobody has answered. */
export function carriedEvent({ rule, user, patient }: OpenHold): OwnEvent {
  return { event: 'hold.carried', outcome: 'success', cause: 'refresh', facts: { rule }, about: { user, patient } }
}
