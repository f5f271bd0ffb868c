import { spoken } from '../calendar.ts'
import { encounterTypes, procedures } from '../codes/encounters.ts'
import type { NoteKey } from '../codes/documents.ts'
import { drugName } from '../codes/drugs.ts'
import type { Problem } from '../course.ts'
import { ageOn } from '../person.ts'
import { instruction } from '../sig.ts'
import { titled } from '../staff.ts'
import { allergyLine, type Facts, medicationLines, named, resultsLine, trendOf, vitalsLine } from './facts.ts'
import { plans } from './plans.ts'

export interface Note {
  readonly type: NoteKey
  readonly title: string
  readonly text: string
}

const section = (title: string, body: string) => `${title.toUpperCase()}\n${body}`

/** One numbered line of the assessment: the problem, what is known of it, what changes, what is planned. */
function assessed(problem: Problem, place: number, facts: Facts): string {
  const { watches = [], isSeenInPressure, plan } = plans[problem.problem]
  const seen = watches.flatMap((key) => trendOf(key, facts) ?? [])
  const set = facts.episode.vitals[0]
  if (isSeenInPressure && set?.systolic !== undefined) {
    seen.unshift(`${set.systolic}/${set.diastolic} mmHg today${set.systolic < 130 ? ', at goal' : set.systolic < 140 ? ', slightly above goal' : ', above goal'}`)
  }
  const changes = [
    ...facts.started.filter(({ reason }) => reason === problem.problem).map(({ drug, sig }) => `Start ${drugName(drug)}: ${instruction(drug, sig)}.`),
    ...facts.ended
      .filter(({ reason }) => reason === problem.problem)
      .map(({ drug, stopReason }) => `${stopReason === undefined ? 'Ended' : 'Stop'} ${drugName(drug)}${stopReason === undefined ? '' : ` (${stopReason.toLowerCase()})`}.`),
  ]
  return `${place}. ${named(problem.problem)}. ${[...(seen.length > 0 ? [`${seen.join('; ')}.`] : []), ...changes, plan].join(' ')}`
}

function assessment(facts: Facts): string {
  const { reason } = facts.episode.visit
  const ordered = facts.problems.toSorted((a, b) => Number(b.problem === reason) - Number(a.problem === reason))
  if (ordered.length > 0) return ordered.map((problem, at) => assessed(problem, at + 1, facts)).join('\n')
  return facts.episode.visit.type === 'wellChild' ? '1. Growing and developing well. Vaccines by the calendar. Safety advice given.' : '1. No active problems. Preventive care reviewed.'
}

function score({ scores: { depression, anxiety } }: Facts['episode']): string {
  return [...(depression === undefined ? [] : [` PHQ-9 total score ${depression} of 27.`]), ...(anxiety === undefined ? [] : [` GAD-7 total score ${anxiety} of 21.`])].join('')
}

function header({ person, episode: { visit } }: Facts, title: string): string {
  const name = person.name.latin ?? person.name
  const age = ageOn(person, visit.day)
  const years = age < 2 ? `${Math.floor((visit.day - person.born) / 30.44)} months` : `${age} years`
  return [
    title,
    `Patient: ${[name.family.toUpperCase(), name.given.join(' ')].filter(Boolean).join(', ')} · born ${person.birthDate} · ${years} · ${person.gender}`,
    `Date: ${spoken(visit.day)}${visit.nights > 0 ? ` to ${spoken(visit.day + visit.nights)}` : ''} · ${titled(visit.clinician)}`,
  ].join('\n')
}

function story({ episode: { visit }, problems }: Facts): string {
  if (visit.story !== undefined) return visit.story
  if (visit.type === 'wellChild') return 'Here with a parent. Eats and sleeps well. No worries.'
  const chronic = problems.filter(({ list }) => list === 'problem-list-item').map(({ problem }) => named(problem).toLowerCase())
  return chronic.length === 0 ? 'Yearly visit. No complaints.' : `Here for follow-up of ${chronic.slice(0, 4).join(', ')}. No new complaints. Takes the medications as listed.`
}

