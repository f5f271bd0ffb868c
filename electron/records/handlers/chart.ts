import type { Clock } from '../../../shared/clock.ts'
import { ownership } from '../../../shared/clinical/patient-match.ts'
import type { InputOf, OutputOf } from '../../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { KeptLists } from '../cache/kept-lists.ts'
import type { KeptSection, KeptSections } from '../cache/kept-sections.ts'
import type { Continuations } from '../continuations.ts'
import type { Belonging } from '../fhir/bundle.ts'
import type { FhirClient } from '../fhir/client.ts'
import { type Continuation, loadSection } from '../fhir/load-section.ts'
import { eachOnce } from '../fhir/each-once.ts'
import { sectionQueries } from '../fhir/sections.ts'
import type { PortCaller } from './caller.ts'

type SectionInput = InputOf<'chart.section'>
type SectionOutput = OutputOf<'chart.section'>

export interface ChartParts {
  readonly client: FhirClient
  readonly kept: KeptSections
  readonly lists: KeptLists
  readonly continuations: Continuations<Continuation>
  readonly clock: Clock
  /** Whether the account at the EHR was granted what a section is made of. */
  may(section: SectionInput['section']): boolean
  /** Told how many resources of an answer were left out. */
  refused(section: SectionInput['section'], counts: SectionOutput['refused']): void
}

/** The EHR cannot be asked just now: what is kept is shown with its age. */
const outages: ReadonlySet<FailureKind> = new Set(['offline', 'timeout', 'server', 'throttled'])
/** The EHR says that this user is not to see it, or that it is no more: then it is not kept either. */
const ends: ReadonlySet<FailureKind> = new Set(['forbidden', 'not-found', 'gone'])

export function chartHandlers(parts: ChartParts): Pick<Handlers<'tab', PortCaller>, 'chart.section'> {
  const { client, kept, lists, continuations, clock } = parts
  const unsortable = new Set<string>()

  function belonging(resource: unknown, patient: string): Belonging {
    const owner = ownership(resource, patient, client.fhirBase)
    return owner === 'this-patient' ? 'yes' : owner === 'another-patient' ? 'no' : 'unsaid'
  }

  function answer({ patient, section }: SectionInput, found: KeptSection, source: 'network' | 'cache'): SectionOutput {
    const refused = { wrongPatient: sum(found.pages.map((page) => page.refused.wrongPatient)), malformed: sum(found.pages.map((page) => page.refused.malformed)) }
    if (source === 'network' && refused.wrongPatient + refused.malformed > 0) parts.refused(section, refused)
    const partial = found.pages.some((page) => page.partial === 'left-out') ? 'left-out' : found.pages.find((page) => page.partial)?.partial
    const query = sectionQueries[section]
    const total = query.kind === 'search' && query.searches.length === 1 ? found.pages[0]?.total : undefined
    return {
      resources: eachOnce(found.pages.flatMap((page) => page.resources)),
      freshness: { source, asOf: found.asOf },
      refused,
      ...(partial === undefined ? {} : { partial }),
      ...(total === undefined ? {} : { total }),
      ...(found.rest === undefined ? {} : { next: continuations.name(listOf(patient, section), found.rest) }),
    }
  }

  return {
    async 'chart.section'(input, { signal }) {
      const { patient, section, want, cause, next } = input
      if (!parts.may(section)) {
        // Not asked for, and not shown from before: "not permitted" must not look like "none".
        kept.forget({ patient, section })
        throw new ChartkeepError('not-permitted')
      }
      const address = { patient, section, from: next === undefined ? undefined : continuations.find(listOf(patient, section), next) }
      const before = kept.read(address)
      const opened = () => {
        if (section === 'patient' && cause === 'look') lists.opened(patient)
      }
      if (want === 'kept' && before !== undefined) {
        opened()
        return answer(input, before, 'cache')
      }
      // When it was asked, not when it came: an answer is as old as its question.
      const asOf = clock.now()
      try {
        const loaded = await loadSection(client, belonging, { query: sectionQueries[section], patient, from: address.from, kept: before?.pages, signal, unsortable })
        kept.keep(address, { ...loaded, asOf })
        opened()
        return answer(input, { ...loaded, asOf }, 'network')
      } catch (error) {
        const kind = kindOf(error)
        if (ends.has(kind)) {
          if (section === 'patient') {
            kept.forgetPatient(patient)
            lists.forget(patient)
          } else kept.forget(address)
        }
        if (!outages.has(kind) || before === undefined) throw error
        opened()
        return answer(input, before, 'cache')
      }
    },
  }
}

const listOf = (patient: string, section: string) => `${patient} ${section}`

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
