import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as words from '../../renderer/features/chart/words/words.ts'
import { directionWords } from '../../renderer/features/chart/words/direction-words.ts'
import { bornWords, deceasedWords, headName, headNumber, markWords, sexWords } from '../../renderer/features/chart/words/head-words.ts'
import { gravestFirst } from '../../renderer/features/chart/results/lab-order.ts'
import { bodyWords, noteStatus, noteTitle } from '../../renderer/features/chart/words/note-words.ts'
import { reactionWords } from '../../renderer/features/chart/words/reaction-words.ts'
import { rangeWords, resultWords, spoken, statusWords, whyNotAssessed } from '../../renderer/features/chart/words/result-words.ts'
import { trendWords } from '../../renderer/features/chart/results/trend.ts'
import { caseNames } from '../../sandbox/people/index.ts'
import { recordOf } from '../../sandbox/people/population.testing.ts'
import { type Concept, type Finding, ownership, personOf, readAllergies, readCareTeams, readEncounters, readFlags, readImmunizations, readLaboratory, readMedications, readNotes, readPatient, readProblems, readProcedures, readVitals } from '../../shared/clinical/index.ts'
import { parseFhirJson } from '../../shared/clinical/decimal.ts'

const isCampaign = process.env['CHARTKEEP_CAMPAIGN'] !== undefined
const zone = 'America/New_York'
const now = Date.UTC(2026, 10, 23, 14)
const at = { now, zone }
const nobody = personOf(undefined)

/** Honest records of people with much to tell, one of each kind and more: what is spoilt below. */
const honest = [1, 5, ...caseNames].flatMap((place) => {
  const seen = new Map<string, number>()
  return recordOf(place).filter(({ resourceType }) => {
    const count = (seen.get(resourceType) ?? 0) + 1
    seen.set(resourceType, count)
    return count <= 6
  })
})
const ofType = (...types: string[]) => honest.filter(({ resourceType }) => types.includes(resourceType))

const script = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
/** What a broken or hostile server puts in the place of anything. */
const nasty: readonly unknown[] = [
  null, undefined, true, 0, -0, -1, 1e308, Infinity, -Infinity, Number.NaN, 0.1 + 0.2, 5e-324, '', ' ', '\u0000', script, '\u202Egnorw\u202C', '\u2066x', 'undefined', 'NaN', '[object Object]',
  'x'.repeat(200_000), '\uD800', '9'.repeat(400), '2026-02-30', '0000-00-00', '0000-01-01', '0001-01-01T00:00:00Z', '9999-12-31', '9999-12-31T23:59:60+14:00', '-000001-01-01', '2026', '2026-13', '99999-01-01', '2026-01-01T25:61:61Z', '-1e400', 'http://[', 'Patient/', '../../x', 'toString', '__proto__',
  [], {}, [[]], [null], [{}], { value: null }, { coding: 'x' }, { coding: [null, {}, { code: 7 }] }, { text: {} }, { reference: {} }, { start: 7, end: {} }, { length: 5 }, { value: Infinity, unit: script },
  { toString: null, valueOf: null }, { kind: 'recorded', text: 'forged' }, JSON.parse('{"__proto__":{"status":"active"},"constructor":null}'),
] // prettier-ignore

type Json = Record<string, unknown>

/** Every place in a value, as the way to it. */
function places(value: unknown, way: readonly (string | number)[] = [], found: (readonly (string | number)[])[] = []): (readonly (string | number)[])[] {
  if (way.length > 0) found.push(way)
  if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) places(each, [...way, Array.isArray(value) ? Number(key) : key], found)
  return found
}

type Change = 'replace' | 'remove' | 'wrap' | 'unwrap' | 'double' | 'add'

/** The record with one thing wrong. A copy: the honest one stays. */
function spoilt(record: unknown, way: readonly (string | number)[], change: Change, by: unknown): unknown {
  const copy: unknown = structuredClone(record)
  let holder: unknown = copy
  for (const step of way.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return copy
    // An object or array of our own copy, walked by its own keys.
    holder = (holder as Json)[step]
  }
  const last = way.at(-1)
  if (typeof holder !== 'object' || holder === null || last === undefined) return copy
  const target = holder as Json // as above
  const before = target[last]
  // An array with a hole is nothing that JSON could say.
  if (change === 'remove' && Array.isArray(holder)) holder.splice(Number(last), 1)
  else if (change === 'remove') delete target[last]
  else if (change === 'wrap') target[last] = [before]
  else if (change === 'unwrap') target[last] = Array.isArray(before) ? before[0] : { value: before }
  else if (change === 'double') target[last] = Array.isArray(before) ? [...before, ...before] : [before, before]
  else if (change === 'add' && typeof before === 'object' && before !== null) (before as Json)[String(Object.keys(before).length)] = by // our own copy
  else target[last] = by
  return copy
}

