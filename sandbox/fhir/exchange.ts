import type { Preferences } from './write/conditional-headers.ts'
import type { Pair } from './search/search-plan.ts'

/** A request of the API, by itself or as one entry of a bundle. */
export interface Ask {
  readonly method: string
  /** The address below the base, taken apart and decoded. */
  readonly path: readonly string[]
  readonly pairs: readonly Pair[]
  /** JSON that was read, text of a form, or the bytes of anything else. */
  readonly body: unknown
  readonly headers: AskHeaders
  /** The id that a transaction has given to what this creates: its other entries refer to it. */
  readonly assignedId?: string
}

export interface AskHeaders {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifNoneExist: string | undefined
  readonly accept: string | undefined
  /** `Idempotency-Key`: one creation, however often it is asked for. */
  readonly idempotencyKey: string | undefined
  readonly contentType: string | undefined
  /** `X-Security-Context`: what a Binary that is sent as it is belongs to (FHIR R4 §3.3.5). */
  readonly securityContext: string | undefined
  readonly prefer: Preferences
}

/** What is answered. A refusal is thrown, as an OperationOutcomeError. */
export interface Answer {
  readonly status: 200 | 201 | 204 | 304
  readonly etag?: string
  /** Epoch milliseconds. */
  readonly lastModified?: number
  /** Where a version that was written is read. */
  readonly location?: string
  /** FHIR JSON, unless `content` is there. */
  readonly text?: string
  /** A Binary as it is. */
  readonly content?: { readonly type: string; readonly bytes: Buffer }
}

/** A string of path segments, taken apart. Undefined where one is not encoded as a URL is. */
export function pathOf(text: string): string[] | undefined {
  try {
    return text.split('/').filter((segment) => segment !== '').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** The parameters of a query string. */
export const pairsOf = (query: string): Pair[] => [...new URLSearchParams(query)]
