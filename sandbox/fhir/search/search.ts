import type { Resource } from '@medplum/fhirtypes'
import { isOpen, mayUse, type Sight, sightOf } from '../access/access.ts'
import { type EntryText, queryOf, searchsetText } from './bundle-text.ts'
import type { Context } from '../context.ts'
import { demographicsOf } from '../access/demographics.ts'
import { cutDown } from './elements.ts'
import { matches, pageTag } from '../read/etag.ts'
import { includedBy } from './includes.ts'
import { refuse } from '../outcomes.ts'
import { openCursor, sealCursor } from './paging.ts'
import { type Handling, type Pair, planSearch, type SearchPlan } from './search-plan.ts'
import { countSql, pageSql, type Position, positionLength, type SearchScope } from './search-sql.ts'
import type { Sql } from '../store/sql.ts'
import { numberOf, type Row } from '../store/statements.ts'
import { readRecord, recordColumns, type StoredRecord } from '../store/record-row.ts'
import { closedRefusal } from '../read/reads.ts'
import type { FhirStore } from '../store/store.ts'

/** A search as it was asked. */
export interface SearchQuestion {
  readonly type: string
  readonly pairs: readonly Pair[]
  readonly handling: Handling
  readonly ifNoneMatch: string | undefined
}

/** Its answer: `text` is undefined where the caller has the page already (304). */
export interface SearchAnswer {
  readonly tag: string
  readonly text: string | undefined
}

interface Seen {
  readonly record: StoredRecord
  readonly sight: Exclude<Sight, 'none'>
  readonly mode: 'match' | 'include'
}

const run = (store: FhirStore, { text, values }: Sql): readonly Row[] => store.statements.all(text, ...values)

/** The text of a record as far as it may be seen, cut down to elements where they are asked. */
function textFor(json: string, sight: Seen['sight'], elements: readonly string[] | undefined): string {
  if (sight === 'full' && elements === undefined) return json
  const whole: Resource = JSON.parse(json)
  if (sight === 'demographics' && whole.resourceType !== 'Patient') throw new Error('Only a Patient has demographics.')
  const seen = sight === 'demographics' && whole.resourceType === 'Patient' ? demographicsOf(whole) : whole
  return JSON.stringify(elements === undefined ? seen : cutDown(seen, elements))
}

/** The patients that a search names, as keys. @throws 403 where one of them is closed to the caller. */
function namedPatients(plan: SearchPlan, { store, circle }: Context): number[] | undefined {
  let keys: Set<number> | undefined
  for (const filter of plan.filters) {
    if (filter.kind !== 'patient') continue
    const named = filter.ids.map((id) => store.patient(id)).filter((patient) => patient !== undefined)
    if (!named.every((patient) => isOpen(circle.patientFacts(patient)))) throw closedRefusal()
    const here = new Set(named.map(({ key }) => key))
    keys = keys === undefined ? here : new Set([...keys].filter((key) => here.has(key)))
  }
  return keys === undefined ? undefined : [...keys]
}

/** The records of a page that the caller sees, each judged by itself, and what they bring with them. */
function look(plan: SearchPlan, rows: readonly Row[], context: Context): Seen[] {
  const judge = (mode: Seen['mode']) => (record: StoredRecord) => {
    const sight = sightOf(context.circle.recordFacts(record))
    return sight === 'none' ? [] : [{ record, sight, mode }]
  }
  const found = rows.map(readRecord).flatMap(judge('match'))
  const mayRead = ({ type }: StoredRecord) => mayUse(context.caller, type, 'r')
  // What is shown in part brings nothing with it: whom it points at is of the rest.
  const whole = found.filter(({ sight }) => sight === 'full').map(({ record }) => record)
  const brought = includedBy(context.store, plan.includes, whole, mayRead)
  const here = new Set(found.map(({ record }) => record.key))
  return [...found, ...brought.filter(({ key }) => !here.has(key)).flatMap(judge('include'))]
}

