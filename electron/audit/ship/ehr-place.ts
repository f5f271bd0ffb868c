import { type FailureKind, kindOf } from '../../../shared/errors.ts'
import { auditEvent, type Machines } from './audit-event.ts'
import type { Place } from './place.ts'
import { reportId } from './report-id.ts'

/** An AuditEvent as it is sent: its name, by which the EHR knows it again, and its JSON. */
export interface Report {
  readonly id: string
  readonly json: string
}

/** What the EHR acknowledged of several reports, in their order. */
export interface Reported {
  readonly taken: number
  readonly failure?: FailureKind
  readonly retryAfterMs?: number
}

export interface EhrPlaceParts {
  readonly machines: Machines
  /** Sends them one after the other; rejects where that could not begin. */
  send(reports: readonly Report[], signal: AbortSignal): Promise<Reported>
}

/** Reports of a chart's opening are sent in one go. */
const atOnce = { lines: 32, bytes: 131_072 } as const

/** The EHR as a place for the audit. */
export function ehrPlace({ machines, send }: EhrPlaceParts): Place {
  return {
    name: 'ehr',
    target: machines.fhirBase,
    judgesLines: true,
    atOnce,
    async deliver(lines, signal) {
      try {
        return await send(
          lines.map((line) => ({ id: reportId(line), json: JSON.stringify(auditEvent(line, machines)) })),
          signal,
        )
      } catch (error) {
        return { taken: 0, failure: kindOf(error) }
      }
    },
  }
}
