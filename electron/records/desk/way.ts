import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import type { HttpCall } from '../../transport/index.ts'
import { createEfforts } from '../ehr/effort.ts'
import { createJsonService, type JsonServiceParts } from '../ehr/json-service.ts'
import { type Patience, withRetries } from '../ehr/retry.ts'
import { failureOfAnswer } from '../fhir/outcome.ts'

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

/** What a refusal means: its word decides, where it is one that is known here. */
function failureOf(status: number, json: unknown): FailureKind {
  const word = Refusal.safeParse(json).data?.error ?? ''
  return (Object.hasOwn(refusals, word) ? refusals[word] : undefined) ?? failureOfAnswer(status, undefined)
}

/** A list of 1,000 workstations has half a megabyte; all of a hospital's staff, a few. */
const mostBytes = 16 * 1024 * 1024

interface DeskWayParts extends Patience, Pick<JsonServiceParts, 'transport' | 'tokens' | 'reached' | 'heard'> {
  readonly fhirBase: string
  readonly clock: Clock
}

/** The desk's API at the EHR. Rejects with the kinds of the way to the EHR, and `desk-*`; `not-found` where this EHR has no desk. */
export interface DeskWay {
  read<T>(path: string, answer: z.ZodType<T>, signal: AbortSignal): Promise<T>
  /** `key`: under which it is sent again where nobody knows what became of it; without, it is sent once. */
  write<T>(path: string, body: object, answer: z.ZodType<T>, signal: AbortSignal, key?: string): Promise<T>
  /** Asks what needs a body, and changes nothing. */
  ask<T>(path: string, body: object, answer: z.ZodType<T>, signal: AbortSignal): Promise<T>
}

export function createDeskWay({ fhirBase, clock, pause, random, ...way }: DeskWayParts): DeskWay {
  const efforts = createEfforts(clock)
  const service = createJsonService({
    ...way,
    // OpenID Shared Signals Framework 1.0 §7.1, with our own `desk_endpoint` (docs/lockout-api.json).
    configuration: `${new URL(fhirBase).origin}/.well-known/ssf-configuration`,
    named: 'desk_endpoint',
    mostBytes,
    failureOf,
  })
  let place: string | undefined

  async function send<T>(call: (base: string) => HttpCall, answer: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const effort = efforts(signal)
    place ??= (await service.place(effort)).replace(/\/+$/, '')
    return withRetries(call(place), effort, { pause, random }, (each) => service.ask(each, effort, answer))
  }

  const posted = (path: string, body: object, repeat: 'never' | 'reads' | { readonly idempotencyKey: string }) => (base: string) =>
    ({ method: 'POST', repeat, url: `${base}/${path}`, headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) }) as const

  return {
    read: (path, answer, signal) => send((base) => ({ method: 'GET', url: `${base}/${path}`, headers: { accept: 'application/json' } }), answer, signal),
    write: (path, body, answer, signal, key) => send(posted(path, body, key === undefined ? 'never' : { idempotencyKey: key }), answer, signal),
    ask: (path, body, answer, signal) => send(posted(path, body, 'reads'), answer, signal),
  }
}
