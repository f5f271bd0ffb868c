import type { AuditHeader, AuditPort } from '../../shared/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import { diskRefusal } from '../../shared/disk-failure.ts'
import type { EntryFields } from './entry.ts'
import { readHeader } from './header.ts'
import type { ChainEventName, EntryEvent, OwnAudit, OwnEvent } from './own-events.ts'
import { type Pruned, prunedFields } from './pruned.ts'
import { createChainWriter, type WriterParts } from './writer.ts'

/** Who acts, as `main` knows it: opaque ids, never names. */
interface Actor {
  /** The user's key on this workstation; undefined while nobody is signed in. */
  readonly user: string | undefined
  readonly device: string
  readonly epoch: number
}

export interface ChainParts extends Omit<WriterParts, 'note'> {
  readonly clock: Clock
  actor(): Actor
  /** Is shown each entry as soon as it is durable, in their order, with the file that it is in, before who waits for it is told. Must not throw. */
  readonly witness?: (entries: readonly EntryFields[], file: number) => void
}

export interface AuditChain extends AuditPort, OwnAudit {
  /** Opens the chain ahead of the first entry, so that a broken one is known at start. Rejects `audit-unavailable`. */
  open(): Promise<void>
  /** Signs everything told so far and resolves when that is durable; rejects `audit-unavailable`. */
  checkpoint(): Promise<void>
  /** Says, signed, that the files before this one go; resolves when that is durable. Rejects `audit-unavailable`, also where there is no key to sign by. */
  announcePruned(pruned: Pruned): Promise<void>
  /** Resolves when everything told so far is durable; rejects `audit-unavailable`. */
  flush(): Promise<void>
  /** Signs what is there, and lets go of the file. */
  close(): Promise<void>
}

const groupLimit = 500
/** Outcomes wait so long for company, and as long as `retryMs` while the disk refuses. */
const outcomeMs = 250
const retryMs = 5_000
const outcomeLimit = 10_000

interface Waiting {
  /** Undefined: only wants to know that all before it is durable. */
  readonly fields: EntryFields | undefined
  readonly sign?: boolean
  readonly settle?: { resolve(): void; reject(error: ChartkeepError): void }
}

/**
 * The audit chain (164.312(b)): append-only, each entry bound to the one before. An intent resolves when it survives a
 * loss of power; those that wait together share one sync. While the disk refuses, each intent is refused and the next
 * one tries again; a chain that was changed stays refused until somebody has looked at it.
 */
export function createAuditChain(parts: ChainParts): AuditChain {
  const run = newCorrelation()
  const writer = createChainWriter({ ...parts, note })
  let queue: Waiting[] = []
  let lost = 0
  let pumping: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function fieldsOf(header: Omit<AuditHeader, 'event'> & { readonly event: EntryEvent }, more: EntryFields = {}): EntryFields {
    const { user, device, epoch } = parts.actor()
    return { ...header, ...more, wall: parts.clock.now(), mono: Math.round(parts.monotonic()), run, user: user ?? null, device, epoch }
  }

  function note(event: ChainEventName, more: EntryFields = {}): EntryFields {
    return fieldsOf({ event, action: 'E', outcome: 'success', cause: 'refresh', correlation: newCorrelation() }, more)
  }

  function ownFields({ event, outcome, cause = 'look', failure, correlation = newCorrelation(), facts = {}, about }: OwnEvent): EntryFields {
    const fields = fieldsOf({ event, action: 'E', outcome, cause, correlation, ...(failure === undefined ? {} : { failure }) }, { ...facts })
    return about === undefined ? fields : { ...fields, user: about.user ?? null, ...(about.patient === undefined ? {} : { patient: about.patient }) }
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    const missing = lost > 0 ? [note('chain.outcomes-lost', { count: lost })] : []
    const entries = [...group.flatMap((one) => (one.fields ? [one.fields] : [])), ...missing]
    const file = await writer.write(entries, group.some((one) => one.sign))
    lost = 0
    if (entries.length > 0) parts.witness?.(entries, file)
  }

  async function pump(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    // What is told in one go is one group, its first line too.
    await Promise.resolve()
    while (queue.length > 0) {
      const group = queue.splice(0, groupLimit)
      try {
        await writeGroup(group)
        for (const one of group) one.settle?.resolve()
      } catch (error) {
        refuse(group, error)
        return
      }
    }
  }

  function refuse(group: readonly Waiting[], error: unknown): void {
    if (!writer.isBroken()) parts.log.event('audit.unavailable', { failure: diskRefusal(error) ?? 'internal' })
    const refused = new ChartkeepError('audit-unavailable', {}, { cause: error })
    const all = [...group, ...queue]
    const outcomes = all.filter((one) => one.settle === undefined)
    queue = outcomes.slice(0, outcomeLimit)
    lost += outcomes.length - queue.length
    for (const one of all) one.settle?.reject(refused)
    if (queue.length > 0 && !writer.isBroken()) start(retryMs)
  }

  /** One pump at a time; what is told while it runs is its next group. */
  function pumpOn(): Promise<void> {
    pumping ??= pump().finally(() => {
      pumping = undefined
      if (queue.some((one) => one.settle)) void pumpOn()
      else if (queue.length > 0 && !writer.isBroken()) start(outcomeMs)
    })
    return pumping
  }

  function start(ms: number): void {
    timer ??= setTimeout(() => void pumpOn(), ms)
    timer.unref()
  }

  function told(fields: EntryFields | undefined, sign = false): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ fields, sign, settle: { resolve, reject } })
      void pumpOn()
    })
  }

  /** With the next group. */
  function later(fields: EntryFields): void {
    queue.push({ fields })
    if (!pumping) start(outcomeMs)
  }

  return {
    open: () => told(undefined),
    checkpoint: () => told(undefined, true),
    async announcePruned(pruned) {
      if (parts.key === undefined) throw new ChartkeepError('audit-unavailable')
      await told(note('chain.pruned', prunedFields(pruned)), true)
    },
    flush: () => told(undefined),
    async intent(header) {
      const read = readHeader(header)
      if (!read) throw new ChartkeepError('invalid-input')
      await told(fieldsOf(read))
    },
    outcome(header) {
      const read = readHeader(header)
      later(read ? fieldsOf(read) : note('chain.outcome-malformed'))
    },
    announce: (own) => told(ownFields(own)),
    tell: (own) => later(ownFields(own)),
    async close() {
      try {
        await told(undefined, true)
      } finally {
        clearTimeout(timer)
        await writer.close()
      }
    },
  }
}
