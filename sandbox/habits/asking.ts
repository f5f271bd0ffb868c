import type { Faults } from '../faults/index.ts'

/** A request to the FHIR API, as a habit looks at it. */
export interface Asked {
  readonly method: string
  /** Below the base, without the query: `Observation`, `Observation/_search`, or nothing for the base itself. */
  readonly path: string
  /** Names of the parameters, of the URL and of a posted form, without modifiers. */
  readonly parameters: readonly string[]
}

/** Why a server of such habits takes no request of this kind; `code` is FHIR's issue type. */
export interface Refused {
  readonly status: number
  readonly code: 'not-supported' | 'forbidden' | 'required'
}

const largestPage = 10

const typeSearched = ({ method, path }: Asked): string | undefined =>
  method === 'GET' && /^[A-Za-z]+$/.test(path) ? path : method === 'POST' ? /^([A-Za-z]+)\/_search$/.exec(path)?.[1] : undefined

/** What is refused by habit, before the request is looked at any further. Pure. */
export function refusedByHabit(asked: Asked, habits: Faults): Refused | undefined {
  const { method, path, parameters } = asked
  if (method === 'POST' && path === '' && habits.batch === 'refused') return { status: 405, code: 'not-supported' }
  if (method === 'POST' && path === 'AuditEvent' && habits.auditEvents !== 'taken') {
    return habits.auditEvents === 'forbidden' ? { status: 403, code: 'forbidden' } : { status: 405, code: 'not-supported' }
  }
  const type = typeSearched(asked)
  // A page that follows is asked for by its cursor alone; what it goes on with was looked at.
  if (type === undefined || parameters.includes('_cursor')) return undefined
  if (type === 'Observation' && habits.observations === 'by-category-or-code' && !parameters.some((name) => name === 'category' || name === 'code')) {
    return { status: 400, code: 'required' }
  }
  if (parameters.includes('_lastUpdated') && habits.lastUpdated === 'patients-alone' && type !== 'Patient') return { status: 400, code: 'not-supported' }
  if (parameters.includes('_sort') && habits.sort === 'refused') return { status: 400, code: 'not-supported' }
  return undefined
}

/** The order of a server that does not sort: none that anybody could use. Left out of self links, see `answering.ts`. */
export const noOrder = '_sort=_id'

/** The address as a server of such habits understands it: `_sort` not at all, `_count` as it likes. Pure. */
export function understoodByHabit(url: string, { sort, count }: Faults): string {
  const [path = '', query] = url.split('?', 2)
  if (query === undefined || !/\/[A-Z][A-Za-z]+$/.test(path) || (sort === 'honoured' && count === 'honoured')) return url
  const parameters = new URLSearchParams(query)
  if (parameters.has('_cursor')) return url
  if (sort !== 'honoured') parameters.delete('_sort')
  if (count === 'capped') parameters.set('_count', String(Math.min(largestPage, Number(parameters.get('_count') ?? largestPage))))
  return `${path}?${parameters.toString()}${sort === 'honoured' ? '' : `&${noOrder}`}`
}
