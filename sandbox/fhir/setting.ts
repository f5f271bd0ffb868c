import { type Statements, textOf } from './statements.ts'

/** A value that is kept with the records. Undefined where it was never set. */
export function setting(statements: Statements, name: string): string | undefined {
  const row = statements.one('SELECT value FROM setting WHERE name = ?', name)
  return row === undefined ? undefined : textOf(row, 'value')
}

/** Keeps a value, in place of the one before. */
export function keepSetting(statements: Statements, name: string, value: string): string {
  statements.run('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', name, value)
  return value
}
