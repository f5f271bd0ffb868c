/** Reads `application/x-www-form-urlencoded`. A name given twice keeps its first value. */
export function parseForm(body: string): Record<string, string> {
  const form: Record<string, string> = Object.create(null) as Record<string, string> // no prototype: `__proto__` is a name like any other
  for (const [name, value] of new URLSearchParams(body)) form[name] ??= value
  return form
}
