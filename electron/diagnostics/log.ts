import type { Clock } from '../../shared/clock.ts'
import { isLogEvent, type LogEvent, logEvents, type LogFields } from './events.ts'
import { admits, type Field } from './fields.ts'

/** Where a finished line goes; it never throws. */
export type LogSink = (line: string) => void

export interface Log {
  /** Writes an event of the table; another event, or another field, does not compile. */
  event<E extends LogEvent>(name: E, fields: LogFields<E>): void
  /** The same for what came from another process: everything outside the table is dropped and counted. */
  foreign(name: unknown, fields: unknown): void
}

/**
 * The log of the application: an allow-list, not a filter. One JSON line for each event, with `at` in ISO 8601 UTC.
 * The table is checked at run time too, since a cast or an older process may bring what the compiler has not seen.
 */
export function createLog(sink: LogSink, clock: Clock): Log {
  let droppedEvents = 0
  let droppedFields = 0

  function write(name: string, fields: Readonly<Record<string, unknown>>): void {
    sink(JSON.stringify({ at: new Date(clock.now()).toISOString(), event: name, ...fields }))
  }

  function admit(name: unknown, fields: unknown): void {
    if (!isLogEvent(name)) {
      droppedEvents += 1
      return
    }
    const kept = select(logEvents[name], fields)
    droppedFields += kept.dropped
    write(name, kept.fields)
    if (droppedEvents + droppedFields > 0) reportDropped()
  }

  /** Told with the next event that is written, so that a flood of refused ones cannot fill the disk. */
  function reportDropped(): void {
    write('log.dropped', { events: droppedEvents, fields: droppedFields })
    droppedEvents = 0
    droppedFields = 0
  }

  return { event: admit, foreign: admit }
}

function select(row: Readonly<Record<string, Field>>, given: unknown): { fields: Record<string, unknown>; dropped: number } {
  const fields: Record<string, unknown> = {}
  let dropped = 0
  if (typeof given !== 'object' || given === null) return { fields, dropped: given === undefined ? 0 : 1 }
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(row, name) ? row[name] : undefined
    if (field && admits(field, value)) fields[name] = value
    else dropped += 1
  }
  return { fields, dropped }
}
