import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { auditFormat } from '../format.ts'
import { findBeginning } from './beginning.ts'
import { explain } from './explain.ts'
import type { Pruned, SeenEntry } from './seen-entry.ts'
import type { Anchor, Fault, Verdict } from './verdict.ts'
import { clockBack, differs, type FileWalk } from './walk.ts'
import { walkFiles } from './walk-files.ts'

export interface VerifyOptions {
  /** Without it, what was cut off exactly between two entries, or put back to an older state, looks whole. */
  readonly anchor?: Anchor | undefined
  /** The device's public key (Ed25519, RFC 8037 `x`); without it the first checkpoint says whose chain it is. */
  readonly key?: string | undefined
  /** Files walked at once, each in a thread of its own. */
  readonly threads?: number
}

/**
 * Checks a chain, a folder of it or one file, from its first entry to its last. Shares nothing with the writer but the
 * constants of the format, so that a mistake of the writer is not repeated here. Memory does not grow with the chain.
 */
export async function verifyChain(place: string, { anchor, key, threads = 1 }: VerifyOptions = {}): Promise<Verdict> {
  const { paths, isFolder } = await filesOf(place)
  const isCut = isFolder && (paths[0]?.file ?? 1) > 1
  const joining = new Joining({ paths, anchor, key, beginning: isCut ? findBeginning(paths, key) : undefined, isCut })
  await walkFiles(paths, anchor, threads, (walk) => joining.take(walk))
  return joining.verdict()
}

interface ChainPath {
  readonly file: number
  readonly path: string
}

/** The files of a chain in their order. A file by itself is walked from where it begins. */
async function filesOf(place: string): Promise<{ readonly paths: readonly ChainPath[]; readonly isFolder: boolean }> {
  const numberOf = (name: string) => Number(auditFormat.fileName.exec(name)?.[1] ?? 0)
  if (!(await stat(place)).isDirectory()) return { paths: [{ file: Math.max(1, numberOf(basename(place))), path: place }], isFolder: false }
  const found = (await readdir(place)).map((name) => ({ file: numberOf(name), path: join(place, name) }))
  return { paths: found.filter(({ file }) => file > 0).sort((a, b) => a.file - b.file), isFolder: true }
}

interface JoiningParts {
  readonly paths: readonly ChainPath[]
  readonly anchor: Anchor | undefined
  readonly key: string | undefined
  /** A folder without its first files, and what its writer has signed of that. */
  readonly isCut: boolean
  readonly beginning: Pruned | undefined
}

/** Puts the files together: each must begin where the one before ended. */
class Joining {
  private readonly paths: readonly ChainPath[]
  private readonly anchor: Anchor | undefined
  private readonly isCut: boolean
  private readonly beginning: Pruned | undefined
  private last: FileWalk | undefined
  private end: SeenEntry | undefined
  private from = 0
  private entries = 0
  private unsigned = 0
  private signed: SeenEntry | undefined
  private signer: string | undefined
  private atAnchor: string | undefined
  private clock: Fault | undefined
  private putBack: Fault | undefined
  private fault: Fault | undefined

  constructor({ paths, anchor, key, beginning, isCut }: JoiningParts) {
    this.paths = paths
    this.anchor = anchor
    this.isCut = isCut
    this.beginning = beginning
    this.signer = key ?? beginning?.key
  }

  /** Takes the next file; true when the chain is broken and nothing after it is proven. */
  take(walk: FileWalk): boolean {
    this.fault = this.judge(walk)
    return this.fault !== undefined
  }

