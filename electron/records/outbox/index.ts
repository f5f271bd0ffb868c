import type { AuditPort } from '../../../shared/audit.ts'
import type { Clock } from '../../../shared/clock.ts'
import type { Upload } from '../../../shared/contract/index.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { Rows } from '../cache/rows.ts'
import type { Attachments } from '../work/attachments.ts'
import type { WorkDirectory } from '../work/directory.ts'
import { documentOf } from './document.ts'
import { forgetOutboxRow, type OutboxKey, putOutboxRow, readOutboxRow, readReceipt } from './row.ts'
import { createSender, type SenderParts } from './sender.ts'
import { upload, type UploadParts } from './upload.ts'

/** The files that are on their way into the record. */
export interface Outbox {
  /** Where a file of this patient's is on its way. Throws `vault-corrupt` once where that does not open, `vault-newer`. */
  standing(patient: string, attachment: string): Upload
  /** Enters a file, on disk when it returns, and sends it. One that was refused is tried again; one that was sent stays so. Throws `not-found`, `disk-*`. */
  send(patient: string, attachment: string): Upload
  /** Takes one back that waits or was refused. Throws `conflict` where it may be in the record by now. */
  takeBack(patient: string, attachment: string): Upload
  /** Of a file that is about to be removed here. Throws `conflict` as above. */
  forget(patient: string, attachment: string): void
  /** There is a reason to look: the vault was opened, the EHR is reached. */
  wake(): void
  /** At the lock. */
  stop(): void
}

export interface OutboxParts extends Pick<SenderParts, 'may' | 'correlation' | 'random' | 'later'>, Omit<UploadParts, 'handOver'> {
  readonly directory: WorkDirectory
  readonly attachments: Attachments
  readonly audit: AuditPort
  readonly clock: Clock
  /** FHIR reference of the user. */
  readonly author: string | undefined
  /** Of whoever watches: the patient is an opaque id. */
  changed(patient: string, attachment: string, standing: Upload): void
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { directory, attachments, clock } = parts
  const rows: Rows = directory.rows
  const keyOf = (patient: string, attachment: string): OutboxKey => ({ patient: PatientId.parse(patient), idempotencyKey: attachment })
  const uploading: UploadParts = { client: parts.client, readKeys: parts.readKeys, handOver: ({ patient, idempotencyKey }, recipient) => attachments.handOver(patient, idempotencyKey, recipient) }

  const sender = createSender({
    ...parts,
    rows,
    queue,
    async upload(row, signal, steps) {
      try {
        return await upload(uploading, row, signal, steps)
      } catch (error) {
        // Its file was lost here, to damage: there is nothing left to send.
        if (!signal.aborted && kindOf(error) === 'not-found' && !isAttached(row)) forgetOutboxRow(rows, row)
        throw error
      }
    },
    changed({ patient, idempotencyKey }) {
      try {
        parts.changed(patient, idempotencyKey, standing(patient, idempotencyKey))
      } catch {
        // It is told with the list, when that is asked for.
      }
    },
  })

  function isAttached({ patient, idempotencyKey }: OutboxKey): boolean {
    try {
      attachments.find(patient, idempotencyKey)
      return true
    } catch {
      return false
    }
  }

  /** Nothing where the directory cannot be read: there is nothing to send from either. */
  function queue(): readonly OutboxKey[] {
    try {
      return directory.entries().flatMap(({ purpose, patient, what }) => (purpose === 'outbox' ? [keyOf(patient, what)] : []))
    } catch {
      return []
    }
  }

  function standing(patient: string, attachment: string): Upload {
    const key = keyOf(patient, attachment)
    const share = sender.share(key)
    if (share !== undefined) return { state: 'sending', share }
    const row = readOutboxRow(rows, key)
    if (row === undefined) {
      const receipt = readReceipt(rows, key)
      return receipt === undefined ? { state: 'kept' } : { state: 'sent', at: receipt.at }
    }
    switch (row.state.kind) {
      case 'waiting':
        return { state: 'waiting' }
      case 'sent':
        return { state: 'unconfirmed' }
      case 'refused':
        return { state: 'refused', failure: row.state.failure }
    }
  }

  /** A row that was damaged is put aside when it is read: it must not keep anybody from what they do. */
  function standingNow(patient: string, attachment: string): Upload {
    try {
      return standing(patient, attachment)
    } catch (error) {
      if (kindOf(error) !== 'vault-corrupt') throw error
      return standing(patient, attachment)
    }
  }

  function takeBack(patient: string, attachment: string): void {
    const { state } = standingNow(patient, attachment)
    if (state === 'sending' || state === 'unconfirmed') throw new ChartkeepError('conflict')
    forgetOutboxRow(rows, keyOf(patient, attachment))
  }

  return {
    standing: standingNow,
    send(patient, attachment) {
      const { about } = attachments.find(patient, attachment)
      const { state } = standingNow(patient, attachment)
      const key = keyOf(patient, attachment)
      if (state === 'kept' || state === 'refused') {
        const before = readOutboxRow(rows, key)
        putOutboxRow(rows, before === undefined ? { ...key, method: 'POST', path: 'DocumentReference', body: documentOf(about, patient, parts.author), madeAt: clock.now(), state: { kind: 'waiting' } } : { ...before, state: { kind: 'waiting' } })
      }
      if (state !== 'sent') sender.wake()
      return standing(patient, attachment)
    },
    takeBack(patient, attachment) {
      if (standingNow(patient, attachment).state !== 'sent') takeBack(patient, attachment)
      return standing(patient, attachment)
    },
    forget: takeBack,
    wake: sender.wake,
    stop: sender.stop,
  }
}
