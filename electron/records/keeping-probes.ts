import { randomBytes } from 'node:crypto'
import type { AuditPort } from '../../shared/audit.ts'
import { type FailureKind, kindOf } from '../../shared/errors.ts'
import type { Rows } from './cache/rows.ts'

/** An audit port that tells whether entries can be made durable. */
export function watchedAudit(audit: AuditPort, report: (failure: FailureKind | undefined) => void): AuditPort {
  return {
    async intent(header) {
      try {
        await audit.intent(header)
      } catch (error) {
        if (kindOf(error) === 'audit-unavailable') report('audit-unavailable')
        throw error
      }
      report(undefined)
    },
    outcome: (header) => audit.outcome(header),
  }
}

/** Asks for an entry that says itself what it shows: from here on, access is recorded again. Never rejects. */
export async function probeAudit(audit: AuditPort): Promise<void> {
  const header = { event: 'audit.resumed', action: 'E', outcome: 'success', cause: 'refresh', correlation: randomBytes(4).toString('hex') } as const
  await audit.intent(header).catch(() => undefined)
}

/** As large as a note or a short list: a disk that takes this takes one of them. */
const probeBytes = 16_384
const probeAddress = { purpose: 'place', patient: '', what: 'probe' } as const

/** Keeps something of no meaning and removes it. Never throws. */
export function probeRows(rows: Rows, now: number): void {
  try {
    rows.put(probeAddress, Buffer.alloc(probeBytes), now)
    rows.remove(probeAddress)
  } catch {
    // The rows have told it.
  }
}