  private judge(walk: FileWalk): Fault | undefined {
    const { file } = walk
    const number = this.last === undefined ? (this.isCut && !this.isCutByWriter() ? 1 : file) : this.last.file + 1
    if (file !== number) return { kind: 'removed', file: number, line: 0, seq: this.next }
    const border = this.judgeBorder(walk)
    if (border) return border
    this.last = walk
    if (walk.first) this.from ||= walk.first.seq
    this.entries += walk.entries
    this.clock ??= walk.clock
    this.putBack ??= walk.putBack
    this.atAnchor ??= walk.atAnchor
    if (walk.lastCheckpoint) this.signed = walk.lastCheckpoint
    this.end = walk.last ?? this.end
    if (walk.stray && this.end) return explain(this.paths, { file, line: walk.fault?.line ?? 0, stray: walk.stray, expected: { seq: this.end.seq + 1, prev: this.end.hash } })
    return walk.fault?.seq === 0 ? { ...walk.fault, seq: this.next } : walk.fault
  }

  /** All before a file that is here were to go; one that was killed while they went has left some. */
  private isCutByWriter(): boolean {
    return this.paths.some(({ file }) => file === this.beginning?.file)
  }

  private judgeBorder(walk: FileWalk): Fault | undefined {
    const { file, first, firstCheckpoint } = walk
    const at = { file, line: 1 }
    if (first) {
      const said = this.beginning?.file === file ? { seq: this.beginning.lastSeq + 1, prev: this.beginning.lastHash } : undefined
      if (said && this.end && (this.end.seq + 1 !== said.seq || this.end.hash !== said.prev)) return { kind: 'forked', ...at, seq: first.seq }
      const expected = this.end ? { seq: this.end.seq + 1, prev: this.end.hash } : file === 1 ? { seq: 1, prev: auditFormat.origin } : said
      if (expected && (first.seq !== expected.seq || first.prev !== expected.prev)) return explain(this.paths, { ...at, stray: first, expected })
      if (this.end) {
        if (first.format < this.end.format) return { kind: 'forked', ...at, seq: first.seq }
        const other = differs(this.end, first, at)
        if (other) return other
        this.clock ??= clockBack(this.end, first, at)
      }
    }
    const key = firstCheckpoint?.checkpoint?.key
    if (firstCheckpoint && this.signer !== undefined && key !== this.signer) return { kind: 'another-device', file, line: firstCheckpoint.seq - (first?.seq ?? 0) + 1, seq: firstCheckpoint.seq }
    this.signer ??= key
    if (first && walk.firstSignable !== undefined && this.unsigned + walk.unsignedBefore > auditFormat.checkpointEvery) {
      const seq = walk.firstSignable + auditFormat.checkpointEvery - this.unsigned
      return { kind: 'unsigned', file, line: seq - first.seq + 1, seq }
    }
    this.unsigned = firstCheckpoint ? walk.unsignedAfter : this.unsigned + walk.unsignedAfter
    return undefined
  }

  private get next(): number {
    return (this.end?.seq ?? 0) + 1
  }

  verdict(): Verdict {
    const { paths, end, signed, from, entries } = this
    const fault = this.fault ?? this.judgeAnchor()
    const survived = [this.clock, this.putBack].flatMap((one) => (one && (fault === undefined || one.seq <= fault.seq) ? [one] : [])).sort((a, b) => a.seq - b.seq)
    const faults = [...survived, ...(fault ? [fault] : [])]
    return {
      holds: faults.length === 0,
      faults,
      files: paths.length,
      entries,
      from,
      isPruned: this.isCut && from > 1,
      head: end && { seq: end.seq, hash: end.hash },
      signed: signed?.checkpoint && { seq: signed.seq, hash: signed.hash, device: signed.device, key: signed.checkpoint.key },
    }
  }

  /** The end of the chain against what somebody else holds. An exit leaves a checkpoint: an end without one was cut. */
  private judgeAnchor(): Fault | undefined {
    const { anchor, end } = this
    if (anchor === undefined) return undefined
    const file = this.last?.file ?? 1
    if ((end?.seq ?? 0) < anchor.seq) return { kind: end?.checkpoint ? 'rolled-back' : 'truncated', file, line: 0, seq: this.next, missing: anchor.seq - (end?.seq ?? 0) }
    if (this.atAnchor === anchor.hash || anchor.seq < this.from) return undefined
    return { kind: 'forked', file, line: 0, seq: anchor.seq }
  }
}
