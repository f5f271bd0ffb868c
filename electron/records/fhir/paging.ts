import { ChartkeepError } from '../../../shared/errors.ts'

/** No server takes a longer head than this of a request, and each address that was read is remembered. In characters. */
const longestAddress = 16_384

/**
 * The address of a next page, made absolute. It must lie within the API and must not have been read already: a token sent elsewhere
 * is a token given away, and a circle would never end. Throws `malformed`.
 */
export function nextWithin(fhirBase: string, next: string, seen: ReadonlySet<string>): string {
  const base = new URL(`${fhirBase}/`)
  if (next.length > longestAddress) throw new ChartkeepError('malformed')
  // Relative to the base, or to the host, as some servers write it.
  const url = URL.canParse(next, base) ? overTls(new URL(next, base), base) : undefined
  const inside = url !== undefined && url.origin === base.origin && (url.pathname.startsWith(base.pathname) || `${url.pathname}/` === base.pathname)
  if (!inside || url.username !== '' || url.password !== '') throw new ChartkeepError('malformed')
  url.hash = ''
  if (seen.has(url.href)) throw new ChartkeepError('malformed')
  return url.href
}

/**
 * A server behind a proxy that ends the TLS may not know of it, and names itself `http:`. Its page is asked for as every other one, of
 * the same host, over TLS; nothing is ever sent in the clear.
 */
function overTls(url: URL, base: URL): URL {
  if (url.protocol !== 'http:' || url.hostname !== base.hostname || url.username !== '' || url.password !== '') return url
  const port = url.port === '' ? base.port : url.port
  return new URL(`https://${url.hostname}${port === '' ? '' : `:${port}`}${url.pathname}${url.search}`)
}