const positionOf = (row: Row, length: number): Position =>
  Array.from({ length }, (_, index) => {
    const value = row[`s${index}`]
    if (typeof value !== 'number' && typeof value !== 'string') throw new TypeError('A sort value is a number or text.')
    return value
  })

/** Takes a search apart where it goes on from a cursor. */
function resolve({ pairs, type }: SearchQuestion, { store, caller }: Context): { pairs: readonly Pair[]; position: Position | undefined } {
  const token = pairs.find(([name]) => name === '_cursor')?.[1]
  if (token === undefined) return { pairs, position: undefined }
  if (pairs.length > 1) throw refuse('bad-request', 'A page is asked by its cursor alone.')
  const cursor = openCursor(store.cursorKey, caller.sub, token)
  if (cursor.type !== type) throw refuse('bad-request', 'The page is not known. Search again.')
  return cursor
}

/** Whom a plan is answered for. @throws 403 where it names a closed patient, or looks into types that are closed. */
function scopeOf(plan: SearchPlan, context: Context): SearchScope {
  const { store, caller, circle } = context
  if (!plan.touches.every((type) => mayUse(caller, type, 's'))) throw refuse('forbidden', 'This search looks into records that are not open to you.')
  return { patients: namedPatients(plan, context), closed: circle.closed, team: circle.team, now: store.clock.now() }
}

/**
 * The first records that meet a condition, as far as the caller may know of them.
 * @throws 400 for a parameter that is not known and for a condition that filters nothing.
 */
export function findMatches(context: Context, type: string, pairs: readonly Pair[], most: number): readonly StoredRecord[] {
  const plan = planSearch(type, pairs, 'strict', context.baseUrl)
  if (plan.filteredBy.length === 0) throw refuse('bad-request', 'The condition names no record.')
  const rows = run(context.store, pageSql({ ...plan, count: most - 1 }, scopeOf(plan, context), recordColumns, undefined))
  return rows.map(readRecord)
}

/**
 * Answers a search on a served type whose use the role and scopes of the caller allow.
 * @throws an OperationOutcomeError: 400 for what is not understood, 403 for what is closed.
 */
export function answerSearch(question: SearchQuestion, context: Context): SearchAnswer {
  const { store, caller, baseUrl } = context
  const { pairs, position } = resolve(question, context)
  const plan = planSearch(question.type, pairs, question.handling, baseUrl)
  const scope = scopeOf(plan, context)
  const [counted] = plan.isCountOnly || (plan.wantsTotal && position === undefined) ? run(store, countSql(plan, scope)) : []
  const total = counted === undefined ? undefined : numberOf(counted, 'n')
  const rows = plan.isCountOnly ? [] : run(store, pageSql(plan, scope, recordColumns, position))
  const hasNext = rows.length > plan.count
  const page = rows.slice(0, plan.count)
  const seen = look(plan, page, context)
  const records = seen.map(({ record: { key, version }, sight }) => ({ key, version, sight }))
  const tag = pageTag({ asked: plan.applied, records, total, hasNext })
  if (matches(question.ifNoneMatch, tag)) return { tag, text: undefined }

  const last = hasNext ? page.at(-1) : undefined
  const here = `${baseUrl}/${plan.type}`
  const next =
    last === undefined
      ? undefined
      : `${here}?_cursor=${sealCursor(store.cursorKey, caller.sub, { type: plan.type, pairs: plan.applied, position: positionOf(last, positionLength(plan)) })}`
  const self = position === undefined ? queryOf(plan.applied) : queryOf(question.pairs)
  const texts = store.texts(seen.map(({ record }) => record.key))
  const entries = seen.map(({ record: { key, type, id }, sight, mode }): EntryText => {
    const json = texts.get(key)
    if (json === undefined) throw new Error('A record without a body.')
    return { type, id, mode, json: textFor(json, sight, mode === 'match' ? plan.elements : undefined) }
  })
  return { tag, text: searchsetText({ baseUrl, self: self === '' ? here : `${here}?${self}`, next, total, entries }) }
}
