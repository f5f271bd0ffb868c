import type { CodeableConcept, Observation } from '@medplum/fhirtypes'
import { type Day, dateOf, instantOf } from '../calendar.ts'
import { type Concept, hl7, loinc, snomed } from '../codes/concept.ts'
import { findings } from '../codes/findings.ts'
import { observations } from '../codes/observations.ts'
import { quantity, type UnitKey } from '../codes/units.ts'
import type { Smoking } from '../person.ts'
import type { Colleague } from '../staff.ts'
import type { Vitals } from '../vitals.ts'
import { during, type EncounterIds, practitioner, type Scribe } from './scribe.ts'

const categories = {
  'vital-signs': 'Vital Signs',
  'social-history': 'Social History',
  survey: 'Survey',
  imaging: 'Imaging',
} as const

interface Moment {
  readonly day: Day
  readonly minute: number
  readonly encounters: EncounterIds
  readonly performer: Colleague
}

type Value = Pick<Observation, 'valueQuantity' | 'valueCodeableConcept' | 'valueDateTime' | 'component'>

function observation(
  { newId, subject, meta }: Scribe,
  { day, minute, encounters, performer }: Moment,
  what: { profile?: string; category: keyof typeof categories; code: CodeableConcept; value: Value },
): Observation {
  return {
    resourceType: 'Observation',
    id: newId('Observation'),
    ...meta(what.profile),
    status: 'final',
    category: [hl7('observation-category', what.category, categories[what.category])],
    code: what.code,
    subject,
    ...during(encounters, day),
    effectiveDateTime: instantOf(day, minute),
    performer: [practitioner(performer)],
    ...what.value,
  }
}

/** Each vital sign: its US Core profile, code and unit. */
const signs: readonly { readonly from: keyof Vitals; readonly profile?: string; readonly code: CodeableConcept; readonly unit: UnitKey }[] = [
  { from: 'heartRate', profile: 'us-core-heart-rate', code: loinc(observations.heartRate), unit: 'perMinute' },
  { from: 'respiratoryRate', profile: 'us-core-respiratory-rate', code: loinc(observations.respiratoryRate), unit: 'perMinute' },
  { from: 'saturation', profile: 'us-core-pulse-oximetry', code: loinc(observations.pulseOximetry, observations.oxygenSaturation), unit: 'percent' },
  { from: 'temperature', profile: 'us-core-body-temperature', code: loinc(observations.temperature), unit: 'celsius' },
  { from: 'weight', profile: 'us-core-body-weight', code: loinc(observations.weight), unit: 'kilogram' },
  { from: 'height', profile: 'us-core-body-height', code: loinc(observations.height), unit: 'centimeter' },
  { from: 'bodyMassIndex', profile: 'us-core-bmi', code: loinc(observations.bodyMassIndex), unit: 'bodyMassIndex' },
  { from: 'headCircumference', profile: 'us-core-head-circumference', code: loinc(observations.headCircumference), unit: 'centimeter' },
  { from: 'fundalHeight', code: loinc(observations.fundalHeight), unit: 'centimeter' },
  { from: 'fetalHeartRate', code: loinc(observations.fetalHeartRate), unit: 'perMinute' },
]

/** One resource for each sign, and one for the two pressures together. */
export function vitalObservations(scribe: Scribe, vitals: Vitals, where: Omit<Moment, 'day' | 'minute'>): Observation[] {
  const moment = { ...where, day: vitals.day, minute: vitals.minute }
  const single = signs.flatMap(({ from, profile, code, unit }) => {
    const value = vitals[from]
    if (value === undefined) return []
    return [observation(scribe, moment, { ...(profile !== undefined && { profile }), category: 'vital-signs', code, value: { valueQuantity: quantity(value, unit) } })]
  })
  if (vitals.systolic === undefined || vitals.diastolic === undefined) return single
  const component = [
    { code: loinc(observations.systolic), valueQuantity: quantity(vitals.systolic, 'mercury') },
    { code: loinc(observations.diastolic), valueQuantity: quantity(vitals.diastolic, 'mercury') },
  ]
  const pressure = observation(scribe, moment, { profile: 'us-core-blood-pressure', category: 'vital-signs', code: loinc(observations.bloodPressure), value: { component } })
  return [pressure, ...single]
}

/** The total of a questionnaire. */
export function scoreObservation(scribe: Scribe, total: Concept, score: number, moment: Moment): Observation {
  return observation(scribe, moment, {
    profile: 'us-core-observation-screening-assessment',
    category: 'survey',
    code: loinc(total),
    value: { valueQuantity: quantity(score, 'score') },
  })
}

const smokers: Record<Smoking, CodeableConcept> = { never: snomed(findings.neverSmoked), former: snomed(findings.exSmoker), daily: snomed(findings.dailySmoker) }

export function smokingObservation(scribe: Scribe, moment: Moment): Observation {
  return observation(scribe, moment, {
    profile: 'us-core-smokingstatus',
    category: 'social-history',
    code: loinc(observations.smokingStatus),
    value: { valueCodeableConcept: smokers[scribe.person.smoking] },
  })
}

/** That there is a pregnancy, and when the birth is expected. */
export function pregnancyObservations(scribe: Scribe, dueDay: Day, moment: Moment): Observation[] {
  return [
    observation(scribe, moment, {
      profile: 'us-core-observation-pregnancystatus',
      category: 'social-history',
      code: loinc(observations.pregnancyStatus),
      value: { valueCodeableConcept: snomed(findings.pregnant) },
    }),
    observation(scribe, moment, { category: 'social-history', code: loinc(observations.deliveryDate), value: { valueDateTime: dateOf(dueDay) } }),
  ]
}

/** Left ventricular ejection fraction, percent, of an echocardiogram. */
export function ejectionObservation(scribe: Scribe, percent: number, moment: Moment): Observation {
  return observation(scribe, moment, { category: 'imaging', code: loinc(observations.ejectionFraction), value: { valueQuantity: quantity(percent, 'percent') } })
}

export type { Moment }
