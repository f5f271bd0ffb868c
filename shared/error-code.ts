/** The code that Node gives an error, of the operating system's or its own (https://nodejs.org/api/errors.html): `ENOENT`. Undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Nothing stands at the path that was asked for. */
export const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT'
