import { randomBytes } from 'node:crypto'
import { ChartkeepError } from '../../shared/errors.ts'

/** Gives the rest of a list a name that a page may hold: the EHR's addresses stay here. */
export interface Continuations<Rest> {
  /** `owner`: whose list it is the rest of. */
  name(owner: string, rest: Rest): string
  /** Throws `stale` for a name that was not given out for this list, or too long ago. */
  find(owner: string, name: string): Rest
}

const most = 500

export function createContinuations<Rest>(): Continuations<Rest> {
  const named = new Map<string, { readonly owner: string; readonly rest: Rest }>()
  return {
    name(owner, rest) {
      const name = randomBytes(16).toString('hex')
      named.set(name, { owner, rest })
      const [oldest] = named.keys()
      if (named.size > most && oldest !== undefined) named.delete(oldest)
      return name
    },
    find(owner, name) {
      const found = named.get(name)
      if (found === undefined || found.owner !== owner) throw new ChartkeepError('stale')
      return found.rest
    },
  }
}
