import { indexedParameter, type IndexedParameter } from './definitions.ts'
import { refuse } from '../outcomes.ts'
import { chainFilter, commonFilter, type Filter, hasFilter, parameterFilter } from './search-filter.ts'
import { servedType } from '../access/served-types.ts'

/** A parameter as it came: name (with its modifier) and value. */
export type Pair = readonly [name: string, value: string]

/** An order of results. `principal` is the type's own date, see `ServedType.date`. */
export interface Sort {
  readonly by: 'principal' | 'updated' | 'id' | IndexedParameter
  readonly isDescending: boolean
}

/** What a page brings with it: what its records point at, or what points at them. */
export interface Include {
  readonly parameter: IndexedParameter
  /** The one type that is wanted of those that the parameter may point at; undefined for all. */
  readonly target: string | undefined
  readonly isReverse: boolean
  /** It is asked of what was brought, too. */
  readonly iterates: boolean
}

/** A search, understood. */
export interface SearchPlan {
  readonly type: string
  readonly filters: readonly Filter[]
  readonly sort: readonly Sort[]
  /** Records a page, 1 to 1,000. */
  readonly count: number
  /** The number of matches is wanted. */
  readonly wantsTotal: boolean
  /** Nothing but that number is. */
  readonly isCountOnly: boolean
  readonly includes: readonly Include[]
  /** Members to which each record is cut down; undefined for all. */
  readonly elements: readonly string[] | undefined
  /** What was understood, for the self link and for the pages that follow. */
  readonly applied: readonly Pair[]
  /** Names of the parameters by which it filters. */
  readonly filteredBy: readonly string[]
  /** Other types that the search looks into: the caller must be allowed to. */
  readonly touches: readonly string[]
}

export const defaultCount = 50
export const mostCount = 1000
const mostParameters = 60
const mostValueLength = 16_384

const elementName = /^[a-z][A-Za-z]{0,63}$/

/** What each name asks, gathered on the way. */
interface Draft {
  readonly type: string
  readonly filters: Filter[]
  readonly sort: Sort[]
  count: number
  wantsTotal: boolean
  isCountOnly: boolean
  readonly includes: Include[]
  elements: readonly string[] | undefined
  readonly filteredBy: string[]
  readonly touches: string[]
}

function readSort(type: string, text: string): Sort[] {
  return text.split(',').map((field) => {
    const isDescending = field.startsWith('-')
    const code = isDescending ? field.slice(1) : field
    if (code === '_lastUpdated') return { by: 'updated', isDescending }
    if (code === '_id') return { by: 'id', isDescending }
    if (code === servedType(type)?.date) return { by: 'principal', isDescending }
    const parameter = indexedParameter(type, code)
    if (parameter?.kind !== 'date' && parameter?.kind !== 'string') throw refuse('not-supported', 'This _sort is not supported.')
    return { by: parameter, isDescending }
  })
}

function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw refuse('bad-request', 'The search parameter _count is not a number from 0.')
  return Math.min(Number(text), mostCount)
}

/** @throws 400 for what `includes` of the served types does not name: no include reads more than an index. */
function readInclude(type: string, text: string, isReverse: boolean, iterates: boolean): Include {
  const [source = '', code = '', target, ...rest] = text.split(':')
  const parameter = indexedParameter(source, code)
  const isNamed = (servedType(source)?.includes ?? []).includes(code)
  const isOfType = isReverse ? (target ?? type) === type && parameter?.targets.includes(type) === true : iterates || source === type
  const isTarget = target === undefined || servedType(target) !== undefined
  if (parameter?.kind !== 'reference' || !isNamed || !isOfType || !isTarget || rest.length > 0) {
    throw refuse('not-supported', isReverse ? 'This _revinclude is not supported.' : 'This _include is not supported.')
  }
  return { parameter, target, isReverse, iterates }
}

const oneOf = (name: string, value: string, allowed: readonly string[]) => {
  if (!allowed.includes(value)) throw refuse('bad-request', `The search parameter ${name} does not take this value.`)
}

