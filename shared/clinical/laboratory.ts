import type { DiagnosticReport } from '@medplum/fhirtypes'
import { system } from './code-systems.ts'
import type { Concept } from './coding.ts'
import { readConcept, textOf } from './coding.ts'
import { newestFirst } from './date-order.ts'
import type { ObservationRow, Person, Withdrawn } from './observation.ts'
import { readObservation } from './observation.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import { quantityIn } from './result-value.ts'
import type { Trends } from './series.ts'
import { trendsOf } from './series.ts'
import type { Malformed } from './untrusted.ts'
import { fields, items, line, malformed, oneOf, resource } from './untrusted.ts'
import { readWhen, sortDate } from './when.ts'
import type { Zone } from './zone.ts'

/** Results that were reported together. `single`: those that came in no report. */
export type Panel = {
  readonly kind: 'report' | 'single'
  readonly id: string | undefined
  readonly name: Concept
  readonly status: 'registered' | 'partial' | 'preliminary' | 'final' | 'amended' | 'corrected' | 'appended' | 'cancelled' | 'unknown'
  readonly date: PartialDate | undefined
  readonly conclusion: string | undefined
  readonly rows: readonly ObservationRow[]
  /** Named by the report and not here: cut from the list, or not ours to see. To be said. */
  readonly missing: number
}

/** One test over time. */
export type TestHistory = {
  readonly key: string
  readonly name: Concept
  /** Newest first. */
  readonly rows: readonly ObservationRow[]
  readonly trend: Trends
}

export type Laboratory = {
  /** Newest first. */
  readonly panels: readonly Panel[]
  /** By test, the one with the newest result first: for the summary and the trend. */
  readonly tests: readonly TestHistory[]
  readonly withdrawn: readonly Withdrawn[]
  readonly malformed: readonly Malformed[]
}

/** Reads laboratory Observations, and the DiagnosticReports or panel Observations (`hasMember`) that group them, of one patient. */
export function readLaboratory(resources: readonly unknown[], person: Person, zone: Zone): Laboratory {
  const rows: ObservationRow[] = []
  const withdrawn: Withdrawn[] = []
  const broken: Malformed[] = []
  const reports: Grouping[] = []
  for (const entry of resources) {
    if (fields<DiagnosticReport>(entry)?.resourceType === 'DiagnosticReport') {
      const report = readReport(entry)
      if (report === 'malformed') broken.push(malformed(entry))
      else if (report !== undefined) reports.push(report)
      continue
    }
    const read = readObservation(entry, person, zone)
    if (read.kind === 'malformed') broken.push(read)
    else if (read.kind === 'withdrawn') withdrawn.push(read)
    else if (read.members.length > 0 && read.value.kind === 'not-recorded') reports.push(groupOf(read))
    else rows.push(read)
  }
  rows.sort((a, b) => newestFirst(a.date, b.date, zone))
  const taken = withdrawn.flatMap(({ id }) => id ?? [])
  return { panels: panelsOf(rows, reports, taken, zone), tests: testsOf(rows, zone), withdrawn, malformed: broken }
}

type Grouping = Omit<Panel, 'rows' | 'missing' | 'kind'> & { readonly members: readonly string[] }

const statuses = ['registered', 'partial', 'preliminary', 'final', 'amended', 'corrected', 'appended', 'cancelled', 'unknown'] as const

function readReport(entry: unknown): Grouping | 'malformed' | undefined {
  const read = resource<DiagnosticReport>(entry, 'DiagnosticReport')
  if (read === undefined) return 'malformed'
  if (read.status === 'entered-in-error') return undefined
  const name = readConcept(read.code)
  if (name.kind === 'malformed') return 'malformed'
  return {
    id: line(read.id),
    name,
    status: oneOf(read.status, statuses) ?? 'unknown',
    date: sortDate(readWhen({ dateTime: read.effectiveDateTime, period: read.effectivePeriod })) ?? readDateTime(read.issued),
    conclusion: line(read.conclusion),
    members: items<{ reference: string }>(read.result).flatMap(({ reference }) => line(reference) ?? []),
  }
}

function groupOf({ id, name, status, date, members }: ObservationRow): Grouping {
  return { id, name, status, date, members, conclusion: undefined }
}

function panelsOf(rows: readonly ObservationRow[], reports: readonly Grouping[], withdrawn: readonly string[], zone: Zone): readonly Panel[] {
  const byId = new Map(rows.flatMap((row) => (row.id === undefined ? [] : [[row.id, row] as const])))
  const placed = new Set<ObservationRow>()
  const panels: Panel[] = reports.map(({ members, ...report }) => {
    const ids = [...new Set(members.map(idIn))]
    const found = ids.flatMap((id) => byId.get(id) ?? [])
    for (const row of found) placed.add(row)
    return { kind: 'report', ...report, rows: found, missing: ids.filter((id) => !byId.has(id) && !withdrawn.includes(id)).length }
  })
  const singles = rows.filter((row) => !placed.has(row))
  const alone: Panel[] = singles.map((row) => ({
    kind: 'single', id: row.id, name: row.name, status: row.status, date: row.date, conclusion: undefined, rows: [row], missing: 0,
  })) // prettier-ignore
  return [...panels, ...alone].sort((a, b) => newestFirst(a.date, b.date, zone))
}

/** `Observation/o1`, `https://…/Observation/o1/_history/2` → `o1`. */
function idIn(reference: string): string {
  return /Observation\/([^/]+)/.exec(reference)?.[1] ?? reference
}

function testsOf(rows: readonly ObservationRow[], zone: Zone): readonly TestHistory[] {
  const tests = new Map<string, ObservationRow[]>()
  for (const [index, row] of rows.entries()) {
    const key = testKey(row) ?? `nameless ${index}`
    const known = tests.get(key)
    if (known === undefined) tests.set(key, [row])
    else known.push(row)
  }
  return [...tests].map(([key, history]) => ({ key, name: history[0]?.name ?? { kind: 'not-recorded', codes: [] }, rows: history, trend: trendOf(history, zone) }))
}

/** Same test: same LOINC code, else same local code, else same name. A test without any is alone: two unknowns are not one. */
function testKey(row: ObservationRow): string | undefined {
  const coded = row.name.codes.find(({ system: from, code }) => from === system.loinc && code !== undefined) ?? row.name.codes.find(({ code }) => code !== undefined)
  if (coded?.code !== undefined) return `${coded.system ?? ''}|${coded.code}`
  const text = textOf(row.name)
  return text === undefined ? undefined : `name ${text.toLowerCase()}`
}

function trendOf(rows: readonly ObservationRow[], zone: Zone): Trends {
  const drawn = rows.filter((row) => !row.hasOtherFocus && !row.hasUnknownModifier && row.status !== 'cancelled')
  return trendsOf(
    drawn.map(({ id, date, value, assessment, range }) => ({
      id,
      date,
      quantity: quantityIn(value),
      convertedFrom: undefined,
      flag: assessment.flag,
      range,
    })),
    zone,
  )
}
