import { randomBytes } from 'node:crypto'
import type { SectionName } from '../../shared/contract/index.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Continuation } from './fhir/load-section.ts'

/** Gives the rest of a section a name that a page may hold: the EHR's addresses stay here. */
export interface Continuations {
  name(patient: string, section: SectionName, rest: Continuation): string
  /** Throws `stale` for a name that was not given out for this patient and section, or too long ago. */
  find(patient: string, section: SectionName, name: string): Continuation
}

const most = 500

export function createContinuations(): Continuations {
  const named = new Map<string, { readonly patient: string; readonly section: SectionName; readonly rest: Continuation }>()
  return {
    name(patient, section, rest) {
      const name = randomBytes(16).toString('hex')
      named.set(name, { patient, section, rest })
      const [oldest] = named.keys()
      if (named.size > most && oldest !== undefined) named.delete(oldest)
      return name
    },
    find(patient, section, name) {
      const found = named.get(name)
      if (found === undefined || found.patient !== patient || found.section !== section) throw new ChartkeepError('stale')
      return found.rest
    },
  }
}
