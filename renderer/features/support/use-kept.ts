import { useState } from 'react'
import { type Kept, keptAfter, nothingKept } from './kept.ts'

export interface KeptLine<T> {
  /** As it was last seen. */
  readonly line: T | undefined
  /** False: the list, which has come, has it no more. */
  readonly isListed: boolean
  /** What an action answered with: newer than the list. */
  learn(line: T): void
}

/** What somebody looks at beside a list, with what they write about it, though the list no longer has it. `lines`: absent while they are being loaded. */
export function useKept<T extends { readonly id: string }>(lines: readonly T[] | undefined, chosen: string | undefined): KeptLine<T> {
  const [before, keep] = useState<Kept<T>>(nothingKept)
  const kept = keptAfter(before, lines, chosen)
  // Before anything is drawn of what was.
  if (kept !== before) keep(kept)
  return { line: kept.seen, isListed: lines === undefined || kept.listed !== undefined, learn: (line) => keep((now) => (now.seen?.id === line.id ? { ...now, seen: line } : now)) }
}
