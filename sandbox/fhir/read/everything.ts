import { mayUse, sightOf } from '../access/access.ts'
import { type EntryText, queryOf, searchsetText } from '../search/bundle-text.ts'
import type { Context } from '../context.ts'
import type { Answer } from '../exchange.ts'
import { refuse } from '../outcomes.ts'
import { readPageOptions } from '../search/page-options.ts'
import { openCursor, sealCursor } from '../search/paging.ts'
import { closedRefusal, find } from './reads.ts'
import { readRecord, recordColumns, type StoredRecord } from '../store/record-row.ts'
import type { Handling, Pair } from '../search/search-plan.ts'
import { visible } from '../search/search-sql.ts'
import { servedType, servedTypes } from '../access/served-types.ts'
import { list, raw, sql } from '../store/sql.ts'
import { numberOf, textOf } from '../store/statements.ts'

/** The types of a chart, the Patient first. Which of them are shown, the role decides. */
const chart = servedTypes.filter(({ about }) => about === 'self' || about === 'patient').map(({ type }) => type)

/** The place of a page: the type in the order of `chart`, and the date and key after which it goes on, in the order of the index. */
type Place = readonly [type: number, date: number, key: number]

interface Found {
  readonly record: StoredRecord
  readonly place: Place
}

/** What is asked of a chart. */
interface Slice {
  readonly patient: number
  readonly types: ReadonlySet<string>
  readonly since: number | undefined
  readonly most: number
}

function* recordsFrom({ store, circle }: Context, { patient, types, since, most }: Slice, from: Place): Generator<Found> {
  let left = most
  for (const [index, type] of chart.entries()) {
    if (index < from[0] || !types.has(type) || left === 0) continue
    const after = index === from[0] ? sql`(r.date_low, r.key) > (${from[1]}, ${from[2]})` : raw('1')
    const { text, values } = sql`SELECT ${raw(recordColumns)}, r.date_low AS low FROM record r
      WHERE r.type = ${type} AND r.patient = ${patient} AND r.deleted = 0 AND ${visible('r', type, circle, false)}
      AND ${after} AND ${since === undefined ? raw('1') : sql`r.updated >= ${since}`} ORDER BY r.date_low, r.key LIMIT ${left}`
    for (const row of store.statements.all(text, ...values)) {
      left -= 1
      const record = readRecord(row)
      yield { record, place: [index, numberOf(row, 'low'), record.key] }
    }
  }
}

/** Those who wrote, where, and of what: the records of the hospital that these point at. They may come again on another page. */
function surroundings({ store, caller }: Context, keys: readonly number[]): StoredRecord[] {
  const { text, values } = sql`SELECT DISTINCT f.target FROM reference f WHERE f.record IN ${list(keys)}`
  return store.statements
    .all(text, ...values)
    .map((row) => textOf(row, 'target').split('/'))
    .filter(([type = '', , ...rest]) => rest.length === 0 && servedType(type)?.about === 'hospital' && mayUse(caller, type, 'r'))
    .flatMap(([type = '', id = '']) => store.find(type, id) ?? [])
    .filter(({ deleted }) => !deleted)
}

/**
 * `Patient/{id}/$everything` (FHIR R4 §8.1.9): the chart, page by page, of each type that the role reads, each record judged by
 * itself, with the people, places and medications that it names. `start` and `end` are not served: a chart cut by clinical dates
 * leaves out allergies and problems, which have none.
 * @throws 400, 403 for a closed patient, 404, 410
 */
export function answerEverything(context: Context, id: string, pairs: readonly Pair[], handling: Handling): Answer {
  const { store, caller, circle, baseUrl } = context
  const { record: patient, sight } = find(context, 'Patient', id)
  if (sight !== 'full') throw closedRefusal()
  if (patient.deleted) throw refuse('gone', 'The record was deleted.')
  const at = `Patient/${id}/$everything`
  const token = pairs.find(([name]) => name === '_cursor')?.[1]
  if (token !== undefined && pairs.length > 1) throw refuse('bad-request', 'A page is asked by its cursor alone.')
  const cursor = token === undefined ? undefined : openCursor(store.cursorKey, caller.sub, token)
  if (cursor !== undefined && cursor.type !== at) throw refuse('bad-request', 'The page is not known. Ask again.')
  const { count, since, types: asked, applied } = readPageOptions(cursor?.pairs ?? pairs, ['_count', '_since', '_type', '_format'], handling)
  if (asked?.some((type) => !chart.some((one) => one === type)) === true) throw refuse('bad-request', '_type names a type that is not of a chart.')

  const open = new Set(chart.filter((type) => (asked?.includes(type) ?? true) && mayUse(caller, type, 'r')))
  const [type = 0, date = Number.MIN_SAFE_INTEGER, key = 0] = (cursor?.position ?? []).map(Number)
  const found = [...recordsFrom(context, { patient: patient.patient, types: open, since, most: count + 1 }, [type, date, key])]
  const page = found.slice(0, count)
  const last = found.length > count ? page.at(-1) : undefined
  const around = surroundings(context, page.map(({ record }) => record.key))
  const shown = [...page.map(({ record }) => record), ...around].filter((record) => sightOf(circle.recordFacts(record)) === 'full')
  const texts = store.texts(shown.map((record) => record.key))
  const entries = shown.map(({ key: one, type: ofType, id: itsId }): EntryText => {
    const json = texts.get(one)
    if (json === undefined) throw new Error('A record without a body.')
    return { type: ofType, id: itsId, json, mode: servedType(ofType)?.about === 'hospital' ? 'include' : 'match' }
  })
  const here = `${baseUrl}/${at}`
  const next =
    last === undefined
      ? undefined
      : `${here}?_cursor=${sealCursor(store.cursorKey, caller.sub, { type: at, pairs: applied, position: last.place })}`
  const query = queryOf(token === undefined ? applied : pairs)
  return { status: 200, text: searchsetText({ baseUrl, self: query === '' ? here : `${here}?${query}`, next, total: undefined, entries }) }
}
