/** Makes a forgotten case of a union a type error; at run time it names no value (it could be PHI). */
export function assertNever(_value: never): never {
  throw new Error('A case of a union was not handled.')
}
