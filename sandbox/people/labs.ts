import type { Day } from './calendar.ts'
import { type AnalyteKey, type PanelKey, panels, type QualitativeKey } from './codes/laboratory.ts'
import { type Interpretation, interpret, oneSided, type Range } from './interpretation.ts'
import { creatinineFor, filtrationFor } from './kidneys.ts'
import { ageOn, type Person } from './person.ts'
import type { Physiology, Shifts } from './physiology.ts'
import type { Rng } from './random.ts'
import { criticalRange, referenceRange, reported, warfarinTarget } from './ranges.ts'

export type Result =
  | {
      readonly kind: 'number'
      readonly analyte: AnalyteKey
      readonly value: number
      /** The value is below what the method can tell. */
      readonly isBelow: boolean
      readonly range?: Range
      readonly isTherapeutic: boolean
      readonly interpretation?: Interpretation
    }
  | { readonly kind: 'presence'; readonly analyte: QualitativeKey; readonly isPresent: boolean; readonly isAbnormal: boolean }
  | { readonly kind: 'color'; readonly word: string }
  /** Asked for, and not measured. */
  | { readonly kind: 'unmeasured'; readonly analyte: AnalyteKey; readonly why: string }

export interface Draw {
  readonly panel: PanelKey
  readonly day: Day
  readonly minute: number
  readonly results: readonly Result[]
}

interface Specimen {
  readonly person: Person
  readonly day: Day
  readonly body: Physiology
  readonly shifts: Shifts
  readonly rng: Rng
  readonly isOnWarfarin: boolean
  /** What the urine and the throat would show today. */
  readonly present: ReadonlySet<QualitativeKey>
}

/** The levels of one specimen. Those that follow from others are calculated from them, so that a panel agrees with itself. */
function levelsOf({ person, day, body, shifts, rng }: Specimen): (key: AnalyteKey) => number {
  const age = ageOn(person, day)
  const known = new Map<AnalyteKey, number>()
  const measure = (key: AnalyteKey): number => {
    switch (key) {
      case 'creatinine':
        if (age < 18) return 0.25 + age * 0.03 + rng.normal(0, 0.03)
        return creatinineFor(body.sample('kidneys', day, rng, shifts), person.sex, age)
      case 'filtration':
        return filtrationFor(level('creatinine'), person.sex, age)
      case 'ureaNitrogen':
        return Math.max(5, 13 + (age < 18 ? 0 : Math.max(0, 95 - level('filtration')) * 0.28) + rng.normal(0, 1.8))
      case 'glucose':
        // Nathan et al., Diabetes Care 2008;31:1473 gives the mean of the day; fasting is a little lower.
        return Math.max(58, 28.7 * body.level('glycatedHemoglobin', day) - 46.7 - 14 + rng.normal(0, 6))
      case 'hematocrit':
        return level('hemoglobin') * 2.97 + rng.normal(0, 0.25)
      case 'redCells':
        return (level('hematocrit') * 10) / level('cellVolume')
      case 'cholesterol':
        // Friedewald turned round: the calculated LDL is what a laboratory derives from the other three.
        return level('ldl') + level('hdl') + level('triglyceride') / 5
      case 'alkalinePhosphatase':
        return body.sample(key, day, rng, shifts) * (age < 16 ? 3.4 : 1)
      default:
        return body.sample(key, day, rng, shifts)
    }
  }
  const level = (key: AnalyteKey): number => {
    const value = known.get(key) ?? reported(key, measure(key))
    known.set(key, value)
    return value
  }
  return level
}

function rangeFor(analyte: AnalyteKey, { person, day, isOnWarfarin }: Specimen): Range | undefined {
  const ranges = person.profile.ranges ?? 'usual'
  if (ranges === 'missing') return undefined
  const usual = analyte === 'inr' && isOnWarfarin ? warfarinTarget : referenceRange(analyte, person.sex, ageOn(person, day))
  return ranges === 'one-sided' ? oneSided(usual) : usual
}

/** The least that the high-sensitivity troponin assay tells apart from nothing, ng/L. */
const leastTroponin = 6

function numberResult(analyte: AnalyteKey, value: number, specimen: Specimen): Result {
  const isBelow = analyte === 'troponin' && value < leastTroponin
  const shown = isBelow ? leastTroponin : value
  const range = rangeFor(analyte, specimen)
  const interpretation = interpret(value, range, criticalRange(analyte))
  return {
    kind: 'number',
    analyte,
    value: shown,
    isBelow,
    isTherapeutic: analyte === 'inr' && specimen.isOnWarfarin,
    ...(range !== undefined && { range }),
    ...(interpretation !== undefined && { interpretation }),
  }
}

/** A positive pregnancy test is a finding, not a fault; every other presence here is abnormal. */
const isAbnormalWhenPresent = (analyte: QualitativeKey) => analyte !== 'urinePregnancy'

/** Measures one panel. */
export function measured(key: PanelKey, specimen: Specimen): readonly Result[] {
  const panel = panels[key]
  const level = levelsOf(specimen)
  const isAdult = ageOn(specimen.person, specimen.day) >= 18
  // One potassium in two hundred comes from a tube whose red cells burst on the way.
  const isHemolyzed = specimen.person.profile.isInHospital === undefined && specimen.rng.chance(0.005)
  const numbers = panel.analytes
    // The equation is for adults (CKD-EPI 2021).
    .filter((analyte) => isAdult || analyte !== 'filtration')
    .map((analyte): Result =>
      analyte === 'potassium' && isHemolyzed
        ? { kind: 'unmeasured', analyte, why: 'Specimen hemolyzed' }
        : numberResult(analyte, level(analyte), specimen),
    )
  const presences = ('qualitative' in panel ? panel.qualitative : []).map((analyte): Result => {
    const isPresent = specimen.present.has(analyte)
    return { kind: 'presence', analyte, isPresent, isAbnormal: isPresent && isAbnormalWhenPresent(analyte) }
  })
  const colors: Result[] = key === 'urinalysis' ? [{ kind: 'color', word: specimen.rng.pick(['Yellow', 'Yellow', 'Pale yellow', 'Dark yellow']) }] : []
  return [...colors, ...numbers, ...presences]
}

export type { Specimen }
