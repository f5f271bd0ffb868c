import type { Caller } from '../types.ts'
import type { Circle } from './circle.ts'
import type { FhirStore } from './store.ts'

/** For whom a request is answered, and from where. */
export interface Context {
  readonly store: FhirStore
  readonly caller: Caller
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** What the caller may know now: asked again for each use, since a write may change it. */
  readonly circle: Circle
}