const exams: Readonly<Record<'well' | 'irregular' | 'ill' | 'pregnant', string>> = {
  well: 'Alert, comfortable. Heart sounds regular, lungs clear, abdomen soft, no edema.',
  irregular: 'Alert, comfortable. Heart irregularly irregular, lungs clear, abdomen soft, no edema.',
  ill: 'Looks unwell but is oriented and speaks in sentences. Findings in keeping with the history above.',
  pregnant: 'Alert, comfortable. Abdomen soft, uterus as measured, no edema of the face or hands.',
}

function exam({ episode: { visit }, problems }: Facts): string {
  if (visit.type === 'video') return 'By video: alert, comfortable, speaks freely.'
  if (visit.type === 'prenatal') return exams.pregnant
  if (visit.shifts !== undefined) return exams.ill
  return problems.some(({ problem }) => problem === 'atrialFibrillation') ? exams.irregular : exams.well
}

function proceduresLine({ episode: { visit } }: Facts): string {
  return visit.procedures.length === 0
    ? 'None.'
    : `${visit.procedures.map((key) => ('text' in procedures[key] ? procedures[key].text : procedures[key].display)).join(', ')}.`
}

const signed = ({ episode: { visit } }: Facts) => `Signed by ${titled(visit.clinician)}`

/** Subjective, objective, assessment and plan. */
function soap(facts: Facts, type: NoteKey, title: string): Note {
  const { episode, person } = facts
  const text = [
    header(facts, title),
    section('Subjective', story(facts)),
    section('Allergies', allergyLine(person)),
    section('Medications', medicationLines(facts.taken)),
    section('Objective', `${vitalsLine(episode)}${score(episode)}\n${exam(facts)}\nLaboratory: ${resultsLine(episode, episode.visit.day)}\nProcedures: ${proceduresLine(facts)}`),
    section('Assessment and plan', assessment(facts)),
    signed(facts),
  ].join('\n\n')
  return { type, title, text }
}

function dischargeSummary(facts: Facts): Note {
  const { episode, person } = facts
  const { visit } = episode
  const title = 'Discharge summary'
  const hasDied = visit.ending === 'died'
  const diagnosis = visit.reason === undefined ? 'Observation' : named(visit.reason)
  const course = hasDied
    ? 'In spite of treatment the patient became weaker. Comfort care was agreed with the family. The patient died in hospital.'
    : 'Treated as below, improved from day to day, was eating and walking on the ward, and went home in a stable condition.'
  const text = [
    header(facts, title),
    section('Principal diagnosis', diagnosis),
    section('History', story(facts)),
    section('Findings on admission', `${vitalsLine(episode)}\nLaboratory: ${resultsLine(episode, visit.day)}`),
    section('Hospital course', `${course}\nProcedures: ${proceduresLine(facts)}`),
    section('Findings at the end', `${vitalsLine(episode, 'last')}\nLaboratory: ${resultsLine(episode, visit.day + visit.nights)}`),
    section('Problems', hasDied ? facts.problems.map(({ problem }, at) => `${at + 1}. ${named(problem)}.`).join('\n') : assessment(facts)),
    section('Allergies', allergyLine(person)),
    ...(hasDied ? [] : [section('Medications at discharge', medicationLines(facts.taken)), section('Follow-up', 'With the primary care physician within two weeks; sooner with fever, breathlessness or pain.')]),
    signed(facts),
  ].join('\n\n')
  return { type: 'discharge', title, text }
}

/** The note of an encounter, or none: not every short visit has one. */
export function noteFor(facts: Facts, isShortOneWritten: boolean): Note | undefined {
  const { visit } = facts.episode
  switch (visit.type) {
    case 'inpatient':
      return visit.ending === 'still-there' ? soap(facts, 'history', 'History and physical') : dischargeSummary(facts)
    case 'emergency':
      return soap(facts, 'emergency', 'Emergency department note')
    case 'consultation':
      return soap(facts, 'consult', 'Cardiology consultation')
    case 'checkUp':
      return soap(facts, 'history', encounterTypes.checkUp.text)
    case 'wellChild':
    case 'prenatal':
    case 'postnatal':
      return soap(facts, 'progress', `${encounterTypes[visit.type].display}: progress note`)
    case 'acute':
    case 'followUp':
    case 'video':
      return isShortOneWritten ? soap(facts, 'progress', `${encounterTypes[visit.type].text}: progress note`) : undefined
  }
}
