import type { Resource } from '@medplum/fhirtypes'
import type { Day } from './calendar.ts'
import { dayOf } from './calendar.ts'
import { profileAt } from './cases.ts'
import { bookingsOf, dueOf, errandsOf } from './agenda.ts'
import { appointmentResource, dueResource, taskResource } from './fhir/agenda.ts'
import { attachments } from './fhir/attachment.ts'
import { carePlanResources } from './fhir/care-plan.ts'
import { conditionResource, allergyResources, goalResource } from './fhir/condition.ts'
import { sharingConsent } from './fhir/consent.ts'
import { deviceResources } from './fhir/device.ts'
import { noteResource } from './fhir/document.ts'
import { encounterResource, procedureResources } from './fhir/encounter.ts'
import { familyResources } from './fhir/family.ts'
import { imagingResources } from './fhir/imaging.ts'
import { laboratoryResources } from './fhir/laboratory.ts'
import { dispenseResources, formulary, immunizationResource, medicationRequestResource } from './fhir/medication.ts'
import { ejectionObservation, pregnancyObservations, smokingObservation, vitalObservations } from './fhir/observation.ts'
import { institution } from './fhir/organizations.ts'
import { careTeamResource, codeStatusOf, coverageResources, flagResources, patientResource } from './fhir/patient.ts'
import { answeredInstruments, questionnaires } from './fhir/questionnaire.ts'
import { type EncounterIds, type Scribe, scribeFor } from './fhir/scribe.ts'
import { withWithdrawn } from './fhir/withdrawn.ts'
import { type Episode, type History, historyOf, isActive, isTaken } from './history.ts'
import { gestationDays } from './modules/pregnancy.ts'
import { noteFor } from './notes/compose.ts'
import { ageOn, makePerson, type Person } from './person.ts'
import type { AnalyteKey } from './codes/laboratory.ts'

export interface Population {
  /** The same seed gives the same people. */
  readonly seed: number
  /** How many. The named cases come first. */
  readonly patients: number
  /** FHIR date (`YYYY-MM-DD`): the first day that has no records yet. */
  readonly today: string
}

/** The encounters first, so that everything after can say when it was. */
function* encounters(scribe: Scribe, { episodes }: History, ids: Map<Day, string>): Generator<Resource> {
  for (const { visit } of episodes) {
    const resource = encounterResource(scribe, visit)
    for (let day = visit.day; day <= visit.day + visit.nights; day++) ids.set(day, resource.id)
    yield resource
  }
}

/** Ids that later resources refer to. */
interface Links {
  readonly conditions: Map<string, string>
  readonly goals: string[]
  readonly requests: string[]
  readonly careTeam: string
}

function* problemsAndDrugs(scribe: Scribe, history: History, ids: EncounterIds, links: Links): Generator<Resource> {
  for (const problem of history.problems) {
    const resource = conditionResource(scribe, problem, ids)
    if (problem.list === 'problem-list-item') links.conditions.set(problem.problem, resource.id)
    yield resource
  }
  for (const goal of history.goals) {
    const resource = goalResource(scribe, goal, links.conditions.get(goal.problem))
    links.goals.push(resource.id)
    yield resource
  }
  for (const prescription of history.prescriptions) {
    const request = medicationRequestResource(scribe, prescription, ids)
    links.requests.push(request.id)
    yield request
    yield* dispenseResources(scribe, prescription, request.id, scribe.person.until)
  }
  for (const dose of history.doses) yield immunizationResource(scribe, dose, ids)
}

/** What is planned, ordered, asked for and agreed: all that is not measured. */
function* arrangements(scribe: Scribe, history: History, ids: EncounterIds, links: Links): Generator<Resource> {
  yield* carePlanResources(scribe, history, links)
  for (const booking of bookingsOf(history)) yield appointmentResource(scribe, booking)
  for (const errand of errandsOf(history)) yield taskResource(scribe, errand, links.requests, ids)
  const due = dueOf(history)
  if (due !== undefined) yield dueResource(scribe, due, ids)
  yield sharingConsent(scribe)
  yield* familyResources(scribe)
  yield* attachments(scribe, history, codeStatusOf(scribe.person), ids)
}

/** A heart that fails pumps less; the figure is the person's own, and the same in every report. */
function ejectionOf({ diseases, rng }: Person): number {
  const chance = rng.fork('ejection')
  return diseases.has('heart-failure') ? chance.int(25, 48) : chance.int(55, 66)
}

