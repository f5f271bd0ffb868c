import type { NamesVia, Upload } from './contract/index.ts'
import type { FailureKind } from './errors.ts'

/**
 * Given along with a call that the page may not want to its end: told at once how it is left. A call that is left fails with `cancelled`,
 * and what it had asked of the EHR ends on the wire; leaving one that was answered does nothing.
 */
export type MayLeave = (leave: () => void) => void

/**
 * What the preload exposes as `window.chartkeep`: one function for each row of the contract, and nothing else.
 * Inputs and replies are JSON text: one copy across the context bridge, parsed by the renderer's own bridge.
 * The text of a reply is a `Reply<unknown>` (shared/errors.ts).
 */
export type ChartkeepBridge = {
  readonly [N in NamesVia<'main'>]: (input: string) => Promise<string>
} & {
  readonly [N in NamesVia<'workspace'>]: (input: string, mayLeave?: MayLeave) => Promise<string>
} & {
  readonly [N in NamesVia<'tab'>]: (tab: string, input: string) => Promise<string>
}

/** Whether the EHR answers, as `records` last saw it. */
export interface Connection {
  readonly online: boolean
  /** Since when, in epoch milliseconds. */
  readonly since: number
}

/** What this workstation cannot keep just now, the gravest of it, and why. */
export interface KeepingTrouble {
  /**
   * `audit`: nothing can be shown. `work`: notes and open charts are not saved. `cache`: what is read is not there offline. `found`: what was kept is not what
   * was left here.
   */
  readonly what: 'audit' | 'work' | 'cache' | 'found'
  readonly failure: FailureKind
}

/** Where a file of a note is on its way into the record, by opaque ids. */
export interface UploadTold {
  readonly patient: string
  readonly attachment: string
  readonly upload: Upload
}

/** What the preload exposes as `window.chartkeepEvents`. Each function returns one that ends the subscription. */
export interface ChartkeepEvents {
  /** Called at once with the latest value, then at each change; the text is a `SessionView`. */
  onSession(listener: (session: string) => void): () => void
  /** Called at once with the latest value where there is one; the text is a `Connection`. */
  onConnection(listener: (connection: string) => void): () => void
  /** Called at once with the latest value where there is one; the text is `{ trouble?: KeepingTrouble }`. */
  onKeeping(listener: (keeping: string) => void): () => void
  /** Called at once with the latest value where there is one; the text is `{ holds: Hold[] }`. */
  onHolds(listener: (holds: string) => void): () => void
  /** Called at each change; the text is an `UploadTold`. */
  onUpload(listener: (upload: string) => void): () => void
  /** The lock asks for what is unsaved: resolve when `draft.save` and `place.keep` have answered. 300 ms at most. */
  onFlush(listener: () => Promise<void>): () => void
}
