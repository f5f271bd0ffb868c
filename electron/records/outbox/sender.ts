import type { AuditPort } from '../../../shared/audit.ts'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { networkFailure } from '../../transport/index.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import type { Rows } from '../cache/rows.ts'
import { confirmOutboxRow, type OutboxKey, type OutboxRow, putOutboxRow, readOutboxRow } from './row.ts'
import type { UploadSteps } from './upload.ts'

export interface SenderParts {
  readonly rows: Rows
  /** What is in the outbox, the oldest first. */
  queue(): readonly OutboxKey[]
  /** Whether the session, and what the user may do, let anything be sent now. */
  may(): boolean
  upload(row: OutboxRow, signal: AbortSignal, steps: UploadSteps): Promise<string>
  readonly audit: AuditPort
  correlation(): string
  readonly clock: Clock
  random(): number
  later(act: () => void, ms: number): void
  /** Where a row stands is another than before. */
  changed(key: OutboxKey): void
}

/** Sends what is in the outbox, one after the other, for as long as there is something. */
export interface Sender {
  /** There is something to send, or a reason to try again now. */
  wake(): void
  /** How much of a row's file has left, 0 to 1; undefined while it is not under way. */
  share(key: OutboxKey): number | undefined
  /** Aborts what is under way, on the wire too; nothing is sent from then on. What was begun stays as it is on disk. */
  stop(): void
}

/** The first pause after a try that failed, and the longest. Milliseconds. */
const firstPauseMs = 2_000
const longestPauseMs = 5 * 60_000

/** As far as a try got. `later`: others may go on; `stop`: nobody gets any further now. */
type Try = 'done' | { readonly again: 'later' | 'stop'; readonly afterMs: number }

