import { DatabaseSync } from 'node:sqlite'
import { prepareOnce, type Statements, textOf } from './statements.ts'

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

/** The same, read from a file that is not open. Undefined too where the file is not a store. */
export function keptSetting(file: string, name: string): string | undefined {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return setting(prepareOnce(database), name)
  } catch {
    return undefined
  } finally {
    database.close()
  }
}
