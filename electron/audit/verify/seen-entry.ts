/** What the verifier needs of an entry. Texts are read as Latin-1: what is compared is ASCII, and bytes are what is hashed. */
export interface SeenEntry {
  readonly format: 1 | 2
  readonly seq: number
  readonly prev: string
  readonly hash: string
  readonly device: string
  readonly run: string | undefined
  readonly wall: number
  readonly mono: number
  /** The key of a checkpoint, and whether it signed this one. */
  readonly checkpoint: { readonly key: string; readonly isSigned: boolean } | undefined
  /** The writer says here that all files before one were removed. */
  readonly pruned: Pruned | undefined
  /** The writer itself noticed here that the chain was put back to an older state. */
  readonly isPutBack: boolean
}

/** Where a chain begins whose oldest files went: with `file`, which follows the entry `lastSeq`. */
export interface Pruned {
  readonly file: number
  readonly lastSeq: number
  readonly lastHash: string
  readonly key: string
  readonly isSigned: boolean
}
