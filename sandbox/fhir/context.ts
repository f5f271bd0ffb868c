import type { Caller } from '../types.ts'
import type { Circle } from './access/circle.ts'
import type { FhirStore } from './store/store.ts'
import type { Terminology } from './terminology/terminology.ts'

/** For whom a request is answered, and from where. */
export interface Context {
  readonly store: FhirStore
  readonly caller: Caller
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** What codes mean. Read at its first use, which a search has not. */
  readonly terminology: Terminology
  /** What the caller may know now: asked again for each use, since a write may change it. */
  readonly circle: Circle
}