/** A list of records of these types, each with none to four things wrong, and now and then what is no record at all. */
function hostile(...types: string[]): fc.Arbitrary<unknown[]> {
  const templates = ofType(...types)
  if (templates.length === 0) throw new Error(`nobody has a ${types.join(' or ')}`)
  const wrong = fc.record({
    where: fc.nat(),
    change: fc.constantFrom<Change>('replace', 'replace', 'replace', 'remove', 'wrap', 'unwrap', 'double', 'add'),
    by: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...nasty) }, { weight: 1, arbitrary: fc.jsonValue() }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
  })
  const record = fc.record({ template: fc.constantFrom(...templates), wrongs: fc.array(wrong, { maxLength: 4 }) }).map(({ template, wrongs }) =>
    wrongs.reduce<unknown>((found, { where, change, by }) => {
      const all = places(found)
      const way = all[where % Math.max(1, all.length)]
      return way === undefined ? found : spoilt(found, way, change, by)
    }, template),
  )
  return fc.array(fc.oneof({ weight: 12, arbitrary: record }, { weight: 1, arbitrary: fc.constantFrom(...nasty) }), { maxLength: 6 })
}

/** Longer than any honest line; a note's text has a bound of its own. */
const longestLine = 5_000

/** What no screen may hold, wherever in a view model it stands; a value that came from outside under that very name is its own affair. */
function checkView(view: unknown, way = 'view', isBody = false): void {
  if (typeof view === 'number') expect(Number.isFinite(view), `${way} is ${view}`).toBe(true)
  if (typeof view === 'string' && !isBody) expect(view.length, way).toBeLessThanOrEqual(longestLine)
  if (typeof view === 'object' && view !== null) for (const [key, each] of Object.entries(view)) checkView(each, `${way}.${key}`, isBody || key === 'body')
}

/** Words for a screen: never blank, never JavaScript's own words unless the record held them, bounded. */
function checkWords(said: string, what: string, given: unknown): void {
  expect(typeof said, what).toBe('string')
  expect(said.trim(), `${what} is blank`).not.toBe('')
  expect(said.length, what).toBeLessThanOrEqual(20 * longestLine)
  for (const slip of ['undefined', 'NaN', '[object Object]', 'Infinity', 'null']) {
    if (said.includes(slip) && !holds(given, slip)) expect.fail(`${what} says ${slip}: ${said.slice(0, 200)}`)
  }
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, each]) => key.includes(text) || holds(each, text))
}

const about = (concept: Concept, what: string, given: unknown) => checkWords(words.conceptWords(concept), what, given)

function checkFinding(finding: Finding, given: unknown): void {
  about(finding.name, 'a result’s name', given)
  const { value, isNumber } = resultWords(finding.value, zone)
  checkWords(value, 'a result', given)
  checkWords(spoken(finding.value, zone), 'a result', given)
  checkWords(rangeWords(finding), 'a range', given)
  // Nothing to compare, or nothing to compare with: not assessed, and why. Only the laboratory's own word may say otherwise.
  const { flag, why } = finding.assessment
  if (why !== undefined) checkWords(whyNotAssessed(why), 'why not assessed', given)
  const isComparable = finding.value.kind === 'quantity' && finding.range.kind === 'range'
  if (!isComparable && finding.interpretation.kind !== 'flag') expect(flag, 'an assessment without a ground').toBe('not-assessed')
  expect(why !== undefined, 'a reason where there is no assessment').toBe(flag === 'not-assessed')
  if (isNumber) expect(value, 'a number').toMatch(/\d/)
}

