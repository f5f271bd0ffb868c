import { dateRange } from './date-range.ts'
import { refuse } from '../outcomes.ts'
import { defaultCount, type Handling, mostCount, type Pair } from './search-plan.ts'

/** What a history and `$everything` take. */
export interface PageOptions {
  /** Records a page, 1 to 1,000. */
  readonly count: number
  /** Epoch milliseconds: what was changed before is left out. */
  readonly since: number | undefined
  readonly types: readonly string[] | undefined
  /** What was understood, for the self link and for the pages that follow. */
  readonly applied: readonly Pair[]
}

type Name = '_count' | '_since' | '_type' | '_format'

const readCount = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refuse('bad-request', '_count is a number from 1.')
  return Math.min(Number(text), mostCount)
}

const readSince = (text: string) => {
  const range = text.includes('T') ? dateRange(text) : undefined
  if (range === undefined) throw refuse('bad-request', '_since is an instant.')
  return range.low
}

/**
 * Reads them. As in a search, a value that is not understood is refused, and a name that is not known is in strict handling.
 * @throws 400
 */
export function readPageOptions(pairs: readonly Pair[], known: readonly Name[], handling: Handling): PageOptions {
  let count = defaultCount
  let since: number | undefined
  let types: readonly string[] | undefined
  const applied: Pair[] = []
  for (const [name, value] of pairs) {
    if (!known.some((one) => one === name)) {
      if (handling === 'strict') throw refuse('not-supported', 'A parameter is not known here.')
      continue
    }
    if (name === '_count') count = readCount(value)
    if (name === '_since') since = readSince(value)
    if (name === '_type') types = [...(types ?? []), ...value.split(',')]
    if (name === '_format' && !['json', 'application/json', 'application/fhir+json'].includes(value)) {
      throw refuse('bad-request', 'FHIR is served as JSON.')
    }
    applied.push([name, value])
  }
  return { count, since, types, applied }
}
