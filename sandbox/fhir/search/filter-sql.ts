import { assertNever } from '../../../shared/assert-never.ts'
import type { DateRange } from './date-range.ts'
import { foldText } from './folded-text.ts'
import { noDate, noPatient } from '../store/schema.ts'
import type { Compared, Filter, Measure, Token } from './search-filter.ts'
import { patientParameters, servedType } from '../access/served-types.ts'
import { anyOf, list, raw, type Sql, sql } from '../store/sql.ts'

/** What a condition is made for. */
export interface FilterContext {
  /** The record that is asked about: its alias in the query. */
  readonly alias: 'r' | 'c'
  /** The one patient that the search is about, where there is one: the token index is then read in that patient's part alone. */
  readonly patient: number | undefined
  /** This condition finds the records, by value; the others are then asked of each record found. */
  readonly leads: boolean
  readonly now: number
  /** Conditions for what the caller may know of a record of another type. */
  readonly visible: (alias: 'c', type: string) => Sql
}

const key = (context: FilterContext) => raw(`${context.alias}.key`)

/** Ranges are compared as FHIR R4 §3.1.1.4.5 says; `low` and `high` are columns of ours, the searched range is half open. */
function rangeCondition(low: Sql, high: Sql, { prefix, value }: Compared<DateRange>, now: number): Sql {
  const within = sql`(${low} >= ${value.low} AND ${high} <= ${value.high})`
  switch (prefix) {
    case 'eq':
      return within
    case 'ne':
      return sql`NOT ${within}`
    case 'gt':
      return sql`${high} > ${value.high}`
    case 'lt':
      return sql`${low} < ${value.low}`
    case 'ge':
      return sql`(${high} > ${value.high} OR ${within})`
    case 'le':
      return sql`(${low} < ${value.low} OR ${within})`
    case 'sa':
      return sql`${low} >= ${value.high}`
    case 'eb':
      return sql`${high} <= ${value.low}`
    case 'ap': {
      // "10% of the gap between now and the date" is the specification's own recommendation.
      const slack = Math.abs(now - value.low) / 10
      return sql`(${high} > ${value.low - slack} AND ${low} < ${value.high + slack})`
    }
    default:
      return assertNever(prefix)
  }
}

function measureCondition({ prefix, value }: Compared<Measure>): Sql {
  const unit = [
    ...(value.system === undefined ? [] : [sql` AND x.system = ${value.system}`]),
    ...(value.code === undefined ? [] : [sql` AND x.code = ${value.code}`]),
  ].reduce((all, one) => sql`${all}${one}`, raw(''))
  const slack = prefix === 'ap' ? Math.abs(value.number) / 10 : 0
  const within = sql`x.value >= ${value.low - slack} AND x.value < ${value.high + slack}`
  switch (prefix) {
    case 'eq':
    case 'ap':
      return sql`(${within}${unit})`
    case 'ne':
      return sql`(NOT (${within})${unit})`
    case 'gt':
    case 'sa':
      return sql`(x.value > ${value.number}${unit})`
    case 'lt':
    case 'eb':
      return sql`(x.value < ${value.number}${unit})`
    case 'ge':
      return sql`(x.value >= ${value.number}${unit})`
    case 'le':
      return sql`(x.value <= ${value.number}${unit})`
    default:
      return assertNever(prefix)
  }
}

const tokenCondition = ({ system, code }: Token) =>
  system === undefined ? sql`t.code = ${code}` : sql`(t.code = ${code} AND t.system = ${system})`

function tokenFilter(filter: Extract<Filter, { kind: 'token' }>, context: FilterContext): Sql {
  const not = raw(filter.isNegated ? 'NOT ' : '')
  // The codes are named before the systems: the tree is ordered by them.
  const which = sql`t.parameter = ${filter.parameter} AND t.code IN ${list(filter.values.map(({ code }) => code))} AND ${anyOf(filter.values.map(tokenCondition))}`
  if (context.patient !== undefined) {
    return sql`${key(context)} ${not}IN (SELECT t.record FROM token t WHERE ${which} AND t.patient = ${context.patient})`
  }
  if (context.leads) return sql`${key(context)} IN (SELECT t.record FROM token t WHERE ${which})`
  return sql`${not}EXISTS (SELECT 1 FROM token t WHERE ${which} AND t.patient = ${raw(context.alias)}.patient AND t.record = ${key(context)})`
}

/** A condition on a table that is kept by record: asked of each record, or, where it leads, by value. */
function indexed(table: 'string' | 'date' | 'reference' | 'quantity', parameter: number, condition: Sql, context: FilterContext): Sql {
  if (context.leads) return sql`${key(context)} IN (SELECT x.record FROM ${raw(table)} x WHERE x.parameter = ${parameter} AND ${condition})`
  return sql`EXISTS (SELECT 1 FROM ${raw(table)} x WHERE x.record = ${key(context)} AND x.parameter = ${parameter} AND ${condition})`
}

