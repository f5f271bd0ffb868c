import { type Day, spoken } from '../calendar.ts'
import { allergenConcept, allergens } from '../codes/allergens.ts'
import { drugName } from '../codes/drugs.ts'
import { reactions } from '../codes/findings.ts'
import { analytes, qualitative } from '../codes/laboratory.ts'
import { type ProblemKey, problems } from '../codes/problems.ts'
import { units } from '../codes/units.ts'
import type { Prescription, Problem } from '../course.ts'
import type { Earlier, Episode } from '../history.ts'
import type { Person } from '../person.ts'
import { printed } from '../ranges.ts'
import { instruction } from '../sig.ts'
import type { Result } from '../labs.ts'

/** What the writer of a note has before them. Everything that a note says comes from here, so that it agrees with the chart. */
export interface Facts {
  readonly person: Person
  readonly episode: Episode
  readonly problems: readonly Problem[]
  readonly taken: readonly Prescription[]
  readonly started: readonly Prescription[]
  readonly ended: readonly Prescription[]
  readonly earlier: Earlier
}

/** The concept's word in a sentence. */
export function named(key: ProblemKey): string {
  const concept: { display: string; text?: string } = problems[key]
  return concept.text ?? concept.display
}

export function allergyLine({ allergies }: Person): string {
  if (allergies.kind === 'none-known') return 'No known allergies.'
  if (allergies.kind === 'not-recorded') return 'Not recorded.'
  const standing = allergies.allergies.filter(({ verification }) => verification !== 'entered-in-error' && verification !== 'refuted')
  const line = standing.map(({ allergen, reaction }) => {
    const word: { display: string; text?: string } | undefined = reaction && reactions[reaction.manifestation]
    return `${allergenConcept(allergen).text ?? allergens[allergen].display} (${word === undefined ? 'reaction not recorded' : (word.text ?? word.display).toLowerCase()})`
  })
  return line.length === 0 ? 'Not recorded.' : `${line.join('; ')}.`
}

export function medicationLines(prescriptions: readonly Prescription[]): string {
  if (prescriptions.length === 0) return 'None.'
  return prescriptions.map(({ drug, sig }) => `- ${drugName(drug)}: ${instruction(drug, sig)}`).join('\n')
}

export function vitalsLine({ vitals }: Episode, at: 'first' | 'last' = 'first'): string {
  const set = at === 'first' ? vitals[0] : vitals.at(-1)
  if (set === undefined) return 'Not taken (video visit).'
  const pressure = set.systolic === undefined ? [] : [`blood pressure ${set.systolic}/${set.diastolic} mmHg`]
  const rest = [
    `heart rate ${set.heartRate} /min`,
    `respiratory rate ${set.respiratoryRate} /min`,
    `SpO2 ${set.saturation} %`,
    `temperature ${set.temperature.toFixed(1)} °C`,
    `weight ${set.weight} kg`,
  ]
  const more = [
    ...(set.fundalHeight === undefined ? [] : [`fundal height ${set.fundalHeight} cm`]),
    ...(set.fetalHeartRate === undefined ? [] : [`fetal heart rate ${set.fetalHeartRate} /min`]),
  ]
  const line = [...pressure, ...rest, ...more].join(', ')
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`
}

const flags = { LL: ' (critically low)', L: ' (low)', N: '', H: ' (high)', HH: ' (critically high)' } as const

/** INR, pH and specific gravity are said without a unit. */
function spokenUnit(unit: keyof typeof units): string {
  return unit === 'inr' || unit === 'ph' || unit === 'ratio' ? '' : ` ${units[unit].unit}`
}

function resultText(result: Result): string {
  switch (result.kind) {
    case 'number': {
      const { text, unit } = analytes[result.analyte]
      return `${text} ${result.isBelow ? '<' : ''}${printed(result.analyte, result.value)}${spokenUnit(unit)}${result.interpretation === undefined ? '' : flags[result.interpretation]}`
    }
    case 'presence':
      return `${qualitative[result.analyte].text} ${result.isPresent ? 'positive' : 'negative'}`
    case 'color':
      return `urine ${result.word.toLowerCase()}`
    case 'unmeasured':
      return `${analytes[result.analyte].text} not measured (${result.why.toLowerCase()})`
  }
}

/** The results of one day, as a list in a sentence. */
export function resultsLine({ draws }: Episode, day: Day): string {
  const results = draws.filter((draw) => draw.day === day).flatMap((draw) => draw.results)
  return results.length === 0 ? 'No laboratory tests.' : `${results.map(resultText).join(', ')}.`
}

/** `7.2 % today (8.1 % on 03-Feb-2025)`, or what is known of the two. */
export function trendOf(key: keyof typeof analytes, { episode, earlier }: Facts): string | undefined {
  const { text, unit } = analytes[key]
  const now = episode.draws
    .flatMap((draw) => draw.results)
    .findLast((result): result is Extract<Result, { kind: 'number' }> => result.kind === 'number' && result.analyte === key)
  const before = earlier.get(key)
  const say = (value: number) => `${printed(key, value)}${spokenUnit(unit)}`
  if (now === undefined) return before && `${text} ${say(before.value)} on ${spoken(before.day)}`
  return `${text} ${say(now.value)} today${before === undefined ? '' : ` (${say(before.value)} on ${spoken(before.day)})`}`
}
