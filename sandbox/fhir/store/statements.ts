import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/** The columns of a row, as SQLite gives them. */
export type Row = Readonly<Record<string, unknown>>

/** Prepared statements by their text: preparing costs more than running most of them. */
export interface Statements {
  run(sql: string, ...values: readonly SQLInputValue[]): void
  one(sql: string, ...values: readonly SQLInputValue[]): Row | undefined
  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[]
}

/** How many are kept. Searches differ in their filters, not in their values; far fewer shapes than this are met. */
const kept = 500

/** Prepares on first use, and forgets the one that was prepared first when there are too many. */
export function prepareOnce(database: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string) => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const oldest = prepared.keys().next().value
    if (prepared.size >= kept && oldest !== undefined) prepared.delete(oldest)
    const fresh = database.prepare(sql)
    prepared.set(sql, fresh)
    return fresh
  }
  return {
    run: (sql, ...values) => void statement(sql).run(...values),
    one: (sql, ...values) => statement(sql).get(...values),
    all: (sql, ...values) => statement(sql).all(...values),
  }
}

/** A column that its table declares NOT NULL and numeric. */
export function numberOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`Column ${column} does not hold a number.`)
  return value
}

/** A column that its table declares NOT NULL and text. */
export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Column ${column} does not hold text.`)
  return value
}
