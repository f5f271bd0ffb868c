import { splitSearchOnComma } from '@medplum/core'
import { assertNever } from '../../../shared/assert-never.ts'
import { type DateRange, dateRange } from './date-range.ts'
import type { IndexedParameter } from './definitions.ts'
import { indexedParameter } from './definitions.ts'
import { foldText } from './folded-text.ts'
import { identifierTarget } from './index-terms.ts'
import { refuse } from '../outcomes.ts'
import { patientParameters, servedType } from '../access/served-types.ts'

/** FHIR R4 §3.1.1.4.5: how an ordered value is compared. */
type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** One condition of a search. The values of a condition are alternatives; conditions add up. */
export type Filter =
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'patient'; readonly ids: readonly string[] }
  | { readonly kind: 'updated'; readonly values: readonly Compared<DateRange>[] }
  | { readonly kind: 'token'; readonly parameter: number; readonly values: readonly Token[]; readonly isNegated: boolean }
  | { readonly kind: 'string'; readonly parameter: number; readonly match: 'start' | 'exact' | 'contains'; readonly values: readonly string[] }
  | { readonly kind: 'date'; readonly parameter: number | 'principal'; readonly values: readonly Compared<DateRange>[] }
  | { readonly kind: 'reference'; readonly parameter: number; readonly targets: readonly string[] }
  | { readonly kind: 'quantity'; readonly parameter: number; readonly values: readonly Compared<Measure>[] }
  | { readonly kind: 'missing'; readonly of: IndexedParameter; readonly isMissing: boolean }
  | { readonly kind: 'chain'; readonly through: IndexedParameter; readonly type: string; readonly filter: Filter }
  | { readonly kind: 'has'; readonly type: string; readonly through: IndexedParameter; readonly filter: Filter }

export interface Compared<T> {
  readonly prefix: Prefix
  readonly value: T
}

/** `system|code`; an undefined system is any, an empty one is none. */
export interface Token {
  readonly system: string | undefined
  readonly code: string
}

/** The span that a number stands for at its precision: 5.4 is 5.35 to 5.45 (FHIR R4 §3.1.1.4.6). */
export interface Measure {
  readonly low: number
  readonly high: number
  readonly number: number
  readonly system: string | undefined
  readonly code: string | undefined
}

/** How many alternatives one parameter may have: a page of ids and some more. */
const mostValues = 500

const idPattern = /^[A-Za-z0-9\-.]{1,64}$/
const referencePattern = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/
const beforeNumber = /^[a-z]{2}[-+.\d]/
const numberPattern = /^[-+]?\d{1,15}(?:\.(\d{1,12}))?(?:[eE][-+]?\d{1,2})?$/