/** Result parameters: what each does to the draft. A Map, so that no name from a request meets an object's prototype. */
const results = new Map<string, (draft: Draft, value: string) => void>([
  ['_sort', (draft, value) => void draft.sort.push(...readSort(draft.type, value))],
  [
    '_count',
    (draft, value) => {
      draft.count = readCount(value)
      if (draft.count === 0) draft.isCountOnly = true
    },
  ],
  [
    '_total',
    (draft, value) => {
      oneOf('_total', value, ['none', 'estimate', 'accurate'])
      draft.wantsTotal = value !== 'none'
    },
  ],
  [
    '_summary',
    (draft, value) => {
      oneOf('_summary', value, ['count', 'false'])
      draft.isCountOnly = value === 'count'
    },
  ],
  ['_include', (draft, value) => void draft.includes.push(readInclude(draft.type, value, false, false))],
  ['_include:iterate', (draft, value) => void draft.includes.push(readInclude(draft.type, value, false, true))],
  [
    '_revinclude',
    (draft, value) => {
      const include = readInclude(draft.type, value, true, false)
      draft.includes.push(include)
      draft.touches.push(include.parameter.type)
    },
  ],
  [
    '_revinclude:iterate',
    () => {
      throw refuse('not-supported', 'This _revinclude is not supported.')
    },
  ],
  [
    '_elements',
    (draft, value) => {
      draft.elements = value.split(',')
      if (!draft.elements.every((name) => elementName.test(name))) throw refuse('bad-request', '_elements does not take this value.')
    },
  ],
  ['_format', (_draft, value) => oneOf('_format', value, ['json', 'application/json', 'application/fhir+json'])],
])

/** Adds what one parameter asks. False where the parameter is not known. */
function understand(draft: Draft, name: string, value: string, baseUrl: string): boolean {
  const result = results.get(name)
  if (result !== undefined) {
    result(draft, value)
    return true
  }
  if (name.startsWith('_has:')) {
    const filter = hasFilter(draft.type, name, value, baseUrl)
    draft.filters.push(filter)
    draft.filteredBy.push('_has')
    if (filter.kind === 'has') draft.touches.push(filter.type)
    return true
  }
  const dot = name.indexOf('.')
  if (dot > 0) {
    const [head = '', type = ''] = name.slice(0, dot).split(':')
    const through = indexedParameter(draft.type, head)
    if (through === undefined) return false
    const filter = chainFilter(through, type, name.slice(dot + 1), value, baseUrl)
    draft.filters.push(filter)
    // By its whole name: whoever is found by it is found by more than a name or a number.
    draft.filteredBy.push(name)
    if (filter.kind === 'chain') draft.touches.push(filter.type)
    return true
  }
  const colon = name.indexOf(':')
  const code = colon < 0 ? name : name.slice(0, colon)
  const modifier = colon < 0 ? '' : name.slice(colon + 1)
  const parameter = indexedParameter(draft.type, code)
  const filter = parameter === undefined ? commonFilter(code, modifier, value) : parameterFilter(parameter, modifier, value, baseUrl)
  if (filter === undefined) return false
  draft.filters.push(filter)
  draft.filteredBy.push(code)
  return true
}

/** Whether a search keeps to `Prefer: handling=strict`: what is not known is then an error, else it is left out of the self link. */
export type Handling = 'strict' | 'lenient'

/**
 * Understands the parameters of a search of a served type. Pure. Messages name parameters of ours, never a value.
 * @throws an OperationOutcomeError (400) for a value, modifier or order that is not supported, and in strict handling for an unknown name.
 */
export function planSearch(type: string, pairs: readonly Pair[], handling: Handling, baseUrl: string): SearchPlan {
  if (pairs.length > mostParameters) throw refuse('too-costly', `A search has at most ${mostParameters} parameters.`)
  const draft: Draft = {
    type, filters: [], sort: [], count: defaultCount, wantsTotal: false, isCountOnly: false,
    includes: [], elements: undefined, filteredBy: [], touches: [],
  }
  const applied: Pair[] = []
  for (const [name, value] of pairs) {
    if (value.length > mostValueLength) throw refuse('too-costly', 'A search parameter is too long.')
    if (understand(draft, name, value, baseUrl)) applied.push([name, value])
    else if (handling === 'strict') throw refuse('not-supported', 'A search parameter is not known for this type.')
  }
  if (draft.sort.length > 3) throw refuse('too-costly', 'A search has at most three orders.')
  return { ...draft, applied }
}
