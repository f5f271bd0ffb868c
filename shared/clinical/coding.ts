import type { CodeableConcept, Coding, Extension } from '@medplum/fhirtypes'
import { system } from './code-systems.ts'
import { fields, isAbsent, items, line, oneOf } from './untrusted.ts'

export type Code = { readonly system: string | undefined; readonly code: string | undefined; readonly display: string | undefined }

/** What a coded thing is called. */
export type Concept =
  | { readonly kind: 'recorded'; readonly text: string; readonly codes: readonly Code[] }
  /** Coded, but with no words: the screen says "name not recorded" and shows the code. */
  | { readonly kind: 'code-only'; readonly code: string; readonly codes: readonly Code[] }
  | { readonly kind: 'not-recorded'; readonly codes: readonly Code[] }
  | { readonly kind: 'not-known'; readonly codes: readonly Code[] }
  | { readonly kind: 'malformed'; readonly codes: readonly Code[] }

const preferred: readonly string[] = [system.snomed, system.loinc, system.rxnorm, system.cvx]

/** FHIR `Coding`, as far as it can be read. */
export function readCode(value: unknown): Code | undefined {
  const coding = fields<Coding>(value)
  if (coding === undefined) return undefined
  const code = { system: line(coding.system), code: line(coding.code), display: line(coding.display) }
  return code.code === undefined && code.display === undefined ? undefined : code
}

/**
 * The name of a CodeableConcept: its text (what its author chose to write), then the display of the coding the author
 * picked, then of SNOMED CT, LOINC, RxNorm or CVX, then of any. A code never stands in for a name unseen: see `code-only`.
 */
export function readConcept(value: unknown): Concept {
  if (isAbsent(value)) return { kind: 'not-recorded', codes: [] }
  const concept = fields<CodeableConcept>(value)
  if (concept === undefined) return { kind: 'malformed', codes: [] }
  const codings = items<Coding>(concept.coding)
  const codes = codings.flatMap((coding) => readCode(coding) ?? [])
  const text = line(concept.text) ?? bestDisplay(codings)
  if (codes.some(saysUnknown) || saysAbsent(concept.extension)) return { kind: 'not-known', codes }
  if (text !== undefined) return { kind: 'recorded', text, codes }
  const code = codes.find((entry) => entry.code !== undefined)?.code
  return code === undefined ? { kind: 'not-recorded', codes } : { kind: 'code-only', code, codes }
}

function bestDisplay(codings: ReturnType<typeof items<Coding>>): string | undefined {
  const named = codings.flatMap((coding) => {
    const display = line(coding.display)
    return display === undefined ? [] : [{ display, chosen: coding.userSelected === true, system: line(coding.system) ?? '' }]
  })
  const known = preferred.flatMap((wanted) => named.filter((entry) => entry.system === wanted))
  return (named.find((entry) => entry.chosen) ?? known[0] ?? named[0])?.display
}

const unknownCodes = new Set(['unknown', 'asked-unknown', 'not-asked', 'UNK', 'ASKU', 'NASK', 'NI'])

function saysUnknown({ system: from, code }: Code): boolean {
  const isAboutAbsence = from === system.dataAbsentReason || from === system.nullFlavor
  return isAboutAbsence && code !== undefined && unknownCodes.has(code)
}

/** The data-absent-reason extension (https://hl7.org/fhir/R4/extension-data-absent-reason.html) with a code that means "not known". */
export function saysAbsent(extensions: unknown): boolean {
  return items<Extension>(extensions).some(
    ({ url, valueCode }) =>
      url === 'http://hl7.org/fhir/StructureDefinition/data-absent-reason' &&
      typeof valueCode === 'string' &&
      unknownCodes.has(valueCode),
  )
}

/** The text where there is one, else undefined: for sorting and matching, not for the screen. */
export function textOf(concept: Concept): string | undefined {
  return concept.kind === 'recorded' ? concept.text : undefined
}

/** True when one of the codings is one of these codes of that system. */
export function isCoded(concept: Concept, from: string, ...codes: readonly string[]): boolean {
  return concept.codes.some((entry) => entry.system === from && entry.code !== undefined && codes.includes(entry.code))
}

/** The first code of a system that is one of the allowed: how FHIR writes a status as a concept. A code without a system is not one of it. */
export function statusCode<const T extends string>(value: unknown, from: string, allowed: readonly T[]): T | undefined {
  for (const entry of readConcept(value).codes) {
    const found = entry.system === from ? oneOf(entry.code, allowed) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** All concepts of an array, unreadable ones among them. */
export function readConcepts(value: unknown): readonly Concept[] {
  if (isAbsent(value)) return []
  // `false` is read as malformed: a hole in a list is not an element that was left out.
  return Array.isArray(value) ? value.map((entry: unknown) => readConcept(entry ?? false)) : [readConcept(false)]
}
