import type { Day } from './calendar.ts'
import type { ProcedureKey, EncounterKey } from './codes/encounters.ts'
import type { PanelKey } from './codes/laboratory.ts'
import type { DrugKey } from './codes/drugs.ts'
import type { ProblemKey } from './codes/problems.ts'
import type { VaccineKey } from './codes/vaccines.ts'
import type { Person } from './person.ts'
import type { Shifts, Trend } from './physiology.ts'
import type { Rng } from './random.ts'
import type { Sig } from './sig.ts'

/** A disease, or a diagnosis made once. */
export interface Problem {
  readonly problem: ProblemKey
  readonly onset: Day
  /** How well anybody remembers when it began. */
  readonly precision: 'year' | 'month' | 'day'
  readonly recorded: Day
  readonly abated?: Day
  /** On the problem list, or the diagnosis of one encounter. */
  readonly list: 'problem-list-item' | 'encounter-diagnosis'
  readonly verification?: 'confirmed' | 'refuted' | 'entered-in-error'
  readonly note?: string
}

export interface Prescription {
  readonly drug: DrugKey
  readonly sig: Sig
  readonly from: Day
  readonly until?: Day
  /** How it ended; `completed` when there is an `until` and nothing is said. */
  readonly ending?: 'stopped' | 'entered-in-error'
  readonly stopReason?: string
  readonly reason: ProblemKey
  /** Bought without a prescription, and told by the patient. */
  readonly isReported?: boolean
}

/** An encounter that a disease brings about on a day of its own, besides the routine visits. */
export interface PlannedVisit {
  readonly day: Day
  readonly type: EncounterKey
  readonly reason?: ProblemKey
  /** Nights in hospital. */
  readonly nights?: number
  readonly panels?: readonly PanelKey[]
  readonly procedures?: readonly ProcedureKey[]
  readonly shifts?: Shifts
  /** What brought the patient, in a sentence or two for the note. */
  readonly story?: string
  readonly ending?: 'died' | 'still-there'
  readonly isAttendedBy?: 'cardiology'
}

/** Laboratory work repeated for as long as a disease is followed. */
interface Monitoring {
  readonly panel: PanelKey
  readonly everyDays: number
  readonly from: Day
  readonly until?: Day
}

interface Routine {
  readonly everyDays: number
  readonly from: Day
  readonly until?: Day
}

export interface Dose {
  readonly vaccine: VaccineKey
  readonly day: Day
  readonly isRefused?: boolean
}

export interface Goal {
  readonly text: string
  readonly problem: ProblemKey
  readonly from: Day
}

/** All that one disease does to a life. */
export interface Course {
  readonly problems?: readonly Problem[]
  readonly prescriptions?: readonly Prescription[]
  readonly visits?: readonly PlannedVisit[]
  readonly monitoring?: readonly Monitoring[]
  readonly routines?: readonly Routine[]
  readonly trends?: readonly Trend[]
  readonly doses?: readonly Dose[]
  readonly goals?: readonly Goal[]
  /** Scores asked at the visits from this day. */
  readonly scoresFrom?: Day
  /** Last menstrual period and the end of the pregnancy, where there is one. */
  readonly pregnancy?: { readonly from: Day; readonly until?: Day }
}

/** A disease module: the same person, day and chance give the same course. */
export type DiseaseModule = (person: Person, onset: Day, rng: Rng) => Course