function stringCondition(match: 'start' | 'exact' | 'contains', value: string): Sql {
  switch (match) {
    case 'start':
      // The highest code point: what starts with the value sorts before it.
      return sql`(x.folded >= ${value} AND x.folded < ${`${value}\u{10FFFF}`})`
    case 'exact':
      return sql`(x.folded = ${foldText(value)} AND x.exact = ${value})`
    case 'contains':
      return sql`instr(x.folded, ${value}) > 0`
    default:
      return assertNever(match)
  }
}

function missingFilter({ of, isMissing }: Extract<Filter, { kind: 'missing' }>, context: FilterContext): Sql {
  const row = servedType(of.type)
  const r = raw(context.alias)
  if (row?.about === 'patient' && patientParameters.has(of.code)) {
    return isMissing ? sql`${r}.patient = ${noPatient}` : sql`${r}.patient <> ${noPatient}`
  }
  if (row?.date === of.code) return isMissing ? sql`${r}.date_low = ${noDate}` : sql`${r}.date_low <> ${noDate}`
  const not = raw(isMissing ? 'NOT ' : '')
  return sql`${key(context)} ${not}IN (SELECT x.record FROM ${raw(of.kind)} x WHERE x.parameter = ${of.number})`
}

function hasFilter({ type, through, filter }: Extract<Filter, { kind: 'has' }>, context: FilterContext): Sql {
  const inner = filterSql(filter, { ...context, alias: 'c', patient: undefined, leads: true })
  const others = sql`c.type = ${type} AND c.deleted = 0 AND ${inner} AND ${context.visible('c', type)}`
  if (patientParameters.has(through.code) && servedType(type)?.about === 'patient') {
    return sql`r.patient IN (SELECT c.patient FROM record c WHERE ${others})`
  }
  return sql`(r.type || '/' || r.id) IN (SELECT f.target FROM record c JOIN reference f ON f.record = c.key AND f.parameter = ${through.number} WHERE ${others})`
}

function chainFilter({ type, through, filter }: Extract<Filter, { kind: 'chain' }>, context: FilterContext): Sql {
  const leads = canLead(filter)
  const inner = filterSql(filter, { ...context, alias: 'c', patient: undefined, leads })
  const others = sql`${raw(leads ? '+' : '')}c.type = ${type} AND c.deleted = 0 AND ${inner} AND ${context.visible('c', type)}`
  if (type === 'Patient' && patientParameters.has(through.code) && servedType(through.type)?.about === 'patient') {
    return sql`${raw(context.alias)}.patient IN (SELECT c.patient FROM record c WHERE ${others})`
  }
  return indexed('reference', through.number, sql`x.target IN (SELECT c.type || '/' || c.id FROM record c WHERE ${others})`, context)
}

/** The SQL of one condition. */
export function filterSql(filter: Filter, context: FilterContext): Sql {
  const r = raw(context.alias)
  switch (filter.kind) {
    case 'id':
      return sql`${r}.id IN ${list(filter.ids)}`
    case 'patient':
      return sql`${r}.patient IN (SELECT p.key FROM patient p WHERE p.id IN ${list(filter.ids)})`
    case 'updated': {
      const column = sql`${r}.updated`
      // An instant covers its millisecond.
      const end = sql`(${r}.updated + 1)`
      return anyOf(filter.values.map((value) => rangeCondition(column, end, value, context.now)))
    }
    case 'token':
      return tokenFilter(filter, context)
    case 'string':
      return indexed('string', filter.parameter, anyOf(filter.values.map((value) => stringCondition(filter.match, value))), context)
    case 'date': {
      if (filter.parameter !== 'principal') {
        const conditions = filter.values.map((value) => rangeCondition(raw('x.low'), raw('x.high'), value, context.now))
        return indexed('date', filter.parameter, anyOf(conditions), context)
      }
      const conditions = filter.values.map((value) => rangeCondition(sql`${r}.date_low`, sql`${r}.date_high`, value, context.now))
      return sql`(${r}.date_low > ${noDate} AND ${anyOf(conditions)})`
    }
    case 'reference':
      return indexed('reference', filter.parameter, sql`x.target IN ${list(filter.targets)}`, context)
    case 'quantity':
      return indexed('quantity', filter.parameter, anyOf(filter.values.map(measureCondition)), context)
    case 'missing':
      return missingFilter(filter, context)
    case 'has':
      return hasFilter(filter, context)
    case 'chain':
      return chainFilter(filter, context)
    default:
      return assertNever(filter)
  }
}

/** Whether a condition can find records by its value, so that the others need only be asked of those. */
export function canLead(filter: Filter): boolean {
  switch (filter.kind) {
    case 'token':
      return !filter.isNegated
    case 'string':
      return filter.match !== 'contains'
    case 'reference':
      return true
    case 'chain':
      return !(patientParameters.has(filter.through.code) && servedType(filter.through.type)?.about === 'patient')
    case 'date':
      return filter.parameter !== 'principal'
    case 'id':
    case 'patient':
    case 'updated':
    case 'quantity':
    case 'missing':
    case 'has':
      return false
    default:
      return assertNever(filter)
  }
}
