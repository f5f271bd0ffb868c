/** Reads `application/x-www-form-urlencoded`. A name given twice keeps its first value. */
export function parseForm(body: string): Record<string, string> {
  const first = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) if (!first.has(name)) first.set(name, value)
  return Object.fromEntries(first)
}
