import { ChartkeepError } from '../../shared/errors.ts'
import type { Log } from '../diagnostics/log.ts'
import { checkpoint, type CheckpointKey } from './checkpoint.ts'
import type { ChainDisk, ChainFile } from './disk.ts'
import { append, type ChainHead, type EntryFields } from './entry.ts'
import { auditFormat } from './format.ts'
import type { ChainEventName } from './own-events.ts'
import { prunedFields, signPruned } from './pruned.ts'
import { readTail } from './tail.ts'

/** Where the chain was last seen to be, kept where a profile that is put back does not reach: the keychain. */
interface AnchorStore {
  /** Rejects where it cannot be read: the chain then goes on without. */
  get(): Promise<ChainHead | undefined>
  set(anchor: ChainHead): Promise<void>
}

export interface WriterParts {
  readonly disk: ChainDisk
  monotonic(): number
  readonly log: Log
  /** Absent where the keychain gives none: the chain then has no checkpoints, and the verifier says so. */
  readonly key?: CheckpointKey | undefined
  readonly anchor?: AnchorStore
  /** Bytes after which a new file is begun; smaller in tests alone. */
  readonly fileBytes?: number
  /** The fields of an entry of the chain's own. */
  note(event: ChainEventName, more?: EntryFields): EntryFields
  /** Told after each group, and once when the chain was opened. */
  onDurable?(mark: DurableMark): void
}

/** How far the chain survives a loss of power. */
export interface DurableMark {
  /** Number of the last file, and its bytes that are durable. */
  readonly file: number
  readonly size: number
  readonly seq: number
  /** The group holds a checkpoint, or an alert: whoever reports it does not wait for more. */
  readonly isUrgent: boolean
}

export interface ChainWriter {
  /** Rejects `audit-unavailable` where the chain was changed, and with the disk's own errors. */
  open(): Promise<void>
  /** Makes a group durable with one sync, or rejects with nothing of it kept. `sign` ends it with a checkpoint. Gives the file that holds it. */
  write(group: readonly EntryFields[], sign: boolean): Promise<number>
  /** The chain was changed by somebody: nothing is appended to it any more. */
  isBroken(): boolean
  close(): Promise<void>
}

/** A small file is proven in 0.2 s at start. */
const defaultFileBytes = 4_194_304

interface Place {
  file: ChainFile
  number: number
  size: number
  head: ChainHead
  /** Entries after the last checkpoint. */
  unsigned: number
}

/** The end of the chain on the disk. Not for two callers at once: the chain's queue sees to it. */
export function createChainWriter(parts: WriterParts): ChainWriter {
  const { disk, key, anchor, log, note } = parts
  const fileBytes = parts.fileBytes ?? defaultFileBytes
  let place: Place | undefined
  let broken = false
  let isFirst = true
  let anchoring = Promise.resolve()

  async function ensureOpen(): Promise<Place> {
    if (place) return place
    if (broken) throw new ChartkeepError('audit-unavailable')
    const began = parts.monotonic()
    // Once a start: what this process itself makes durable later may be ahead of what the keychain holds.
    const seen = isFirst ? await anchor?.get().catch(() => undefined) : undefined
    const tail = await readTail(disk, seen, key?.publicJwk.x)
    if (tail.state === 'broken') {
      broken = true
      log.event('audit.broken', { file: tail.file, line: tail.line })
      throw new ChartkeepError('audit-unavailable')
    }
    const notes: EntryFields[] = []
    if (tail.head.seq === 0) notes.push(note('chain.began'))
    if (tail.torn) {
      await disk.setAside(tail.file, tail.size, tail.torn)
      log.event('audit.recovered', { bytes: tail.torn.length })
      notes.push(note('chain.recovered', { bytes: tail.torn.length }))
    }
    if (seen !== undefined && tail.rolledBack) {
      log.event('audit.rolled-back', {})
      notes.push(note(auditFormat.putBackEvent, { anchorSeq: seen.seq, anchorHash: seen.hash }))
    }
    // The key that the workstation has now says where the chain begins, as nobody else is believed once it has signed here.
    const unsaid = key && tail.unsaid
    if (unsaid) notes.push(note(auditFormat.prunedEvent, prunedFields(unsaid)))
    const opened = { file: await disk.open(tail.file), number: tail.file, size: tail.size, head: tail.head, unsigned: tail.unsigned }
    place = opened
    if (notes.length > 0) await put(opened, notes, unsaid !== undefined)
    else mark(opened, false)
    isFirst = false
    log.event('audit.opened', { file: opened.number, ms: Math.round(parts.monotonic() - began) })
    return opened
  }

  /** Writes a group and makes it durable, or leaves `place` undefined: what is on the disk is then read anew. */
  async function put(at: Place, group: readonly EntryFields[], sign: boolean): Promise<void> {
    try {
      if (at.size >= fileBytes) await beginFile(at)
      // Another process appended: what it wrote is proven before anything follows it, and never cut off.
      if ((await at.file.size()) !== at.size) throw new Error('The file is not as it was left.')
    } catch (error) {
      await letGo(at)
      throw error
    }
    const made = linesOf(at, group, sign)
    try {
      await at.file.append(made.bytes)
      await at.file.sync()
    } catch (error) {
      await letGo(at)
      // What of this group reached the disk was never acknowledged. Where the cut fails too, opening anew sees to it.
      await disk.cut(at.number, at.size).catch(() => undefined)
      throw error
    }
    at.size += made.bytes.length
    at.head = made.head
    at.unsigned = made.unsigned
    if (made.signed) remember(made.signed)
    mark(at, made.signed !== undefined || group.some(({ event }) => String(event).startsWith('alert.')))
  }

  function mark({ number, size, head }: Place, isUrgent: boolean): void {
    parts.onDurable?.({ file: number, size, seq: head.seq, isUrgent })
  }

  function linesOf(at: Place, group: readonly EntryFields[], sign: boolean) {
    let { head, unsigned } = at
    let signed: ChainHead | undefined
    const lines: string[] = []
    const add = (fields: EntryFields) => {
      const next = append(head, key && fields['event'] === auditFormat.prunedEvent ? signPruned(key, head, fields) : fields)
      head = next.head
      lines.push(next.line)
    }
    const signHere = () => {
      if (key === undefined) return
      add(checkpoint(key, head, note(auditFormat.checkpointEvent)))
      unsigned = 0
      signed = head
    }
    for (const fields of group) {
      if (unsigned >= auditFormat.checkpointEvery) signHere()
      add(fields)
      unsigned += 1
    }
    if (sign && unsigned > 0) signHere()
    return { bytes: Buffer.from(lines.join(''), 'utf8'), head, unsigned, signed }
  }

  /** One after the other, so that an older one never overwrites a newer. A keychain that fails costs the anchor alone. */
  function remember(head: ChainHead): void {
    if (anchor) anchoring = anchoring.then(() => anchor.set(head)).catch(() => log.event('audit.not-anchored', {}))
  }

  async function beginFile(at: Place): Promise<void> {
    const next = await disk.open(at.number + 1)
    await at.file.close()
    at.file = next
    at.number += 1
    at.size = 0
  }

  async function letGo(at: Place): Promise<void> {
    place = undefined
    await at.file.close().catch(() => undefined)
  }

  return {
    open: async () => void (await ensureOpen()),
    async write(group, sign) {
      const at = await ensureOpen()
      if (group.length > 0 || (sign && at.unsigned > 0)) await put(at, group, sign)
      return at.number
    },
    isBroken: () => broken,
    async close() {
      const last = place
      place = undefined
      await last?.file.close()
      await anchoring
    },
  }
}
