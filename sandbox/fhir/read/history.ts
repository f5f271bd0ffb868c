import { mayUse } from '../access/access.ts'
import { bundleText, queryOf } from '../search/bundle-text.ts'
import type { Context } from '../context.ts'
import { versionTag } from './etag.ts'
import type { Answer } from '../exchange.ts'
import { refuse } from '../outcomes.ts'
import { type PageOptions, readPageOptions } from '../search/page-options.ts'
import { openCursor, sealCursor } from '../search/paging.ts'
import { closedRefusal, find, roleRefusal } from './reads.ts'
import type { Handling, Pair } from '../search/search-plan.ts'
import { visible } from '../search/search-sql.ts'
import { join, raw, type Sql, sql } from '../store/sql.ts'
import { numberOf, type Row, textOf } from '../store/statements.ts'

/** What the place of a page is told by: when, which record, which version. */
const place = ['updated', 'key', 'version'] as const

/** Rows after a place, newest first. The columns are those of the table with this alias. */
function before(alias: 'r' | 'p', position: readonly (number | string)[] | undefined): Sql {
  if (position === undefined) return raw('1')
  const [updated = 0, key = 0, version = 0] = position
  const a = raw(alias)
  // The first condition repeats what the second implies: by it the index begins at the place.
  return sql`${a}.updated <= ${updated} AND (${a}.updated < ${updated} OR (${a}.updated = ${updated} AND (${a}.key < ${key} OR (${a}.key = ${key} AND ${a}.version < ${version}))))`
}

/** Present and past versions of the records that a condition names, newest first. */
function versionsSql(which: Which, { since, count }: PageOptions, position: readonly (number | string)[] | undefined): Sql {
  const conditions = (alias: 'r' | 'p') =>
    join([which(alias), before(alias, position), since === undefined ? raw('1') : sql`${raw(alias)}.updated >= ${since}`], ' AND ')
  // A record has one present version: without naming it the order is that of the index, and nothing is sorted.
  const order = (alias: 'r' | 'p') =>
    sql`ORDER BY ${raw(alias)}.updated DESC, ${raw(alias)}.key DESC${raw(alias === 'p' ? ', p.version DESC' : '')} LIMIT ${count + 1}`
  return sql`SELECT * FROM (
    SELECT * FROM (SELECT r.key, r.id, r.version, r.updated, b.json FROM record r LEFT JOIN body b ON b.key = r.key WHERE ${conditions('r')} ${order('r')})
    UNION ALL
    SELECT * FROM (SELECT p.key, r.id, p.version, p.updated, p.json FROM past p JOIN record r ON r.key = p.key WHERE ${conditions('p')} ${order('p')})
  ) ORDER BY updated DESC, key DESC, version DESC LIMIT ${count + 1}`
}

/** A condition on `record r` that names records: asked of those that are (`r`), and of the records of past versions (`p`). */
type Which = (of: 'r' | 'p') => Sql

function entryText(baseUrl: string, type: string, row: Row): string {
  const id = textOf(row, 'id')
  const version = numberOf(row, 'version')
  const json = row['json']
  const isDeletion = typeof json !== 'string'
  const request = isDeletion
    ? { method: 'DELETE', url: `${type}/${id}` }
    : version === 1 ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` }
  const response = {
    status: isDeletion ? '204' : version === 1 ? '201' : '200',
    etag: versionTag(version),
    lastModified: new Date(numberOf(row, 'updated')).toISOString(),
  }
  const resource = isDeletion ? '' : `"resource":${json},`
  return `{"fullUrl":${JSON.stringify(`${baseUrl}/${type}/${id}`)},${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`
}

/** Which history, and where it goes on. */
interface HistoryPage {
  readonly place: string
  readonly type: string
  readonly which: Which
  readonly pairs: readonly Pair[]
  readonly handling: Handling
}

function answerPage(context: Context, { place: at, type, which, pairs, handling }: HistoryPage): Answer {
  const { store, caller, baseUrl } = context
  const token = pairs.find(([name]) => name === '_cursor')?.[1]
  if (token !== undefined && pairs.length > 1) throw refuse('bad-request', 'A page is asked by its cursor alone.')
  const cursor = token === undefined ? undefined : openCursor(store.cursorKey, caller.sub, token)
  if (cursor !== undefined && cursor.type !== at) throw refuse('bad-request', 'The page is not known. Ask again.')
  const options = readPageOptions(cursor?.pairs ?? pairs, ['_count', '_since', '_format'], handling)
  const { text, values } = versionsSql(which, options, cursor?.position)
  const rows = store.statements.all(text, ...values)
  const page = rows.slice(0, options.count)
  const last = rows.length > options.count ? page.at(-1) : undefined
  const here = `${baseUrl}/${at}`
  const next =
    last === undefined
      ? undefined
      : `${here}?_cursor=${sealCursor(store.cursorKey, caller.sub, { type: at, pairs: options.applied, position: place.map((column) => numberOf(last, column)) })}`
  const query = queryOf(token === undefined ? options.applied : pairs)
  const self = query === '' ? here : `${here}?${query}`
  return { status: 200, text: bundleText({ type: 'history', self, next }, page.map((row) => entryText(baseUrl, type, row))) }
}

/**
 * The versions of one record. Who may not see it whole as it is now sees none of its past: what was open once is not, since it was
 * restricted.
 * @throws 403, 404
 */
export function answerInstanceHistory(context: Context, type: string, id: string, pairs: readonly Pair[], handling: Handling): Answer {
  const { record, sight } = find(context, type, id)
  if (sight !== 'full') throw closedRefusal()
  return answerPage(context, { place: `${type}/${id}/_history`, type, which: () => sql`r.key = ${record.key}`, pairs, handling })
}

/** The versions of all records of a type that the caller may see whole. @throws 403 */
export function answerTypeHistory(context: Context, type: string, pairs: readonly Pair[], handling: Handling): Answer {
  if (!mayUse(context.caller, type, 's')) throw roleRefusal()
  // Few records have a past: it is read by its time. The plus keeps SQLite from asking every record of the type for one.
  const which: Which = (of) => sql`${raw(of === 'p' ? '+' : '')}r.type = ${type} AND ${visible('r', type, context.circle, false)}`
  return answerPage(context, { place: `${type}/_history`, type, which, pairs, handling })
}
