import {
  convertToSearchableQuantities,
  convertToSearchableReferences,
  convertToSearchableTokens,
  convertToSearchableUris,
  evalFhirPathTyped,
  toTypedValue,
  type TypedValue,
} from '@medplum/core'
import type { Address, HumanName, Resource } from '@medplum/fhirtypes'
import { assertNever } from '../../../shared/assert-never.ts'
import { type DateRange, storedRange } from './date-range.ts'
import { expressionOf, type IndexedParameter, indexedParameters, loadStructures } from './definitions.ts'
import { wordStarts } from './folded-text.ts'
import { patientParameters, servedType } from '../access/served-types.ts'

/** A row of an index: the parameter's number, and what it holds. */
export type IndexTerm =
  | { readonly kind: 'token'; readonly parameter: number; readonly system: string; readonly code: string }
  | { readonly kind: 'string'; readonly parameter: number; readonly folded: string; readonly exact: string }
  | { readonly kind: 'date'; readonly parameter: number; readonly range: DateRange }
  | { readonly kind: 'reference'; readonly parameter: number; readonly target: string }
  | { readonly kind: 'quantity'; readonly parameter: number; readonly value: number; readonly system: string; readonly code: string }

/** Where a record is found. */
export interface Indexed {
  /** The id of the patient it is about. */
  readonly patient: string | undefined
  /** Its principal date, see `ServedType.date`. */
  readonly date: DateRange | undefined
  readonly terms: readonly IndexTerm[]
}

/** A record that names two patients. One record concerns one patient here: access is decided by that. */
export class TwoPatients extends Error {
  override readonly name = 'TwoPatients'
}

const patientReference = /^Patient\/([A-Za-z0-9\-.]{1,64})$/

/** Marks the display texts that the library puts among the tokens: `:text` is not offered, so they are left out. */
const displayText = 'urn:chartkeep:display-text'

function nameParts(name: HumanName): string[] {
  const given = name.given ?? []
  const family = name.family === undefined ? [] : [name.family]
  const orders = [[...given, ...family], [...family, ...given]].map((words) => words.join(' '))
  return [...new Set([...family, ...given, ...orders, name.text ?? ''])]
}

function addressParts(address: Address): string[] {
  const { line, city, district, state, postalCode, country, text } = address
  return [...(line ?? []), city, district, state, postalCode, country, text].filter((part) => part !== undefined)
}

function stringsOf({ type, value }: TypedValue): string[] {
  if (typeof value === 'string') return [value]
  // The evaluator takes the type from the structure definition: a value of that type has its shape.
  if (type === 'HumanName') return nameParts(value)
  if (type === 'Address') return addressParts(value)
  return []
}

/** Rows by folded text, each with the whole value: a part of a name finds it, and `:exact` compares with all of it. */
function stringTerms(parameter: number, values: readonly TypedValue[]): IndexTerm[] {
  const rows = new Map<string, IndexTerm>()
  for (const exact of values.flatMap(stringsOf)) {
    for (const folded of wordStarts(exact)) {
      rows.set(`${folded}\0${exact}`, { kind: 'string', parameter, folded, exact })
    }
  }
  return [...rows.values()]
}

/** What a reference by identifier is found by, in AuditEvents alone: `system|value`, as the library writes it among the references. */
export const identifierTarget = (identifier: string): string => `identifier:${identifier}`

const relative = (reference: string) => reference.replace(/\/_history\/[A-Za-z0-9\-.]{1,64}$/, '')

function termsOf(parameter: IndexedParameter, values: TypedValue[]): IndexTerm[] {
  const { number, kind } = parameter
  switch (kind) {
    case 'token': {
      const tokens =
        parameter.definition.type === 'uri'
          ? convertToSearchableUris(values).map((value) => ({ system: undefined, value }))
          : convertToSearchableTokens(values, { textSearchSystem: displayText })
      return tokens
        .filter(({ system, value }) => system !== displayText && value !== undefined)
        .map(({ system, value }) => ({ kind, parameter: number, system: system ?? '', code: value ?? '' }))
    }
    case 'string':
      return stringTerms(number, values)
    case 'date':
      return values
        .map(({ value }) => storedRange(value))
        .filter((range) => range !== undefined)
        .map((range) => ({ kind, parameter: number, range }))
    case 'reference':
      return convertToSearchableReferences(values)
        .filter((reference) => !reference.startsWith('#') && (parameter.type === 'AuditEvent' || !reference.startsWith('identifier:')))
        .map((reference) => ({ kind, parameter: number, target: relative(reference.replace(/^identifier:undefined\|/, 'identifier:|')) }))
    case 'quantity':
      return convertToSearchableQuantities(values).flatMap(({ value, system, code, unit }) =>
        value === undefined ? [] : [{ kind, parameter: number, value, system: system ?? '', code: code ?? unit ?? '' }],
      )
    default:
      return assertNever(kind)
  }
}

function theOnePatient(resource: Resource, terms: readonly IndexTerm[], numbers: ReadonlySet<number>): string | undefined {
  if (resource.resourceType === 'Patient') return resource.id
  const named = new Set<string>()
  for (const term of terms) {
    if (term.kind !== 'reference' || !numbers.has(term.parameter)) continue
    const id = patientReference.exec(term.target)?.[1]
    if (id !== undefined) named.add(id)
  }
  if (named.size > 1) throw new TwoPatients(`A ${resource.resourceType} names more than one patient.`)
  return named.values().next().value
}

/**
 * Reads from a record everything it can be found by. Pure but for the definitions, which it loads at the first call.
 * @throws TwoPatients where the record names more than one patient in its patient parameters.
 */
export function indexTerms(resource: Resource): Indexed {
  loadStructures()
  const row = servedType(resource.resourceType)
  const typed = [toTypedValue(resource)]
  const patientNumbers = new Set<number>()
  const terms: IndexTerm[] = []
  let date: DateRange | undefined
  for (const parameter of indexedParameters(resource.resourceType)) {
    if (patientParameters.has(parameter.code) && row?.about === 'patient') patientNumbers.add(parameter.number)
    const found = termsOf(parameter, evalFhirPathTyped(expressionOf(parameter), typed))
    for (const term of found) {
      if (term.kind !== 'date' || parameter.code !== row?.date) terms.push(term)
      else if (date === undefined) date = term.range
      else date = { low: Math.min(date.low, term.range.low), high: Math.max(date.high, term.range.high) }
    }
  }
  const patient = theOnePatient(resource, terms, patientNumbers)
  // The compartment answers `patient=` and `subject=`: two rows for every record of a chart need not be kept.
  const isKept = (term: IndexTerm) =>
    !(term.kind === 'reference' && patientNumbers.has(term.parameter) && term.target === `Patient/${patient ?? ''}`)
  return { patient, date, terms: terms.filter(isKept) }
}
