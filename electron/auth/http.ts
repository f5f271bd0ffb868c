import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import type { Transport } from '../transport/index.ts'

/** The transport's `fetch`: TLS and pins as policy says, never redirected, ChartkeepErrors for what fails. */
export type Fetch = Transport['fetch']
type FetchInit = NonNullable<Parameters<Fetch>[1]>

/** The same fetch, given up when the signal says so. */
export function abortable(fetch: Fetch, signal: AbortSignal): Fetch {
  return (url, init: FetchInit = {}) =>
    signal.aborted ? Promise.reject(new ChartkeepError('cancelled')) : fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal })
}

/** Reads a JSON document. Rejects with the kind of an unsuccessful status, `malformed` where it is not JSON. */
export async function fetchJson(fetch: Fetch, url: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(url, { headers: { accept: 'application/json', ...headers } })
  if (!response.ok) throw new ChartkeepError(kindOfStatus(response.status))
  try {
    return await response.json()
  } catch {
    throw new ChartkeepError('malformed')
  }
}

/** What an unsuccessful HTTP status means here. */
export function kindOfStatus(status: number): FailureKind {
  switch (status) {
    case 401:
      return 'unauthorized'
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 410:
      return 'gone'
    case 429:
      return 'throttled'
    default:
      return status >= 500 ? 'server' : 'malformed'
  }
}