function* measurements(scribe: Scribe, history: History, ids: EncounterIds): Generator<Resource> {
  const { person } = scribe
  const notesOf = person.rng.fork('notes')
  const earlier = new Map<AnalyteKey, { value: number; day: Day }>()
  const ejection = ejectionOf(person)
  const last = history.episodes.length - 1
  let results = 0
  let isPregnancyRecorded = false
  for (const [place, episode] of history.episodes.entries()) {
    const { visit, vitals, draws, scores } = episode
    const moment = { day: visit.day, minute: visit.minute + 8, encounters: ids, performer: visit.clinician }
    for (const set of vitals) yield* vitalObservations(scribe, set, moment)
    yield* answeredInstruments(scribe, scores, moment)
    // Asked at the first visit, and again at the latest.
    if ((place === 0 || place === last) && ageOn(person, visit.day) >= 16) yield smokingObservation(scribe, moment)
    if (history.pregnancy !== undefined && visit.type === 'prenatal' && !isPregnancyRecorded) {
      isPregnancyRecorded = true
      yield* pregnancyObservations(scribe, history.pregnancy.from + gestationDays, moment)
    }
    for (const draw of draws) {
      yield* laboratoryResources(scribe, draw, results, ids)
      results += draw.results.length
    }
    yield* procedureResources(scribe, visit, ids)
    yield* deviceResources(scribe, visit)
    yield* imagingResources(scribe, visit, ejection, ids)
    if (visit.procedures.includes('echocardiogram')) yield ejectionObservation(scribe, ejection, moment)
    const note = noteFor(factsOf(person, history, episode, earlier), notesOf.chance(0.6))
    if (note !== undefined) yield noteResource(scribe, note, visit, ids)
    remember(earlier, episode)
  }
}

function factsOf(person: Person, { problems, prescriptions }: History, episode: Episode, earlier: ReadonlyMap<AnalyteKey, { value: number; day: Day }>) {
  const { day, nights } = episode.visit
  const end = day + nights
  const isNow = (on: Day | undefined) => on !== undefined && on >= day && on <= end
  return {
    person,
    episode,
    earlier,
    problems: problems.filter((problem) => isActive(problem, day) && problem.recorded <= end),
    taken: prescriptions.filter((prescription) => isTaken(prescription, end)),
    started: prescriptions.filter(({ from, ending }) => isNow(from) && ending !== 'entered-in-error'),
    ended: prescriptions.filter(({ until }) => isNow(until)),
  }
}

function remember(earlier: Map<AnalyteKey, { value: number; day: Day }>, { draws }: Episode): void {
  for (const { day, results } of draws) for (const result of results) if (result.kind === 'number') earlier.set(result.analyte, { value: result.value, day })
}

function* written(scribe: Scribe, history: History): Generator<Resource> {
  const ids = new Map<Day, string>()
  const team = careTeamResource(scribe)
  const links: Links = { conditions: new Map(), goals: [], requests: [], careTeam: team.id }
  yield team
  yield* coverageResources(scribe)
  yield* flagResources(scribe)
  yield* allergyResources(scribe)
  yield* encounters(scribe, history, ids)
  yield* problemsAndDrugs(scribe, history, ids, links)
  yield* measurements(scribe, history, ids)
  yield* arrangements(scribe, history, ids, links)
}

/** All resources of one person, and nobody else's. */
export function* patientRecord({ seed, today }: Population, index: number): Generator<Resource> {
  const person = makePerson(seed, index, dayOf(today), profileAt(index))
  const scribe = scribeFor(person)
  yield patientResource(scribe)
  if (person.profile.isEmpty === true) return
  const record = written(scribe, historyOf(person))
  yield* person.profile.hasMistakes === true ? withWithdrawn(scribe, record) : record
}

/**
 * A part of a hospital: the patients from a place up to another, which is not in it. The part that begins at 0 has the institution too.
 * The parts in their order are the whole, wherever each was made.
 */
export function* hospitalPart(population: Population, from: number, to: number): Generator<Resource> {
  if (from === 0) {
    yield* institution()
    yield* formulary()
    yield* questionnaires()
  }
  for (let index = from; index < to; index++) yield* patientRecord(population, index)
}

/**
 * A hospital of synthetic people: organizations and staff, then one patient after the other, each with the whole record.
 * The same population gives the same bytes. A patient does not depend on how many there are, and is forgotten once yielded.
 * Throws a RangeError where `today` is not a date or a number is not a whole one.
 */
export function* generateHospital(population: Population): Generator<Resource> {
  const { seed, patients } = population
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(patients) || patients < 0) throw new RangeError('seed and patients must be whole numbers')
  yield* hospitalPart(population, 0, patients)
}
