import { readEntry } from './line.ts'
import type { SeenEntry } from './seen-entry.ts'
import type { Fault } from './verdict.ts'
import { eachLine } from './walk.ts'

/** Where the chain broke: what stands there, and what should. */
export interface Break {
  readonly file: number
  readonly line: number
  readonly stray: SeenEntry
  /** What the stray entry should have followed. */
  readonly expected: { readonly seq: number; readonly prev: string }
}

/**
 * Says how an entry came to stand where it does not follow. Reads the files once more: whether what should stand here
 * stands elsewhere, and whether what stands here stands a second time, is seen only from the whole.
 */
export function explain(paths: readonly { readonly file: number; readonly path: string }[], { file, line, stray, expected }: Break): Fault {
  let displaced = false
  let original: string | undefined
  for (const each of paths) {
    let at = 0
    eachLine(each.path, (bytes, start, end) => {
      at += 1
      const entry = readEntry(bytes, start, end)
      if (entry === undefined) return false
      const isBefore = each.file < file || (each.file === file && at < line)
      if (!isBefore && entry.seq === expected.seq && entry.prev === expected.prev) displaced = true
      if (isBefore && entry.seq === stray.seq) original = entry.hash
      return false
    })
  }
  const where = { file, line, seq: stray.seq }
  if (stray.seq > expected.seq) return displaced ? { kind: 'reordered', ...where } : { kind: 'removed', ...where, seq: expected.seq, missing: stray.seq - expected.seq }
  if (original === stray.hash) return { kind: 'repeated', ...where }
  return { kind: 'forked', ...where }
}
