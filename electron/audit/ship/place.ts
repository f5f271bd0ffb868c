import type { FailureKind } from '../../../shared/errors.ts'

/** Where entries can be reported to. */
export const placeNames = ['ehr', 'folder', 's3'] as const
export type PlaceName = (typeof placeNames)[number]

/** A line of the chain as it lies on the disk, and where. */
export interface ChainLine {
  /** Number of its file, and its first byte there. */
  readonly file: number
  readonly at: number
  /** Without the line feed. */
  readonly text: string
  readonly seq: number
  readonly hash: string
  readonly entry: Readonly<Record<string, unknown>>
}

/** A line, and who acted: their FHIR reference, where a sign-in before it told. */
export interface ToldLine extends ChainLine {
  readonly person: string | undefined
}

/** What became of a delivery: the first `taken` lines are acknowledged; why no more, where there were more. */
export interface Delivery {
  readonly taken: number
  /** `malformed`: the place does not want this very line. `unauthorized`, `forbidden`: not before somebody signs in again. */
  readonly failure?: FailureKind
  /** The place said when to come back: milliseconds. */
  readonly retryAfterMs?: number
}

/** One that acknowledges entries, in order. */
export interface Place {
  readonly name: PlaceName
  /** Which one: another folder or bucket has acknowledged nothing yet. */
  readonly target: string
  /** What is not urgent waits so long for company: milliseconds; 2,000 where it does not say. */
  readonly companyMs?: number
  /** It judges each line: one that it does not want is told apart from the others by being sent alone, and passed over in the end. */
  readonly judgesLines?: true
  /** How much it is given at once: lines, and bytes of them (one line at least). */
  readonly atOnce: { readonly lines: number; readonly bytes: number }
  /** Delivers in order; what is sent again is no second entry there. Never rejects. */
  deliver(lines: readonly ToldLine[], signal: AbortSignal): Promise<Delivery>
}
