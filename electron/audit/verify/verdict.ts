/** Where a chain was last seen by somebody who cannot be rolled back: the EHR, write-once storage, or IT's own note. */
export interface Anchor {
  readonly seq: number
  readonly hash: string
}

type FaultKind =
  | 'changed' // not what its hash stands for, or no entry at all
  | 'removed' // entries between the one before and this one are not there
  | 'reordered' // it stands before another that belongs here
  | 'repeated' // it stands here a second time
  | 'forked' // it continues another history than the one before it
  | 'truncated' // the end is cut off: in the middle of a line, or short of the anchor
  | 'rolled-back' // an older state, whole by itself, in place of a newer one
  | 'another-device' // written or signed by another device
  | 'forged' // a checkpoint, or a word on where the chain begins, that its key has not signed
  | 'unsigned' // more entries without a checkpoint than a writer leaves
  | 'clock-back' // the wall clock was set back before it

export interface Fault {
  readonly kind: FaultKind
  /** The file's number, and the line in it from 1; line 0 where it is about the end. */
  readonly file: number
  readonly line: number
  /** The number of the entry that stands there, or of the one that should. */
  readonly seq: number
  /** Entries that are missing, where that can be told. */
  readonly missing?: number
  /** Milliseconds, for a clock. */
  readonly by?: number
}

export interface Verdict {
  readonly holds: boolean
  /** In the chain's order: the first that breaks it, after which nothing is proven, and clocks set back before that. */
  readonly faults: readonly Fault[]
  readonly files: number
  /** Entries that were proven. */
  readonly entries: number
  /** The first that is here: 1, unless older files were removed, or one file alone was looked at. */
  readonly from: number
  /** The writer says itself, signed, that what was before the first is removed from here. */
  readonly isPruned: boolean
  readonly head: Anchor | undefined
  /** The last checkpoint, and whose it is. */
  readonly signed: { readonly seq: number; readonly hash: string; readonly device: string; readonly key: string } | undefined
}