const prefixes: readonly Prefix[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']

const bad = (code: string, why: string) => refuse('bad-request', `The search parameter ${code} ${why}.`)

function split(code: string, text: string): string[] {
  const values = splitSearchOnComma(text)
  if (values.length > mostValues) throw refuse('too-costly', `The search parameter ${code} has more than ${mostValues} values.`)
  if (values.some((value) => value === '')) throw bad(code, 'has an empty value')
  return values
}

function compared<T>(code: string, text: string, read: (value: string) => T | undefined): Compared<T> {
  const prefix = beforeNumber.test(text) ? prefixes.find((one) => text.startsWith(one)) : undefined
  const value = read(prefix === undefined ? text : text.slice(prefix.length))
  if (value === undefined) throw bad(code, 'has a value that is not of its type')
  return { prefix: prefix ?? 'eq', value }
}

function readToken(parameter: string, text: string): Token {
  const bar = text.indexOf('|')
  if (bar < 0) return { system: undefined, code: text }
  const code = text.slice(bar + 1)
  if (code === '') throw bad(parameter, 'needs a code after the system')
  return { system: text.slice(0, bar), code }
}

function readMeasure(text: string): Measure | undefined {
  const [figure = '', system, code] = text.split('|')
  const found = numberPattern.exec(figure)
  if (found === null) return undefined
  const number = Number(figure)
  const half = 0.5 * 10 ** -(found[1]?.length ?? 0)
  return { number, low: number - half, high: number + half, system: system || undefined, code: code || undefined }
}

function readReferences(parameter: IndexedParameter, modifier: string, text: string, baseUrl: string): string[] {
  return split(parameter.code, text).flatMap((value) => {
    if (modifier === 'identifier' && parameter.type === 'AuditEvent') return [identifierTarget(value)]
    const local = value.startsWith(`${baseUrl}/`) ? value.slice(baseUrl.length + 1) : value
    if (modifier !== '') {
      if (servedType(modifier) === undefined || !idPattern.test(local)) throw bad(parameter.code, 'has a modifier that is not supported')
      return [`${modifier}/${local}`]
    }
    // A bare id may be of any type that the parameter points at.
    if (idPattern.test(local)) return parameter.targets.map((target) => `${target}/${local}`)
    return [local]
  })
}

function referenceFilter(parameter: IndexedParameter, modifier: string, text: string, baseUrl: string): Filter {
  const targets = readReferences(parameter, modifier, text, baseUrl)
  const isOwner = patientParameters.has(parameter.code) && servedType(parameter.type)?.about === 'patient'
  const patients = targets.map((target) => referencePattern.exec(target)).filter((found) => found?.[1] === 'Patient')
  const isBare = !text.includes('/') && modifier === ''
  if (isOwner && patients.length > 0 && (isBare || patients.length === targets.length)) {
    return { kind: 'patient', ids: patients.map((found) => found?.[2] ?? '') }
  }
  if (isOwner && patients.length > 0) throw bad(parameter.code, 'mixes patients and others')
  return { kind: 'reference', parameter: parameter.number, targets }
}

/** The condition that one parameter of a search makes. `modifier` is what followed the colon, or ''. */
export function parameterFilter(parameter: IndexedParameter, modifier: string, text: string, baseUrl: string): Filter {
  const { code, number, kind } = parameter
  if (modifier === 'missing') {
    if (text !== 'true' && text !== 'false') throw bad(code, 'takes true or false with :missing')
    return { kind: 'missing', of: parameter, isMissing: text === 'true' }
  }
  switch (kind) {
    case 'reference':
      return referenceFilter(parameter, modifier, text, baseUrl)
    case 'token':
      if (modifier !== '' && modifier !== 'not') throw bad(code, 'has a modifier that is not supported')
      return { kind, parameter: number, values: split(code, text).map((value) => readToken(code, value)), isNegated: modifier === 'not' }
    case 'string': {
      if (modifier !== '' && modifier !== 'exact' && modifier !== 'contains') throw bad(code, 'has a modifier that is not supported')
      const values = split(code, text)
      if (modifier === 'exact') return { kind, parameter: number, match: 'exact', values }
      const folded = values.map(foldText)
      if (folded.includes('')) throw bad(code, 'has a value without a letter or a digit')
      return { kind, parameter: number, match: modifier === 'contains' ? 'contains' : 'start', values: folded }
    }
    case 'date': {
      if (modifier !== '') throw bad(code, 'has a modifier that is not supported')
      const isPrincipal = servedType(parameter.type)?.date === code
      return { kind, parameter: isPrincipal ? 'principal' : number, values: split(code, text).map((value) => compared(code, value, dateRange)) }
    }
    case 'quantity':
      if (modifier !== '') throw bad(code, 'has a modifier that is not supported')
      return { kind, parameter: number, values: split(code, text).map((value) => compared(code, value, readMeasure)) }
    default:
      return assertNever(kind)
  }
}

/** `_id` and `_lastUpdated`, which every type has; undefined for other names. */
export function commonFilter(code: string, modifier: string, text: string): Filter | undefined {
  if (code !== '_id' && code !== '_lastUpdated') return undefined
  if (modifier !== '') throw bad(code, 'has a modifier that is not supported')
  if (code === '_lastUpdated') return { kind: 'updated', values: split(code, text).map((value) => compared(code, value, dateRange)) }
  // An id that no record can have is not found; it is not an error.
  return { kind: 'id', ids: split(code, text) }
}

/** `_has:CareTeam:patient:participant=Practitioner/x`: records that another one points at. One step deep. */
export function hasFilter(type: string, key: string, text: string, baseUrl: string): Filter {
  const [, other = '', through = '', last = '', ...rest] = key.split(':')
  const link = indexedParameter(other, through)
  const target = indexedParameter(other, last)
  if (rest.length > 0 || link?.kind !== 'reference' || target === undefined || !link.targets.includes(type)) {
    throw refuse('not-supported', 'This _has is not supported.')
  }
  const filter = parameterFilter(target, '', text, baseUrl)
  if (filter.kind === 'patient') throw refuse('not-supported', 'This _has is not supported.')
  return { kind: 'has', type: other, through: link, filter }
}

/** What a step of a chain leads to: the type that is named, else the Patient, else the one type that is served and has the parameter. */
function chainedType(through: IndexedParameter, named: string, code: string): string | undefined {
  if (named !== '') return through.targets.includes(named) ? named : undefined
  if (patientParameters.has(through.code)) return 'Patient'
  const able = through.targets.filter((target) => indexedParameter(target, code) !== undefined)
  return able.length === 1 ? able[0] : undefined
}

/**
 * `patient.name=…`, `subject:Patient.identifier=…`, `medication.code=…`: records that point at one. One step, into patients, staff,
 * places and catalogues: to look through all results of all patients for an order is not cheap.
 */
export function chainFilter(through: IndexedParameter, named: string, last: string, text: string, baseUrl: string): Filter {
  const [code = '', modifier = '', ...rest] = last.split(':')
  const type = chainedType(through, named, code)
  const about = servedType(type ?? '')?.about
  const parameter = type === undefined ? undefined : indexedParameter(type, code)
  if (type === undefined || through.kind !== 'reference' || rest.length > 0 || (about !== 'self' && about !== 'hospital')) {
    throw refuse('not-supported', 'This chained search is not supported.')
  }
  const filter = parameter === undefined ? commonFilter(code, modifier, text) : parameterFilter(parameter, modifier, text, baseUrl)
  if (filter === undefined || filter.kind === 'missing') throw refuse('not-supported', 'This chained search is not supported.')
  return { kind: 'chain', through, type, filter }
}