export function createSender(parts: SenderParts): Sender {
  const { rows, audit, clock } = parts
  const ending = new AbortController()
  let running = false
  let wanted = false
  let failures = 0
  /** Of the pauses, the one that counts. */
  let pause = 0
  /** `share`: undefined while it is being asked for; what became of it before is not known then, and not guessed. */
  let underWay: { readonly key: OutboxKey; share: number | undefined } | undefined

  const stopped = () => ending.signal.aborted
  const isUnderWay = ({ patient, idempotencyKey }: OutboxKey) => underWay?.key.patient === patient && underWay.key.idempotencyKey === idempotencyKey

  async function passes(): Promise<void> {
    running = true
    try {
      do {
        wanted = false
        const waitMs = await pass()
        failures = waitMs === undefined ? 0 : failures + 1
        if (waitMs !== undefined && !stopped()) pauseFor(waitMs)
      } while (wanted && !stopped())
    } finally {
      running = false
    }
  }

  /** Once through the outbox; gives what to wait before the next time, undefined where nothing is left to send. */
  async function pass(): Promise<number | undefined> {
    let waitMs: number | undefined
    for (const key of parts.queue()) {
      if (stopped() || !parts.may()) return undefined
      const tried = await tryOne(key)
      if (tried === 'done') continue
      waitMs = Math.max(waitMs ?? 0, tried.afterMs)
      if (tried.again === 'stop') break
    }
    return waitMs
  }

  function pauseFor(leastMs: number): void {
    const most = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10))
    pause += 1
    const mine = pause
    // At least half of it, and spread over the rest: a hospital's workstations all lose the EHR in the same second.
    parts.later(
      () => {
        if (mine === pause) wake()
      },
      Math.max(leastMs, Math.round(most * (0.5 + parts.random() / 2))),
    )
  }

  function wake(): void {
    pause += 1
    wanted = true
    if (!running && !stopped()) void passes()
  }

  async function tryOne(key: OutboxKey): Promise<Try> {
    const entry = { event: 'outbox.send', action: 'C', cause: 'refresh', patient: key.patient, correlation: parts.correlation() } as const
    let row: OutboxRow | undefined
    let isAnnounced = false
    /** Whether it is known what became of the tries before. */
    let isSure = false
    try {
      row = readOutboxRow(rows, key)
      if (row === undefined || row.state.kind === 'refused') return 'done'
      underWay = { key, share: undefined }
      // Nothing of a patient leaves before it is recorded that it does (164.312(b)).
      await audit.intent({ ...entry, outcome: 'intent' })
      isAnnounced = true
      isSure = row.state.kind !== 'sent'
      const document = await parts.upload(row, ending.signal, stepsOf(row, () => void (isSure = true)))
      // Should the disk not take it, or the session have ended: the next try finds it at the EHR.
      if (stopped()) throw new ChartkeepError('cancelled')
      confirmOutboxRow(rows, key, { document, at: clock.now() })
      audit.outcome({ ...entry, outcome: 'success' })
      return 'done'
    } catch (error) {
      const failure = diskFailure(networkFailure(error))
      if (isAnnounced) audit.outcome({ ...entry, outcome: 'failed', failure: failure.kind })
      return stopped() ? { again: 'stop', afterMs: 0 } : settled(key, failure, isSure)
    } finally {
      underWay = undefined
      if (!stopped()) parts.changed(key)
    }
  }

  function stepsOf(row: OutboxRow, sure: () => void): UploadSteps {
    let current = row
    /** Taken back meanwhile, or locked: nothing of it leaves, and it does not come to life again. */
    const stillWanted = () => {
      if (stopped() || readOutboxRow(rows, row) === undefined) throw new ChartkeepError('cancelled')
    }
    const put = (next: OutboxRow) => {
      stillWanted()
      current = next
      putOutboxRow(rows, next)
    }
    return {
      progress(share) {
        if (!isUnderWay(row) || underWay === undefined) return
        underWay.share = share
        parts.changed(row)
      },
      absent() {
        sure()
        // From here on it is said to be under way, and is not taken back any more.
        stillWanted()
        if (current.state.kind === 'sent') put({ ...current, state: { kind: 'waiting' } })
        if (underWay !== undefined) underWay.share = 0
        parts.changed(row)
      },
      fileThere: (binary) => put({ ...current, binary }),
      leaving: () => put({ ...current, state: { kind: 'sent', at: clock.now() } }),
    }
  }

  /** What a failure makes of a row. */
  function settled(key: OutboxKey, failure: ChartkeepError, isSure: boolean): Try {
    const afterMs = failure.facts.retryAfterMs ?? 0
    if (isGone(key)) return 'done'
    // Who may not even ask whether it is there has not been told that it is not.
    if (!isFinal(failure) || !isSure) return { again: holdsUpAll.has(failure.kind) ? 'stop' : 'later', afterMs }
    try {
      const row = readOutboxRow(rows, key)
      if (row !== undefined) putOutboxRow(rows, { ...row, state: { kind: 'refused', failure: failure.kind } })
    } catch (error) {
      const { kind } = diskFailure(error)
      // A row that does not open is out of the way by now, and put aside for who can repair it.
      return kind === 'vault-corrupt' ? 'done' : { again: 'stop', afterMs }
    }
    return 'done'
  }

  function isGone(key: OutboxKey): boolean {
    try {
      return readOutboxRow(rows, key) === undefined
    } catch {
      // Whatever is wrong with it is looked at where it is read.
      return false
    }
  }

  return {
    wake,
    share: (key) => (isUnderWay(key) ? underWay?.share : undefined),
    stop: () => ending.abort(),
  }
}

/** What the EHR, or the file itself, says to this very row: the same would be said again. */
const final: ReadonlySet<FailureKind> = new Set<FailureKind>(['forbidden', 'not-found', 'gone', 'conflict', 'too-large', 'wrong-patient', 'no-file-key', 'vault-corrupt', 'vault-newer', 'sign-in-discovery'])
/** What has nothing to do with the row. */
const holdsUpAll: ReadonlySet<FailureKind> = new Set<FailureKind>(['offline', 'untrusted-certificate', 'redirected', 'throttled', 'unauthorized', 'cancelled', 'audit-unavailable', 'disk-full', 'disk-read-only', 'vault-unavailable', 'not-permitted'])

function isFinal(failure: ChartkeepError): boolean {
  return final.has(failure.kind) || (failure.kind === 'server' && typeof failure.cause === 'number' && failure.cause >= 400 && failure.cause < 500)
}
