import { ChartkeepError } from '../../../shared/errors.ts'
import type { Transport } from '../../transport/index.ts'

/** Longer than anybody should wait for a search because of its audit. Milliseconds. */
const longest = 4_000

/** Reads a JSON document of the EHR without a token. Rejects with the network's kinds, `server` and `malformed`. */
export async function getJson(transport: Transport, url: string): Promise<unknown> {
  const response = await transport.fetch(url, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(longest) })
  if (!response.ok) throw new ChartkeepError('server')
  try {
    return await response.json()
  } catch {
    throw new ChartkeepError('malformed')
  }
}
