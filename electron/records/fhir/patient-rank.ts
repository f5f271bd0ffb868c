import type { Patient, Resource } from '@medplum/fhirtypes'
import type { SearchReading } from './patient-search.ts'

/** Lower case without diacritics, as a name is compared. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase().trim()
}

/**
 * The answers to one reading, best first, each once. For a record number only who has exactly that one is kept: a server that matches
 * by prefix must not offer somebody else in their place.
 */
export function rankPatients(reading: SearchReading, found: readonly Resource[]): Patient[] {
  const patients = [...new Map(found.filter((resource): resource is Patient => resource.resourceType === 'Patient').map((patient) => [patient.id, patient])).values()]
  if (reading.kind === 'identifier') return patients.filter((patient) => hasIdentifier(patient, reading.value))
  return patients
    .map((patient) => ({ patient, score: reading.kind === 'name' ? nameScore(patient, reading) : 0, key: sortKey(patient) }))
    .sort((a, b) => b.score - a.score || a.key.localeCompare(b.key))
    .map(({ patient }) => patient)
}

function hasIdentifier(patient: Patient, value: string): boolean {
  return list(patient.identifier).some((identifier) => typeof identifier.value === 'string' && folded(identifier.value) === folded(value))
}

/** The family name counts more than a given one, and a whole one more than a beginning. */
function nameScore(patient: Patient, reading: SearchReading & { kind: 'name' }): number {
  const names = list(patient.name)
  const families = names.flatMap((name) => text(name.family)).map(folded)
  const givens = names.flatMap((name) => list(name.given).flatMap(text)).map(folded)
  const words = [...reading.words, ...(reading.family === undefined ? [] : [reading.family]), ...(reading.given === undefined ? [] : [reading.given])].map(folded)
  return words.reduce((score, word) => score + Math.max(match(families, word) * 2, match(givens, word)), 0)
}

function match(names: readonly string[], word: string): number {
  if (names.includes(word)) return 3
  return names.some((name) => name.startsWith(word)) ? 1 : 0
}

function sortKey(patient: Patient): string {
  const name = list(patient.name)[0]
  return folded([text(name?.family)[0] ?? '', ...list(name?.given).flatMap(text), text(patient.birthDate)[0] ?? ''].join('\u0000'))
}

/** What came from outside is a list only if it is one. */
function list<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : []
}

function text(value: unknown): string[] {
  return typeof value === 'string' ? [value] : []
}
