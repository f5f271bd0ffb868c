import { assertNever } from '../../../shared/assert-never.ts'
import { demographicParameters } from '../access/access.ts'
import { canLead, filterSql } from './filter-sql.ts'
import { noDate } from '../store/schema.ts'
import type { SearchPlan, Sort } from './search-plan.ts'
import { servedType } from '../access/served-types.ts'
import { join, list, raw, type Sql, sql } from '../store/sql.ts'

/** Who asks, and about whom. */
export interface SearchScope {
  /** Keys of the patients that the search names; all of them are open to the caller. Undefined where it names none. */
  readonly patients: readonly number[] | undefined
  /** Keys of restricted patients that are closed to the caller. */
  readonly closed: readonly number[]
  /** Keys of the caller's patients. */
  readonly team: ReadonlySet<number>
  readonly now: number
}

/** The place after which a page begins: the sort values of the record before it, and its key. */
export type Position = readonly (number | string)[]

const isDescending = (sort: readonly Sort[]) => sort.at(-1)?.isDescending ?? false

/** What a type is sorted by when nothing is asked: the latest first, where there is a clinical date. */
function sortOf(plan: SearchPlan): readonly Sort[] {
  if (plan.sort.length > 0) return plan.sort
  const row = servedType(plan.type)
  return (row?.about === 'patient' || row?.about === 'audit') && row.date !== undefined ? [{ by: 'principal', isDescending: true }] : []
}

function sortExpression({ by, isDescending: down }: Sort): Sql {
  if (by === 'principal') return raw('r.date_low')
  if (by === 'updated') return raw('r.updated')
  if (by === 'id') return raw('r.id')
  switch (by.kind) {
    case 'date':
      return sql`coalesce((SELECT ${raw(down ? 'max' : 'min')}(x.low) FROM date x WHERE x.record = r.key AND x.parameter = ${by.number}), ${noDate})`
    case 'string':
      return sql`coalesce((SELECT min(x.folded) FROM string x WHERE x.record = r.key AND x.parameter = ${by.number}), '')`
    case 'token':
    case 'reference':
    case 'quantity':
      throw new Error('Not an order.')
    default:
      return assertNever(by.kind)
  }
}

/** `(a, b, key)` after the position, each in its own direction: a > x OR (a = x AND b > y) OR … */
function after(columns: readonly { expression: Sql; down: boolean }[], position: Position): Sql {
  const steps = columns.map(({ expression, down }, index) => {
    const equal = columns.slice(0, index).map((column, at) => sql`${column.expression} = ${position[at] ?? null}`)
    return sql`(${join([...equal, sql`${expression} ${raw(down ? '<' : '>')} ${position[index] ?? null}`], ' AND ')})`
  })
  return sql`(${join(steps, ' OR ')})`
}

/**
 * What the caller may know to exist. Said here so that counts and pages are right; each record is judged again before it leaves.
 * Restricted patients outside the care team are found by what `access.ts` lists, and by nothing else.
 */
export function visible(alias: 'r' | 'c', type: string, scope: Pick<SearchScope, 'closed' | 'team'>, mayFindClosed: boolean): Sql {
  const about = servedType(type)?.about
  if (about === undefined || about === 'hospital' || about === 'audit' || (about === 'self' && mayFindClosed)) return raw('1')
  const r = raw(alias)
  return sql`${r}.patient NOT IN ${list(scope.closed)} AND (${r}.restricted = 0 OR ${r}.patient IN ${list(scope.team)})`
}

function conditions(plan: SearchPlan, scope: SearchScope): Sql[] {
  const only = scope.patients?.length === 1 ? scope.patients[0] : undefined
  const named = new Set([...plan.filteredBy, ...plan.sort.map(({ by }) => (typeof by === 'object' ? by.code : '_id'))])
  const mayFindClosed = [...named].every((name) => demographicParameters.has(name))
  const leader = scope.patients === undefined ? plan.filters.find(canLead) : undefined
  const filters = plan.filters
    .filter(({ kind }) => kind !== 'patient' || scope.patients === undefined)
    .map((filter) =>
      filterSql(filter, {
        alias: 'r',
        patient: only,
        leads: filter === leader,
        now: scope.now,
        visible: (alias, type) => visible(alias, type, scope, false),
      }),
    )
  // The plus keeps SQLite from walking all records of the type where a condition finds the few.
  const type = leader === undefined ? sql`r.type = ${plan.type}` : sql`+r.type = ${plan.type}`
  const patients =
    only === undefined ? (scope.patients === undefined ? [] : [sql`r.patient IN ${list(scope.patients)}`]) : [sql`r.patient = ${only}`]
  return [type, sql`r.deleted = 0`, ...patients, ...filters, visible('r', plan.type, scope, mayFindClosed)]
}

/** The query for one page and one record more, which tells whether another page follows. Columns `s0`… are the sort values. */
export function pageSql(plan: SearchPlan, scope: SearchScope, columns: string, position: Position | undefined): Sql {
  const sort = sortOf(plan)
  const ordered = [
    ...sort.map((one) => ({ expression: sortExpression(one), down: one.isDescending })),
    { expression: raw('r.key'), down: isDescending(sort) },
  ]
  const where = conditions(plan, scope)
  if (position !== undefined) where.push(after(ordered, position))
  const selected = ordered.map(({ expression }, index) => sql`${expression} AS ${raw(`s${index}`)}`)
  const order = ordered.map(({ expression, down }) => sql`${expression} ${raw(down ? 'DESC' : 'ASC')}`)
  return sql`SELECT ${raw(columns)}, ${join(selected, ', ')} FROM record r WHERE ${join(where, ' AND ')} ORDER BY ${join(order, ', ')} LIMIT ${plan.count + 1}`
}

/** How many sort values a row of `pageSql` has, the key among them. */
export const positionLength = (plan: SearchPlan): number => sortOf(plan).length + 1

/** The query for the number of matches, in column `n`. */
export function countSql(plan: SearchPlan, scope: SearchScope): Sql {
  return sql`SELECT count(*) AS n FROM record r WHERE ${join(conditions(plan, scope), ' AND ')}`
}

