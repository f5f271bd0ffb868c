/** The two ways in which servers spell scopes: SMART App Launch 2.x, and 1.0. */
export type ScopeSpelling = 'v2' | 'v1'

/** What one granted scope allows. */
export interface Grant {
  /** A FHIR type, or `*`. */
  readonly type: string
  /** Of `cruds`. */
  readonly letters: string
  /** Only for records of this category, by its code (SMART 2.x §Finer-grained resource constraints); undefined: for all of the type. */
  readonly category: string | undefined
  readonly isLegacy: boolean
}

const v2 = /^user\/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?)(?:\?(.*))?$/
const v1 = /^user\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*)$/
const v1Letters: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/** Reads a user scope, v2 (`user/Observation.rs`) or v1 (`user/Observation.read`). Undefined for whatever grants nothing that is understood. */
export function readScope(scope: string): Grant | undefined {
  const [, legacyType, verb] = v1.exec(scope) ?? []
  if (legacyType !== undefined && verb !== undefined) return { type: legacyType, letters: v1Letters[verb] ?? '', category: undefined, isLegacy: true }
  const [, type, letters, query] = v2.exec(scope) ?? []
  if (type === undefined || letters === undefined || letters === '') return undefined
  const category = query === undefined ? undefined : categoryIn(query)
  // A constraint that is not understood allows an unknown part: nothing is promised by it.
  return query !== undefined && category === undefined ? undefined : { type, letters, category, isLegacy: false }
}

/** The code of `category=[system|]code`, where that is the whole constraint. */
function categoryIn(query: string): string | undefined {
  const [one, ...more] = [...new URLSearchParams(query)]
  return one?.[0] === 'category' && more.length === 0 ? one[1].slice(one[1].lastIndexOf('|') + 1) : undefined
}

/** A v2 scope as a server of SMART 1.0 knows it; what is no user scope stays as it is. */
export function inSpelling(scope: string, spelling: ScopeSpelling): string[] {
  const grant = spelling === 'v1' ? readScope(scope) : undefined
  if (grant === undefined) return [scope]
  const reads = /[rs]/.test(grant.letters) ? [`user/${grant.type}.read`] : []
  const writes = /[cud]/.test(grant.letters) ? [`user/${grant.type}.write`] : []
  return [...reads, ...writes]
}
