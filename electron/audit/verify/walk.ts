import { closeSync, openSync, readSync } from 'node:fs'
import { auditFormat } from '../format.ts'
import { Alike } from './alike.ts'
import { readEntry } from './line.ts'
import type { SeenEntry } from './seen-entry.ts'
import type { Anchor, Fault } from './verdict.ts'

/** What one file shows by itself: it is walked from what its first entry claims to follow. */
export interface FileWalk {
  readonly file: number
  readonly first: SeenEntry | undefined
  readonly last: SeenEntry | undefined
  readonly entries: number
  /**
   * What breaks the chain within the file: `forked` here means "does not follow", which `explain` tells apart. Where it is the
   * file's first line, its `seq` is 0: only the file before knows what should stand there.
   */
  readonly fault: Fault | undefined
  /** The entry that does not follow. */
  readonly stray: SeenEntry | undefined
  /** What was done to the chain and is proven all the same: the first of each kind. */
  readonly clock: Fault | undefined
  readonly putBack: Fault | undefined
  readonly firstCheckpoint: SeenEntry | undefined
  readonly lastCheckpoint: SeenEntry | undefined
  /** Entries of format 2 before the first checkpoint and after the last; all of them where there is none. */
  readonly unsignedBefore: number
  readonly unsignedAfter: number
  /** The first entry that has to be signed for: of format 2. */
  readonly firstSignable: number | undefined
  /** The hash of the entry with the anchor's number, if it is here. */
  readonly atAnchor: string | undefined
}

/** Walks a file in one pass, with a megabyte in memory, and does nothing else meanwhile. Throws the file system's own errors. */
export function walkFile(path: string, file: number, anchor: Anchor | undefined): FileWalk {
  const walk = new Walk(file, anchor)
  eachLine(path, (bytes, start, end) => walk.take(bytes, start, end))
  return walk.seen()
}

class Walk {
  private readonly file: number
  private readonly anchor: Anchor | undefined
  private readonly alike = new Alike()
  private first: SeenEntry | undefined
  private line = 0
  private fault: Fault | undefined
  private stray: SeenEntry | undefined
  private clock: Fault | undefined
  private putBack: Fault | undefined
  private firstCheckpoint: SeenEntry | undefined
  private lastCheckpoint: SeenEntry | undefined
  private unsignedBefore = 0
  private unsigned = 0
  private firstSignable: number | undefined
  private atAnchor: string | undefined

  constructor(file: number, anchor: Anchor | undefined) {
    this.file = file
    this.anchor = anchor
  }

  /** Takes one line, with its line feed; true when it broke the chain and nothing after it is proven. */
  take(bytes: Buffer, start: number, end: number): boolean {
    this.line += 1
    this.fault = this.judge(bytes, start, end)
    return this.fault !== undefined
  }

  private judge(bytes: Buffer, start: number, end: number): Fault | undefined {
    const { file, line } = this
    if (this.isPlain(bytes, start, end)) return undefined
    const last = this.alike.last()
    const expected = last === undefined ? 0 : last.seq + 1
    if (bytes[end] !== lineFeed) return { kind: 'truncated', file, line, seq: expected }
    const entry = readEntry(bytes, start, end, last)
    if (entry === undefined) return { kind: 'changed', file, line, seq: expected }
    if (last !== undefined && (entry.seq !== last.seq + 1 || entry.prev !== last.hash || entry.format < last.format)) {
      this.stray = entry
      return { kind: 'forked', file, line, seq: entry.seq }
    }
    const fault = this.judgeSignature(entry) ?? (last && differs(last, entry, { file, line }))
    if (fault) return fault
    this.clock ??= last && clockBack(last, entry, { file, line })
    if (entry.isPutBack) this.putBack ??= { kind: 'rolled-back', file, line, seq: entry.seq }
    if (entry.seq === this.anchor?.seq) this.atAnchor = entry.hash
    this.first ??= entry
    this.alike.took(bytes, start, end, entry)
    return undefined
  }

