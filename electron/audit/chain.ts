import type { AuditHeader, AuditPort } from '../../shared/audit.ts'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import type { ChainDisk, ChainFile } from './disk.ts'
import { append, type ChainHead, type EntryFields } from './entry.ts'
import { readHeader } from './header.ts'
import { readTail } from './tail.ts'

/** Who acts, as `main` knows it: opaque ids, never names. */
export interface Actor {
  /** The user's key on this workstation; undefined while nobody is signed in. */
  readonly user: string | undefined
  readonly device: string
  readonly epoch: number
}

export interface ChainParts {
  readonly disk: ChainDisk
  readonly clock: Clock
  /** Milliseconds of a clock that nobody can set, for the order of what the wall clock says. */
  monotonic(): number
  actor(): Actor
  readonly log: Log
  /** Bytes after which a new file is begun; smaller in tests alone. */
  readonly fileBytes?: number
}

export interface AuditChain extends AuditPort {
  /** Opens the chain ahead of the first entry, so that a broken one is known at start. Rejects `audit-unavailable`. */
  open(): Promise<void>
  /** Resolves when everything told so far is durable; rejects `audit-unavailable`. */
  flush(): Promise<void>
  /** The same, and lets go of the file. */
  close(): Promise<void>
}

/** A small file is proven in 0.2 s at start. */
const defaultFileBytes = 4_194_304
const groupLimit = 500
/** Outcomes wait so long for company, and as long as `retryMs` while the disk refuses. */
const outcomeMs = 250
const retryMs = 5_000
const outcomeLimit = 10_000

interface Waiting {
  /** Undefined: only wants to know that all before it is durable. */
  readonly fields: EntryFields | undefined
  readonly settle?: { resolve(): void; reject(error: ChartkeepError): void }
}

/**
 * The audit chain (164.312(b)): append-only, each entry bound to the one before. An intent resolves when it survives a
 * loss of power; those that wait together share one sync. While the disk refuses, each intent is refused and the next
 * one tries again; a chain that was changed stays refused until somebody has looked at it.
 */
export function createAuditChain(parts: ChainParts): AuditChain {
  const fileBytes = parts.fileBytes ?? defaultFileBytes
  let queue: Waiting[] = []
  let place: { file: ChainFile; number: number; size: number; head: ChainHead } | undefined
  let broken = false
  let lost = 0
  let pumping: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function fieldsOf(header: AuditHeader, more: EntryFields = {}): EntryFields {
    const { user, device, epoch } = parts.actor()
    return { ...header, ...more, wall: parts.clock.now(), mono: Math.round(parts.monotonic()), user: user ?? null, device, epoch }
  }

  const note = (event: string, more: EntryFields = {}): EntryFields =>
    fieldsOf({ event, action: 'E', outcome: 'success', cause: 'refresh', correlation: newCorrelation() }, more)

  async function ensureOpen() {
    if (place) return place
    if (broken) throw new ChartkeepError('audit-unavailable')
    const began = parts.monotonic()
    const tail = await readTail(parts.disk)
    if (tail.state === 'broken') {
      broken = true
      parts.log.event('audit.broken', { file: tail.file, line: tail.line })
      throw new ChartkeepError('audit-unavailable')
    }
    const notes: EntryFields[] = []
    if (tail.head.seq === 0) notes.push(note('chain.began'))
    if (tail.torn) {
      await parts.disk.setAside(tail.file, tail.size, tail.torn)
      parts.log.event('audit.recovered', { bytes: tail.torn.length })
      notes.push(note('chain.recovered', { bytes: tail.torn.length }))
    }
    const opened = { file: await parts.disk.open(tail.file), number: tail.file, size: tail.size, head: tail.head }
    place = opened
    if (notes.length > 0) await write(opened, notes)
    parts.log.event('audit.opened', { file: opened.number, ms: Math.round(parts.monotonic() - began) })
    return opened
  }

  /** Writes a group and makes it durable, or leaves `place` undefined: what is on the disk is then read anew. */
  async function write(at: NonNullable<typeof place>, group: readonly EntryFields[]): Promise<void> {
    try {
      if (at.size >= fileBytes) await beginFile(at)
      // Another process appended: what it wrote is proven before anything follows it, and never cut off.
      if ((await at.file.size()) !== at.size) throw new Error('The file is not as it was left.')
    } catch (error) {
      await letGo(at)
      throw error
    }
    let head = at.head
    const lines = group.map((fields) => {
      const next = append(head, fields)
      head = next.head
      return next.line
    })
    const bytes = Buffer.from(lines.join(''), 'utf8')
    try {
      await at.file.append(bytes)
      await at.file.sync()
    } catch (error) {
      await letGo(at)
      // What of this group reached the disk was never acknowledged. Where the cut fails too, opening anew sees to it.
      await parts.disk.cut(at.number, at.size).catch(() => undefined)
      throw error
    }
    at.size += bytes.length
    at.head = head
  }

  async function beginFile(at: NonNullable<typeof place>): Promise<void> {
    const next = await parts.disk.open(at.number + 1)
    await at.file.close()
    at.file = next
    at.number += 1
    at.size = 0
  }

  async function letGo(at: NonNullable<typeof place>): Promise<void> {
    place = undefined
    await at.file.close().catch(() => undefined)
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    const missing = lost > 0 ? [note('chain.outcomes-lost', { count: lost })] : []
    const entries = [...missing, ...group.flatMap((one) => (one.fields ? [one.fields] : []))]
    const at = await ensureOpen()
    if (entries.length > 0) await write(at, entries)
    lost = 0
  }

  async function pump(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
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
    if (!broken) parts.log.event('audit.unavailable', { failure: diskFailure(error) })
    const refused = new ChartkeepError('audit-unavailable', {}, { cause: error })
    const all = [...group, ...queue]
    const outcomes = all.filter((one) => one.settle === undefined)
    queue = outcomes.slice(0, outcomeLimit)
    lost += outcomes.length - queue.length
    for (const one of all) one.settle?.reject(refused)
    if (queue.length > 0 && !broken) start(retryMs)
  }

  /** One pump at a time; what is told while it runs is its next group. */
  function run(): Promise<void> {
    pumping ??= pump().finally(() => {
      pumping = undefined
      if (queue.some((one) => one.settle)) void run()
      else if (queue.length > 0 && !broken) start(outcomeMs)
    })
    return pumping
  }

  function start(ms: number): void {
    timer ??= setTimeout(() => void run(), ms)
    timer.unref()
  }

  function told(fields: EntryFields | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ fields, settle: { resolve, reject } })
      void run()
    })
  }

  return {
    open: () => told(undefined),
    flush: () => told(undefined),
    async intent(header) {
      const read = readHeader(header)
      if (!read) throw new ChartkeepError('invalid-input')
      await told(fieldsOf(read))
    },
    outcome(header) {
      const read = readHeader(header)
      queue.push({ fields: read ? fieldsOf(read) : note('chain.outcome-malformed') })
      if (!pumping) start(outcomeMs)
    },
    async close() {
      try {
        await told(undefined)
      } finally {
        clearTimeout(timer)
        const last = place
        place = undefined
        await last?.file.close()
      }
    },
  }
}

function diskFailure(error: unknown): FailureKind {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return 'disk-full'
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'disk-read-only'
  return 'internal'
}
