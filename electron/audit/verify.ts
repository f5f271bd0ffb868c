import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { auditFormat } from './format.ts'

/** Where a chain was last seen by somebody who cannot be rolled back: the EHR, or write-once storage. */
export interface Anchor {
  readonly seq: number
  readonly hash: string
}

export type Fault =
  | 'missing-file' // a number between the first and the last is not there
  | 'not-an-entry' // a line that no writer has written: not JSON, or not in its one canonical form
  | 'changed' // a line whose hash is not that of its content
  | 'out-of-order' // a line that does not continue the one before: removed, inserted, swapped, or from a fork
  | 'torn' // the last line was never finished; an open chain repairs this after a crash and says so in an entry
  | 'behind-anchor' // shorter than the anchor says: cut off, or rolled back
  | 'not-the-anchored' // as long, but another chain

export type Verdict =
  | { readonly holds: true; readonly files: number; readonly entries: number; readonly head: Anchor | undefined }
  | { readonly holds: false; readonly fault: Fault; /** From 1; 0 where it is about the whole. */ readonly file: number; readonly line: number; readonly entries: number }

/**
 * Checks the chain in a folder from its first entry to its last. Shares nothing with the writer but the constants of
 * the format, so that a mistake of the writer is not repeated here. Without an anchor, a cut exactly between two
 * entries at the very end, and a folder put back to an older state, look whole: that is what the anchor is for.
 */
export async function verifyChain(folder: string, anchor?: Anchor): Promise<Verdict> {
  const numbers = (await readdir(folder)).flatMap((name) => auditFormat.fileName.exec(name)?.[1] ?? []).map(Number)
  const files = Math.max(0, ...numbers)
  const walk: Walk = { seq: 0, hash: auditFormat.origin, anchored: anchor === undefined }
  const fails = (fault: Fault, file: number, line: number): Verdict => ({ holds: false, fault, file, line, entries: walk.seq })

  for (let file = 1; file <= files; file += 1) {
    if (!numbers.includes(file)) return fails('missing-file', file, 0)
    let line = 0
    for await (const text of linesOf(join(folder, `chain-${file}.jsonl`))) {
      line += 1
      const fault = step(walk, text, anchor)
      if (fault) return fails(fault, file, line)
    }
  }
  if (!walk.anchored) return fails('behind-anchor', files, 0)
  return { holds: true, files, entries: walk.seq, head: walk.seq === 0 ? undefined : { seq: walk.seq, hash: walk.hash } }
}

interface Walk {
  seq: number
  hash: string
  anchored: boolean
}

/** Takes one line; returns what is wrong with it. */
function step(walk: Walk, text: string, anchor: Anchor | undefined): Fault | undefined {
  if (!text.endsWith('\n')) return 'torn'
  const entry = read(text.slice(0, -1))
  if (entry === undefined || entry['format'] !== auditFormat.version) return 'not-an-entry'
  const content = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'hash' && name !== 'prev'))
  const sum = createHash('sha256')
  sum.update(String(entry['prev']))
  sum.update('\n')
  sum.update(sorted(content))
  const hash = sum.digest('hex')
  if (hash !== entry['hash']) return 'changed'
  if (entry['prev'] !== walk.hash || entry['seq'] !== walk.seq + 1) return 'out-of-order'
  walk.seq += 1
  walk.hash = hash
  if (anchor && anchor.seq === walk.seq) {
    if (anchor.hash !== walk.hash) return 'not-the-anchored'
    walk.anchored = true
  }
  return undefined
}

/** The entry of a line, if the line is the one way to write it: flat, strings, whole numbers and null. */
function read(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entry: Readonly<Record<string, unknown>> = { ...value }
  const isFlat = Object.values(entry).every((one) => one === null || typeof one === 'string' || Number.isSafeInteger(one))
  return isFlat && sorted(entry) === text ? entry : undefined
}

/** RFC 8785 for a flat object: names by UTF-16 code units, values as ECMAScript writes them. */
function sorted(entry: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(entry).sort((a, b) => (a < b ? -1 : 1))
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(entry[name])}`).join(',')}}`
}

/** Lines with their line feed; the last one without, where it was not finished. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let kept = ''
  for await (const chunk of createReadStream(path, { encoding: 'latin1' })) {
    const pieces = (kept + String(chunk)).split('\n')
    kept = pieces.pop() ?? ''
    for (const piece of pieces) yield `${utf8(piece)}\n`
  }
  if (kept !== '') yield utf8(kept)
}

/** A byte that is no UTF-8 becomes U+FFFD, which no hash of ours covers. */
const utf8 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')