  /** Takes an entry of which there is nothing to be said but that it follows. */
  private isPlain(bytes: Buffer, start: number, end: number): boolean {
    const { alike } = this
    const { next } = alike
    if (bytes[end] !== lineFeed || this.unsigned >= auditFormat.checkpointEvery || next === this.anchor?.seq || !alike.follows(bytes, start, end)) return false
    this.firstSignable ??= next
    this.unsigned += 1
    return true
  }

  private judgeSignature(entry: SeenEntry): Fault | undefined {
    const { file, line } = this
    if (entry.pruned?.isSigned === false) return { kind: 'forged', file, line, seq: entry.seq }
    if (entry.pruned && this.lastCheckpoint && this.lastCheckpoint.checkpoint?.key !== entry.pruned.key) return { kind: 'another-device', file, line, seq: entry.seq }
    if (entry.checkpoint === undefined) {
      if (entry.format === 1) return undefined
      this.firstSignable ??= entry.seq
      this.unsigned += 1
      return this.unsigned > auditFormat.checkpointEvery ? { kind: 'unsigned', file, line, seq: entry.seq } : undefined
    }
    if (!entry.checkpoint.isSigned) return { kind: 'forged', file, line, seq: entry.seq }
    if (this.lastCheckpoint && this.lastCheckpoint.checkpoint?.key !== entry.checkpoint.key) return { kind: 'another-device', file, line, seq: entry.seq }
    if (this.firstCheckpoint === undefined) this.unsignedBefore = this.unsigned
    this.firstCheckpoint ??= entry
    this.lastCheckpoint = entry
    this.unsigned = 0
    return undefined
  }

  seen(): FileWalk {
    const last = this.alike.last()
    const { file, first, fault, stray, clock, putBack, firstCheckpoint, lastCheckpoint, firstSignable, atAnchor } = this
    const entries = first && last ? last.seq - first.seq + 1 : 0
    return { file, first, last, entries, fault, stray, clock, putBack, firstCheckpoint, lastCheckpoint, unsignedBefore: firstCheckpoint ? this.unsignedBefore : this.unsigned, unsignedAfter: this.unsigned, firstSignable, atAnchor }
  }
}

/** A device that could not open its key calls itself unknown: that is not another one. */
export function differs(before: SeenEntry, entry: SeenEntry, at: { readonly file: number; readonly line: number }): Fault | undefined {
  if (before.device === entry.device || before.device === 'unknown' || entry.device === 'unknown') return undefined
  return { kind: 'another-device', ...at, seq: entry.seq }
}

/** Within a run the wall clock keeps up with the monotonic one; between runs it does not go back. */
export function clockBack(before: SeenEntry, entry: SeenEntry, at: { readonly file: number; readonly line: number }): Fault | undefined {
  const isSameRun = entry.run !== undefined && entry.run === before.run
  const by = before.wall - entry.wall + (isSameRun ? entry.mono - before.mono : 0)
  return by > auditFormat.clockTolerance ? { kind: 'clock-back', ...at, seq: entry.seq, by } : undefined
}

const lineFeed = 0x0a
/** No line of ours is longer: what is, is none. */
const longestLine = 1_048_576
const pieceBytes = 262_144

/**
 * Gives each line by where it begins and ends in the bytes, which are others' with the next line; at its end stands a line
 * feed, or something else where the last one was not finished. Goes on until `take` says that it is enough.
 */
export function eachLine(path: string, take: (bytes: Buffer, start: number, end: number) => boolean): void {
  const file = openSync(path, 'r')
  try {
    let bytes = Buffer.alloc(2 * pieceBytes)
    let kept = 0
    for (let read = 1; read > 0 && kept <= longestLine; ) {
      if (bytes.length - kept <= pieceBytes) bytes = Buffer.concat([bytes], 2 * bytes.length)
      read = readSync(file, bytes, kept, pieceBytes, null)
      const length = kept + read
      let start = 0
      for (let end = bytes.indexOf(lineFeed); end !== -1 && end < length; end = bytes.indexOf(lineFeed, start)) {
        if (take(bytes, start, end)) return
        start = end + 1
      }
      bytes.copyWithin(0, start, length)
      kept = length - start
    }
    bytes[kept] = 0
    if (kept > 0) take(bytes, 0, kept)
  } finally {
    closeSync(file)
  }
}
