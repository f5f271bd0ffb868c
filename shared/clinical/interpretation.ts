import { system } from './code-systems.ts'
import { readConcepts } from './coding.ts'

/** How a result stands to what is expected. `critical-abnormal`: critical, with no direction (a coded result, or a contradiction). */
export type Flag =
  | 'critical-high'
  | 'high'
  | 'normal'
  | 'low'
  | 'critical-low'
  | 'abnormal'
  | 'critical-abnormal'
  | 'not-assessed'

/** What the laboratory itself said of a result. */
export type Interpretation =
  | { readonly kind: 'flag'; readonly flag: Exclude<Flag, 'not-assessed'> }
  /** Said, and good or bad depending on the test: positive, resistant, equivocal. It warns of nothing, and lets nothing be called normal. */
  | { readonly kind: 'other'; readonly text: string }
  /** Said, and not understood: it could mean anything, so that nothing may be called normal. */
  | { readonly kind: 'not-understood'; readonly text: string | undefined }
  | { readonly kind: 'not-recorded' }

/** HL7 v3 ObservationInterpretation (https://terminology.hl7.org/CodeSystem-v3-ObservationInterpretation.html). */
const flags: Readonly<Record<string, Exclude<Flag, 'not-assessed'>>> = {
  N: 'normal',
  H: 'high', HU: 'high', HX: 'high', '>': 'high',
  L: 'low', LU: 'low', LX: 'low', '<': 'low',
  HH: 'critical-high', LL: 'critical-low',
  A: 'abnormal', AA: 'critical-abnormal',
  // HL7 v2 spellings of R3 and before, still sent.
  'H>': 'high', 'L<': 'low',
} // prettier-ignore

/** Better, worse, up or down since the last time: no word about this value. */
const changes = new Set(['B', 'D', 'U', 'W'])

/** Known codes that say something else than normal or abnormal: detection, susceptibility, exceptions. */
const others = new Set([
  'CAR', 'IND', 'E', 'NEG', 'ND', 'POS', 'DET', 'EXP', 'UNE', 'NR', 'RR', 'WR', 'I', 'MS', 'NCL', 'NS', 'R', 'S',
  'SDD', 'SYN-R', 'SYN-S', 'VS', 'EX', 'IE', 'OBX', 'TOX', 'QCF', 'AC',
]) // prettier-ignore

/** Reads `Observation.interpretation`. Of several flags the worst counts. */
export function readInterpretation(value: unknown): Interpretation {
  let found: Interpretation = { kind: 'not-recorded' }
  for (const concept of readConcepts(value)) {
    const codes = concept.codes.filter((entry) => entry.system === system.interpretation || isOldSystem(entry.system))
    const code = codes.find((entry) => entry.code !== undefined)?.code
    const flag = code !== undefined && Object.hasOwn(flags, code) ? flags[code] : undefined
    const text = concept.kind === 'recorded' ? concept.text : concept.codes[0]?.code
    if (flag !== undefined) found = worseOf(found, { kind: 'flag', flag })
    else if (code !== undefined && changes.has(code)) continue
    else if (code !== undefined && others.has(code)) found = worseOf(found, { kind: 'other', text: text ?? code })
    else if (concept.kind !== 'not-recorded') found = worseOf(found, { kind: 'not-understood', text })
  }
  return found
}

/** DSTU2 and STU3 addresses of the same codes. */
function isOldSystem(from: string | undefined): boolean {
  return from === 'http://hl7.org/fhir/v2/0078' || from === 'http://terminology.hl7.org/CodeSystem/v2-0078' || from === 'http://hl7.org/fhir/v3/ObservationInterpretation'
}

function worseOf(a: Interpretation, b: Interpretation): Interpretation {
  if (a.kind === 'flag' && b.kind === 'flag') return { kind: 'flag', flag: worstFlag(a.flag, b.flag) }
  // A flag that something unknown stands beside may be trusted where it warns, not where it reassures.
  const rank = (entry: Interpretation): number => {
    if (entry.kind === 'flag') return entry.flag === 'normal' ? 2 : 4
    return entry.kind === 'not-understood' ? 3 : entry.kind === 'other' ? 2.5 : 0
  }
  return rank(b) > rank(a) ? b : a
}

const grave: Readonly<Record<Flag, 0 | 1 | 2 | 3>> = {
  'not-assessed': 0, normal: 1, high: 2, low: 2, abnormal: 2, 'critical-high': 3, 'critical-low': 3, 'critical-abnormal': 3,
} // prettier-ignore

/** 0 not assessed, 1 normal, 2 abnormal, 3 critical. */
export function gravity(flag: Flag): 0 | 1 | 2 | 3 {
  return grave[flag]
}

/** Found to be off, critically or not. What nobody assessed is neither that nor normal. */
export function isAbnormal(flag: Flag): boolean {
  return gravity(flag) >= 2
}

export function directionOf(flag: Flag): 'up' | 'down' | undefined {
  if (flag === 'high' || flag === 'critical-high') return 'up'
  return flag === 'low' || flag === 'critical-low' ? 'down' : undefined
}

/** The graver of two; the direction is kept where they agree on it or only one names it, else it is dropped: nobody is told "high" of what may be low. */
export function worstFlag<A extends Flag, B extends Flag>(a: A, b: B): A | B | 'abnormal' | 'critical-abnormal' | 'critical-high' | 'critical-low' {
  const worse = Math.max(gravity(a), gravity(b))
  if (worse <= 1) return gravity(a) >= gravity(b) ? a : b
  const [up, down] = [a, b].reduce<[boolean, boolean]>(
    ([isUp, isDown], flag) => [isUp || directionOf(flag) === 'up', isDown || directionOf(flag) === 'down'],
    [false, false],
  )
  if (worse === 3) return up === down ? 'critical-abnormal' : up ? 'critical-high' : 'critical-low'
  if (up === down) return 'abnormal'
  return gravity(a) === 2 && directionOf(a) !== undefined ? a : b
}