const views: readonly (readonly [string, fc.Arbitrary<unknown[]>, (given: readonly unknown[]) => unknown])[] = [
  ['problems', hostile('Condition'), (given) => {
    const view = readProblems(given, zone)
    for (const row of [...view.active, ...view.past, ...view.refuted]) {
      if (row.kind === 'malformed') continue
      about(row.name, 'a problem', given)
      about(row.severity, 'a severity', given)
      checkWords(words.whenWords(row.onset, zone), 'an onset', given)
      checkWords(words.whenWords(row.abatement, zone), 'an end', given)
      checkWords(words.dateWords(row.recordedDate, zone), 'a date', given)
      checkWords(words.recordedWords(row.recorder, String), 'a recorder', given)
      words.agoWords(row.recordedDate, at)
    }
    return view
  }],
  ['allergies', hostile('AllergyIntolerance'), (given) => {
    const view = readAllergies(given)
    for (const row of [...view.active, ...view.history]) {
      if (row.kind === 'malformed') continue
      about(row.agent, 'an agent', given)
      checkWords(reactionWords(row), 'a reaction', given)
    }
    // "No known allergies" is what somebody said, never what is left when nothing could be read.
    if (view.assertions.length === 0) expect(JSON.stringify(view.state)).not.toContain('no-known')
    return view
  }],
  ['medications', hostile('MedicationRequest', 'Medication'), (given) => {
    const view = readMedications(given, at)
    for (const row of [...view.current, ...view.past, ...view.planned, ...view.prohibited]) {
      if (row.kind === 'malformed') continue
      checkWords(directionWords(row.directions), 'directions', given)
      checkWords(words.recordedWords(row.prescriber, String), 'a prescriber', given)
      for (const reason of row.reasons) about(reason, 'a reason', given)
    }
    return view
  }],
  ['laboratory', hostile('Observation', 'DiagnosticReport'), (given) => {
    const view = readLaboratory(given, nobody, zone)
    for (const test of gravestFirst(view.tests, now, zone)) {
      about(test.name, 'a test', given)
      for (const row of test.rows) {
        checkFinding(row, given)
        statusWords(row.status)
        for (const component of row.components) checkFinding(component, given)
      }
      for (const series of test.trend.series) checkWords(trendWords(series, zone), 'a trend', given)
    }
    for (const panel of view.panels) about(panel.name, 'a panel', given)
    return view
  }],
  ['vital signs', hostile('Observation'), (given) => readVitals(given, nobody, zone)],
  ['encounters', hostile('Encounter'), (given) => readEncounters(given, zone)],
  ['care team', hostile('CareTeam'), (given) => readCareTeams(given, at)],
  ['flags', hostile('Flag'), (given) => readFlags(given, at)],
  ['immunizations', hostile('Immunization'), (given) => readImmunizations(given, zone)],
  ['procedures', hostile('Procedure'), (given) => readProcedures(given, zone)],
  ['notes', hostile('DocumentReference'), (given) => {
    const view = readNotes(given, zone)
    for (const row of view) {
      if (row.kind === 'malformed') continue
      checkWords(noteTitle(row), 'a title', given)
      noteStatus(row)
      if (row.kind === 'note') bodyWords(row.body)
    }
    return view
  }],
  ['patient', hostile('Patient'), (given) => given.map((record) => {
    const view = readPatient(record, at)
    personOf(record)
    if ('kind' in view && view.kind === 'malformed') return view
    checkWords(headName(view), 'a name', given)
    checkWords(headNumber(view), 'a number', given)
    checkWords(bornWords(view, zone), 'a birth date', given)
    checkWords(sexWords(view.sex), 'a sex', given)
    deceasedWords(view, zone)
    for (const mark of markWords(view, zone)) checkWords(mark, 'a mark', given)
    return view
  })],
] // prettier-ignore

describe('whatever is in the records', () => {
  it.each(views)('%s: nothing throws, nothing is blank, no number is none, no line is endless', (_name, records, read) => {
    fc.assert(
      fc.property(records, (given) => checkView(read(given))),
      isCampaign ? { numRuns: 4_000 } : { seed: 20261125, numRuns: 150 },
    )
  })

  it.each(views)('%s: as it comes over the wire, numbers without end included', (_name, records, read) => {
    fc.assert(
      fc.property(records, (given) => {
        const text = JSON.stringify(given).replace(/(":)-?\d+(?:\.\d+)?(?=[,}\]])/, '$11e400')
        // What the records process parses is what it writes to the page.
        const arrived: unknown = JSON.parse(JSON.stringify(parseFhirJson(text)))
        checkView(read(Array.isArray(arrived) ? arrived : []))
      }),
      isCampaign ? { numRuns: 1_000 } : { seed: 20261126, numRuns: 50 },
    )
  })

  it('whose it is is decided without a word of it being trusted', () => {
    fc.assert(
      fc.property(hostile('Condition', 'Observation', 'Patient'), (given) => {
        for (const record of given) {
          const owner = ownership(record, 'nobody-of-that-id', 'https://ehr.example/fhir')
          if (owner === 'this-patient') expect(holds(record, 'nobody-of-that-id')).toBe(true)
        }
      }),
      isCampaign ? { numRuns: 4_000 } : { seed: 20261127, numRuns: 200 },
    )
  })
})
