import { z } from 'zod'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { collected, type HttpCall, type HttpReply } from '../../transport/index.ts'
import type { Effort } from './effort.ts'
import { createExchange, type ExchangeParts, type ReaderOf } from './exchange.ts'

export interface JsonServiceParts extends ExchangeParts {
  /** The address of the configuration that names the service's place, on the EHR's own origin. */
  readonly configuration: string
  /** Under which name it does. */
  readonly named: string
  /** The longest answer. Bytes. */
  readonly mostBytes: number
  /** What an answer means that is no success; `json`: as it was parsed, undefined where it is none. */
  failureOf(status: number, json: unknown): FailureKind
  /** Told when the EHR took the user's token, and answered. */
  heard(): void
}

/** A service of the EHR beside its FHIR API, that speaks plain JSON. Rejects with the kinds of the way to the EHR, and those of `failureOf`. */
export interface JsonService {
  /** Where it is. Rejects `not-found` where the EHR names none, `redirected` where it is on another origin. */
  place(effort: Effort): Promise<string>
  /** Asks it with the user's token, once. */
  ask<T>(call: HttpCall, effort: Effort, answer: z.ZodType<T>): Promise<T>
}

/** Of a refusal there is no more to read. Bytes. */
const mostOfRefusal = 64 * 1024

export function createJsonService(parts: JsonServiceParts): JsonService {
  const exchange = createExchange(parts)
  const reader: ReaderOf<Buffer> = ({ status }) => collected(status < 300 ? parts.mostBytes : mostOfRefusal)
  const Configuration = z.object({ [parts.named]: z.url().optional() })

  function said<T>({ status, headers, body }: HttpReply, answer: z.ZodType<T>): T {
    const json = parsedJson(body.toString('utf8'))
    if (status !== 200 && status !== 201) throw new ChartkeepError(parts.failureOf(status, json), {}, { cause: status })
    // A guest network's page.
    if (!/^\s*application\/json\b/i.test(headers['content-type'] ?? '')) throw new ChartkeepError('malformed')
    const parsed = answer.safeParse(json)
    if (!parsed.success) throw new ChartkeepError('malformed')
    return parsed.data
  }

  return {
    async place(effort) {
      const told = said(await exchange.open({ method: 'GET', url: parts.configuration, headers: { accept: 'application/json' } }, effort, reader), Configuration)[parts.named]
      if (told === undefined) throw new ChartkeepError('not-found')
      // Whoever answers there gets the user's token, and may lock a hospital with it, or read all that was done.
      if (new URL(told).origin !== new URL(parts.configuration).origin) throw new ChartkeepError('redirected')
      return told
    },
    async ask(call, effort, answer) {
      const answered = said(await exchange.authorized(call, effort, reader), answer)
      parts.heard()
      return answered
    },
  }
}
