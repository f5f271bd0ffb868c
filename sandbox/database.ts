import { DatabaseSync } from 'node:sqlite'

/** Opens a SQLite file (or `:memory:`) as the sandbox uses it: one writer, a log that survives kill -9. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;')
  return database
}
