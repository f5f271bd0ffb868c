import type { Signal } from '../../../shared/alerts.ts'
import type { InputOf, OutputOf, SectionName } from '../../../shared/contract/index.ts'
import type { ReadOfChart } from './relation.ts'

type SectionInput = InputOf<'chart.section'>
type SectionOutput = OutputOf<'chart.section'>

export interface OpeningsParts {
  decide(read: ReadOfChart): ReadonlySet<Signal>
  tell(patient: string, signals: ReadonlySet<Signal>): void
  /** Runs something after so many milliseconds. */
  later(act: () => void, ms: number): void
}

/** Looks over the shoulder of `chart.section`: never asks anything itself, and holds no answer up. */
export interface Openings {
  asked(input: SectionInput): void
  answered(input: SectionInput, output: SectionOutput): void
  failed(input: SectionInput): void
}

/** The sections that tell who the patient is to the user. */
const telling = ['patient', 'careTeam', 'encounters'] as const
type Telling = (typeof telling)[number]

/** What is not confirmed by the EHR after so long is decided as it is known. Milliseconds. */
const longestWait = 10_000

interface Part {
  /** Undefined: could not be read, or not in full. */
  readonly resources: readonly unknown[] | undefined
  /** Nothing newer is to come. */
  readonly isFinal: boolean
}

/**
 * Says of each opening of a chart what `shared/alerts.ts` has words for, once, from the answers that the chart gets anyway. What was
 * kept waits for the EHR to confirm it, as the chart does; a chart of which nothing could be shown is none.
 */
export function watchOpenings({ decide, tell, later }: OpeningsParts): Openings {
  const openings = new Map<string, Map<Telling, Part>>()

  function settle(patient: string, parts: Map<Telling, Part>): void {
    if (openings.get(patient) !== parts) return
    openings.delete(patient)
    const [resource] = parts.get('patient')?.resources ?? []
    if (resource === undefined) return
    tell(patient, decide({ patient: resource, careTeams: parts.get('careTeam')?.resources, encounters: parts.get('encounters')?.resources }))
  }

  function know({ patient, section, next }: SectionInput, part: (before: Part | undefined) => Part): void {
    const parts = openings.get(patient)
    // Later pages hold what is older.
    if (parts === undefined || !isTelling(section) || next !== undefined) return
    parts.set(section, part(parts.get(section)))
    // After the answer is on its way: what follows is read in its own time.
    if (telling.every((each) => parts.get(each)?.isFinal === true)) later(() => settle(patient, parts), 0)
  }

  return {
    asked({ patient, section, cause }) {
      if (section !== 'patient' || cause !== 'look' || openings.has(patient)) return
      const parts = new Map<Telling, Part>()
      openings.set(patient, parts)
      later(() => settle(patient, parts), longestWait)
    },
    answered: (input, { resources, freshness, partial }) =>
      know(input, () => ({ resources: partial === undefined ? resources : undefined, isFinal: input.want === 'current' || freshness.source === 'network' })),
    failed: (input) => know(input, (before) => ({ resources: before?.resources, isFinal: true })),
  }
}

function isTelling(section: SectionName): section is Telling {
  return telling.some((each) => each === section)
}
