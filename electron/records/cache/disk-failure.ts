import { diskRefusal } from '../../../shared/disk-failure.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'

/** By SQLite's primary result code (https://sqlite.org/rescode.html). What is not here is our own fault. */
const ofDatabase: Readonly<Record<number, FailureKind>> = {
  1: 'vault-corrupt', // ERROR: a schema that no longer parses
  3: 'disk-read-only', // PERM
  8: 'disk-read-only', // READONLY
  10: 'disk-read-only', // IOERR: a disk that fails, or was taken out, is none to write on; what is on it is not put aside for that
  11: 'vault-corrupt', // CORRUPT
  13: 'disk-full', // FULL
  14: 'disk-read-only', // CANTOPEN
  17: 'vault-corrupt', // SCHEMA
  24: 'vault-corrupt', // FORMAT
  26: 'vault-corrupt', // NOTADB
}

/** Extended codes of IOERR that say something else. */
const ofInputOutput: Readonly<Record<number, FailureKind>> = {
  522: 'vault-corrupt', // IOERR_SHORT_READ: the file is cut off
  4874: 'disk-full', // IOERR_SHMSIZE
}

/**
 * A row that is not where the file says that it is. SQLite trusts the order in which a page says its rows stand; where damage has changed it,
 * what is written goes to a place where it is not found again, and no error says so.
 */
export class MisplacedRow extends Error {
  /** As SQLite calls a file in which it notices such a thing by itself: CORRUPT. */
  readonly rawCode = 11
}

/** What an error of the file system or of the database means. */
export function diskFailure(error: unknown): ChartkeepError {
  if (error instanceof ChartkeepError) return error
  const code = databaseCode(error)
  const kind = code === undefined ? diskRefusal(error) : (ofInputOutput[code] ?? ofDatabase[code & 0xff])
  return new ChartkeepError(kind ?? 'internal', {}, { cause: error })
}

/** SQLite's extended result code, where the error is the driver's. Its names are incomplete, its numbers are not. */
export function databaseCode(error: unknown): number | undefined {
  return error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode : undefined
}
