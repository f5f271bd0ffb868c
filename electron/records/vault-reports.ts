import { randomBytes } from 'node:crypto'
import { assertNever } from '../../shared/assert-never.ts'
import type { AuditPort } from '../../shared/audit.ts'
import type { FailureKind } from '../../shared/errors.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import type { KeepingWatch } from './keeping.ts'
import type { VaultEvent } from './keys/vault.ts'

export interface VaultReportsParts {
  readonly audit: AuditPort
  readonly keeping: KeepingWatch
  readonly log: (event: string, fields: Readonly<Record<string, number | boolean | string>>) => void
  /** What somebody wrote here was put aside, and there is none of it any more. */
  workGone(): void
}

/** What is told of the vault, to whom it concerns: the audit chain, the log, who sits here. */
export interface VaultReports {
  report(event: VaultEvent): void
  /** What is done to keys leaves two entries, and nothing is begun before the first is durable (164.312(b)). */
  begun(what: Exclude<RotationDue, 'nothing'>): Promise<(failure?: FailureKind) => void>
}

export function createVaultReports({ audit, keeping, log, workGone }: VaultReportsParts): VaultReports {
  function report(event: VaultEvent): void {
    const entry = { cause: 'refresh', correlation: randomBytes(4).toString('hex') } as const
    switch (event.kind) {
      case 'set-aside':
        if (event.database === 'work') queueMicrotask(workGone)
        log('vault.set-aside', { what: event.database === 'work' ? 'drafts' : 'cache' })
        return audit.outcome({ ...entry, event: event.database === 'work' ? 'vault.drafts-set-aside' : 'vault.cache-set-aside', action: 'U', outcome: 'success' })
      case 'key-made':
        return audit.outcome({ ...entry, event: 'vault.key-made', action: 'C', outcome: 'success' })
      case 'rotation-waits':
        return log('vault.rotation-waits', { failure: event.failure })
      case 'key-file-mended':
        log('vault.key-file-mended', {})
        return audit.outcome({ ...entry, event: 'vault.key-file-mended', action: 'U', outcome: 'success' })
      case 'not-kept':
        return keeping.report(event.database, event.failure)
      case 'noticed':
        log('vault.noticed', { what: event.database, standing: event.standing })
        audit.outcome({ ...entry, event: `vault.${event.standing}`, action: 'E', outcome: 'failed', failure: 'vault-rolled-back' })
        // A cache is read again; whoever wrote notes here has to know.
        if (event.database === 'work') keeping.report('found', 'vault-rolled-back')
        return
      default:
        return assertNever(event)
    }
  }

  async function begun(what: Exclude<RotationDue, 'nothing'>): Promise<(failure?: FailureKind) => void> {
    const entry = { event: what === 'key-part' ? 'key.part-rotated' : 'key.data-rotated', action: 'U', cause: 'refresh', correlation: randomBytes(4).toString('hex') } as const
    await audit.intent({ ...entry, outcome: 'intent' })
    return (failure) => {
      log(failure === undefined ? 'vault.rotated' : 'vault.not-rotated', { what, ...(failure === undefined ? {} : { failure }) })
      audit.outcome({ ...entry, ...(failure === undefined ? { outcome: 'success' } : { outcome: 'failed', failure }) })
    }
  }

  return { report, begun }
}
