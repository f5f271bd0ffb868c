import type { SQLInputValue } from 'node:sqlite'
import { assertNever } from '../../../shared/assert-never.ts'
import type { IndexTerm } from '../search/index-terms.ts'
import type { Statements } from './statements.ts'

/** The record whose rows these are. */
interface Owner {
  readonly key: number
  readonly patient: number
}

/** The two statements of a table. Table and column names come from here alone, never from a request. */
const on = (table: string, ...columns: readonly string[]) => ({
  add: `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  remove: `DELETE FROM ${table} WHERE ${columns.map((column) => `${column} = ?`).join(' AND ')}`,
})

const sql = {
  token: on('token', 'parameter', 'code', 'patient', 'record', 'system'),
  string: on('string', 'record', 'parameter', 'folded', 'exact'),
  date: on('date', 'record', 'parameter', 'low', 'high'),
  reference: on('reference', 'record', 'parameter', 'target'),
  quantity: on('quantity', 'record', 'parameter', 'value', 'system', 'code'),
} as const satisfies Record<IndexTerm['kind'], unknown>

function valuesOf(term: IndexTerm, { key, patient }: Owner): SQLInputValue[] {
  switch (term.kind) {
    case 'token':
      return [term.parameter, term.code, patient, key, term.system]
    case 'string':
      return [key, term.parameter, term.folded, term.exact]
    case 'date':
      return [key, term.parameter, term.range.low, term.range.high]
    case 'reference':
      return [key, term.parameter, term.target]
    case 'quantity':
      return [key, term.parameter, term.value, term.system, term.code]
    default:
      return assertNever(term)
  }
}

/** Adds the index rows of a record. The same term twice is one row. */
export function addTerms(statements: Statements, owner: Owner, terms: readonly IndexTerm[]): void {
  for (const term of terms) statements.run(sql[term.kind].add, ...valuesOf(term, owner))
}

/** Removes the index rows that a record had. */
export function removeTerms(statements: Statements, owner: Owner, terms: readonly IndexTerm[]): void {
  for (const term of terms) statements.run(sql[term.kind].remove, ...valuesOf(term, owner))
}
