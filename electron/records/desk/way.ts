import { z } from 'zod'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import { collected, type HttpCall, type HttpReply, type Transport } from '../../transport/index.ts'
import { createEfforts, type Effort } from '../fhir/effort.ts'
import { failureOfAnswer } from '../fhir/outcome.ts'
import { type Patience, withRetries } from '../fhir/retry.ts'
import type { TokenSource } from '../fhir/token.ts'
import type { Clock } from '../../../shared/clock.ts'
import { reaching } from '../fhir/reaching.ts'

/** OpenID Shared Signals Framework 1.0 §7.1, with our own `desk_endpoint` (docs/lockout-api.json). */
const Configuration = z.object({ desk_endpoint: z.url() })
const Refusal = z.object({ error: z.string().max(200) })

/** Refusals that somebody at the desk can do something about, or has to understand. */
const refusals: Readonly<Record<string, FailureKind>> = {
  'not-oneself': 'desk-not-oneself',
  'needs-another-person': 'desk-needs-another',
  'cannot-be-undone': 'desk-cannot-undo',
  'order-lapsed': 'desk-lapsed',
  'not-awaiting': 'desk-decided',
  'not-given': 'desk-decided',
  'target-must-be-users': 'invalid-input',
  'message-missing': 'invalid-input',
  'request-malformed': 'invalid-input',
  'challenge-misread': 'code-misread',
  'user-disabled': 'desk-user-disabled',
  'user-never-there': 'desk-user-not-there',
  'no-secret': 'desk-no-secret',
  'too-many-answers': 'desk-enough-answers',
}

/** A list of 1,000 workstations has half a megabyte; all of a hospital's staff, a few. */
const mostBytes = 16 * 1024 * 1024
const mostOfRefusal = 64 * 1024

export interface DeskWayParts extends Patience {
  readonly transport: Pick<Transport, 'stream'>
  readonly fhirBase: string
  readonly tokens: TokenSource
  readonly clock: Clock
  reached(online: boolean): void
  /** Told when the EHR took the user's token, and answered. */
  heard(): void
}

/** The desk's API at the EHR. Rejects with the kinds of the way to the EHR, and `desk-*`; `not-found` where this EHR has no desk. */
export interface DeskWay {
  read<T>(path: string, answer: z.ZodType<T>, signal: AbortSignal): Promise<T>
  /** `key`: under which it is sent again where nobody knows what became of it; without, it is sent once. */
  write<T>(path: string, body: object, answer: z.ZodType<T>, signal: AbortSignal, key?: string): Promise<T>
  /** Asks what needs a body, and changes nothing. */
  ask<T>(path: string, body: object, answer: z.ZodType<T>, signal: AbortSignal): Promise<T>
}

export function createDeskWay(parts: DeskWayParts): DeskWay {
  const { transport, fhirBase, tokens } = parts
  const { origin } = new URL(fhirBase)
  const efforts = createEfforts(parts.clock)
  let place: string | undefined

  async function exchange(call: HttpCall, effort: Effort): Promise<HttpReply> {
    const { signal } = effort
    const reply = await reaching(transport.stream({ ...call, withinMs: effort.left(), ...(signal ? { signal } : {}) }, ({ status }) => collected(status < 300 ? mostBytes : mostOfRefusal)), parts.reached)
    parts.reached(true)
    return reply
  }

  /** What it says; throws what a refusal means. */
  function said<T>({ status, headers, body }: HttpReply, answer: z.ZodType<T>): T {
    const json = parsedJson(body.toString('utf8'))
    if (status !== 200 && status !== 201) {
      const word = Refusal.safeParse(json).data?.error ?? ''
      throw new ChartkeepError((Object.hasOwn(refusals, word) ? refusals[word] : undefined) ?? failureOfAnswer(status, undefined), {}, { cause: status })
    }
    if (!/^\s*application\/json\b/i.test(headers['content-type'] ?? '')) throw new ChartkeepError('malformed')
    const parsed = answer.safeParse(json)
    if (!parsed.success) throw new ChartkeepError('malformed')
    return parsed.data
  }

  async function found(effort: Effort): Promise<string> {
    if (place !== undefined) return place
    const { desk_endpoint: told } = said(await exchange({ method: 'GET', url: `${origin}/.well-known/ssf-configuration`, headers: { accept: 'application/json' } }, effort), Configuration.partial())
    if (told === undefined) throw new ChartkeepError('not-found')
    // Whoever answers there would get the token of somebody who may lock a hospital.
    if (new URL(told).origin !== origin) throw new ChartkeepError('redirected')
    place = told.replace(/\/+$/, '')
    return place
  }

  async function send<T>(call: (base: string) => HttpCall, answer: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const effort = efforts(signal)
    const base = await found(effort)
    return withRetries(call(base), effort, parts, async (each) => {
      const token = await reaching(tokens.current(), parts.reached)
      const first = await exchange(withToken(each, token), effort)
      const answered = said(first.status === 401 ? await exchange(withToken(each, await reaching(tokens.replace(token), parts.reached)), effort) : first, answer)
      parts.heard()
      return answered
    })
  }

  const posted = (path: string, body: object, repeat: 'never' | 'reads' | { readonly idempotencyKey: string }) => (base: string) =>
    ({ method: 'POST', repeat, url: `${base}/${path}`, headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) }) as const

  return {
    read: (path, answer, signal) => send((base) => ({ method: 'GET', url: `${base}/${path}`, headers: { accept: 'application/json' } }), answer, signal),
    write: (path, body, answer, signal, key) => send(posted(path, body, key === undefined ? 'never' : { idempotencyKey: key }), answer, signal),
    ask: (path, body, answer, signal) => send(posted(path, body, 'reads'), answer, signal),
  }
}

function withToken(call: HttpCall, token: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }
}
