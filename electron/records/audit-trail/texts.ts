import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { longestText } from '../../../shared/contract/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { collected, type HttpCall, type HttpReply, type Transport } from '../../transport/index.ts'
import { createEfforts, type Effort } from '../fhir/effort.ts'
import { failureOfAnswer } from '../fhir/outcome.ts'
import { reaching } from '../fhir/reaching.ts'
import type { TokenSource } from '../fhir/token.ts'

/** Where the EHR opens what was encrypted to its auditors: an extension of the SMART configuration, as the keys have (ADR 0075, 0097). */
const Configuration = z.object({ audit_text_endpoint: z.url().optional() })
const Opened = z.object({ text: z.string().max(longestText) })

/** A text of the greatest length, each character of it escaped; and a configuration. */
const mostBytes = 256 * 1024
/** There is nothing sealed in that entry, or nothing that this EHR can open: 422 is its answer to what was encrypted to others' keys. */
const nothing: readonly number[] = [404, 405, 410, 422, 501]

/** What was typed, of an entry of the trail. The key is the EHR's: what is sealed is opened there, one text at a time, for whom it lets. */
export interface TrailTexts {
  /** Rejects `not-found` where the EHR has none that it could open, `forbidden` where it does not for this person, and with the kinds of the way to the EHR. Asked once: each asking is recorded there. */
  open(entry: string, signal: AbortSignal): Promise<string>
}

export interface TrailTextsParts {
  readonly transport: Pick<Transport, 'stream'>
  readonly fhirBase: string
  readonly tokens: TokenSource
  readonly clock: Clock
  reached(online: boolean): void
  /** Told when the EHR took the user's token, and answered. */
  heard(): void
}

export function createTrailTexts(parts: TrailTextsParts): TrailTexts {
  const { transport, fhirBase, tokens } = parts
  const efforts = createEfforts(parts.clock)

  async function exchange(call: HttpCall, effort: Effort): Promise<HttpReply> {
    const { signal } = effort
    const reply = await reaching(transport.stream({ ...call, withinMs: effort.left(), ...(signal ? { signal } : {}) }, () => collected(mostBytes)), parts.reached)
    parts.reached(true)
    return reply
  }

  function said<T>({ status, headers, body }: HttpReply, answer: z.ZodType<T>): T {
    if (nothing.includes(status)) throw new ChartkeepError('not-found')
    if (status !== 200) throw new ChartkeepError(failureOfAnswer(status, undefined), {}, { cause: status })
    const parsed = /^\s*application\/json\b/i.test(headers['content-type'] ?? '') ? answer.safeParse(parsedJson(body.toString('utf8'))) : undefined
    if (parsed?.success !== true) throw new ChartkeepError('malformed')
    return parsed.data
  }

  async function place(effort: Effort): Promise<string> {
    const { audit_text_endpoint: told } = said(await exchange({ method: 'GET', url: `${fhirBase}/.well-known/smart-configuration`, headers: { accept: 'application/json' } }, effort), Configuration)
    if (told === undefined) throw new ChartkeepError('not-found')
    // Whoever answers there would get the token of somebody who reads all that was done.
    if (new URL(told).origin !== new URL(fhirBase).origin) throw new ChartkeepError('redirected')
    return told
  }

  return {
    async open(entry, signal) {
      const effort = efforts(signal)
      const url = await place(effort)
      const ask = (token: string) =>
        exchange({ method: 'POST', repeat: 'never', url, headers: { accept: 'application/json', 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ entry }) }, effort)
      const token = await reaching(tokens.current(), parts.reached)
      const first = await ask(token)
      // A token that was refused has opened nothing.
      const { text } = said(first.status === 401 ? await ask(await reaching(tokens.replace(token), parts.reached)) : first, Opened)
      parts.heard()
      return text
    },
  }
}
