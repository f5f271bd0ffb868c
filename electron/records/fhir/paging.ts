import { ChartkeepError } from '../../../shared/errors.ts'

/**
 * The address of a next page, made absolute. It must lie within the API and must not have been read already: a token sent elsewhere
 * is a token given away, and a circle would never end. Throws `malformed`.
 */
export function nextWithin(fhirBase: string, next: string, seen: ReadonlySet<string>): string {
  const base = new URL(`${fhirBase}/`)
  // Relative to the base, as some servers write it.
  const url = URL.canParse(next, base) ? new URL(next, base) : undefined
  const inside = url !== undefined && url.origin === base.origin && (url.pathname.startsWith(base.pathname) || `${url.pathname}/` === base.pathname)
  if (!inside || url.username !== '' || url.password !== '') throw new ChartkeepError('malformed')
  url.hash = ''
  if (seen.has(url.href)) throw new ChartkeepError('malformed')
  return url.href
}
