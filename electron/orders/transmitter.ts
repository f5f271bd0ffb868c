import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { type DeviceKey, proofOf } from '../auth/device-proof.ts'
import { kindOfStatus } from '../auth/http.ts'
import type { HttpReply, Transport } from '../transport/index.ts'

/** OpenID Shared Signals Framework 1.0 §7.1, with our own two (docs/lockout-api.json). */
const Configuration = z.looseObject({ issuer: z.url(), jwks_uri: z.url(), poll_endpoint: z.url(), workstation_status_endpoint: z.url() })
type Configuration = z.infer<typeof Configuration>

/** RFC 7517: what is in a key is jose's to read. */
const Keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).max(50) })
/** RFC 8936 §2.3. */
const Answer = z.looseObject({ sets: z.record(z.string(), z.unknown()) })

export interface PollBody {
  readonly maxEvents: number
  readonly ack: readonly string[]
  readonly setErrs: Readonly<Record<string, { readonly err: string; readonly description: string }>>
}

export interface Polled {
  /** As they came, by their names. */
  readonly sets: readonly (readonly [jti: string, token: string])[]
  /** By the transmitter's clock, in epoch seconds. */
  readonly serverNow: number
  readonly issuer: string
}

/** The transmitter of orders, as a workstation asks it. Every function rejects with a ChartkeepError; `not-found`: this EHR has none. */
export interface Transmitter {
  /** Waits until there is something, or until the transmitter has had enough. `unauthorized`: it does not know this workstation. */
  poll(body: PollBody, signal: AbortSignal): Promise<Polled>
  /** What signs orders. `anew`: as they are now. */
  keys(anew: boolean): Promise<JSONWebKeySet>
  report(status: object, signal: AbortSignal): Promise<void>
}

export interface TransmitterParts {
  readonly transport: Pick<Transport, 'request'>
  readonly fhirBase: string
  readonly key: DeviceKey
  readonly clock: Clock
}

/** Ours may be wrong by any amount, and a proof counts for five minutes: it is dated by the transmitter's. */
export function createTransmitter({ transport, fhirBase, key, clock }: TransmitterParts): Transmitter {
  let configuration: Configuration | undefined
  let known: JSONWebKeySet | undefined
  let aheadMs = 0

  async function read<T>(url: string, schema: z.ZodType<T>): Promise<T> {
    const { status, body } = await transport.request({ method: 'GET', url, headers: { accept: 'application/json' }, withinMs: 15_000 })
    if (status !== 200) throw new ChartkeepError(kindOfStatus(status))
    const parsed = schema.safeParse(parsedJson(body.toString('utf8')))
    if (!parsed.success) throw new ChartkeepError('malformed')
    return parsed.data
  }

  async function configured(): Promise<Configuration> {
    configuration ??= await read(`${new URL(fhirBase).origin}/.well-known/ssf-configuration`, Configuration)
    return configuration
  }

  const dateOf = ({ headers }: HttpReply) => Date.parse(headers['date'] ?? '')

  async function post(url: string, body: object, signal: AbortSignal, isAgain = false): Promise<HttpReply> {
    const proof = await proofOf(key, url, { now: () => clock.now() + aheadMs })
    const reply = await transport.request({
      // Acknowledging twice is acknowledging once.
      method: 'POST', repeat: 'reads', url, signal, body: JSON.stringify(body),
      headers: { authorization: `DeviceProof ${key.deviceId} ${proof}`, 'content-type': 'application/json', accept: 'application/json' },
    })
    const theirs = dateOf(reply)
    if (reply.status === 401 && reply.body.toString('utf8').includes('proof-expired') && Number.isFinite(theirs) && !isAgain) {
      aheadMs = theirs - clock.now()
      return post(url, body, signal, true)
    }
    if (reply.status >= 300) throw new ChartkeepError(kindOfStatus(reply.status))
    return reply
  }

  return {
    async poll(body, signal) {
      const { issuer, poll_endpoint: url } = await configured()
      const reply = await post(url, { ...body, returnImmediately: false }, signal)
      const answer = Answer.safeParse(parsedJson(reply.body.toString('utf8')))
      if (!answer.success) throw new ChartkeepError('malformed')
      const theirs = dateOf(reply)
      return {
        issuer,
        // What is no text is no token, and is refused as such.
        sets: Object.entries(answer.data.sets).map(([jti, token]) => [jti, typeof token === 'string' ? token : ''] as const),
        serverNow: Math.floor((Number.isFinite(theirs) ? theirs : clock.now()) / 1_000),
      }
    },
    async keys(anew) {
      const { jwks_uri: url } = await configured()
      const keys = anew || known === undefined ? await read(url, Keys) : known
      known = keys
      return keys
    },
    async report(status, signal) {
      const { workstation_status_endpoint: url } = await configured()
      await post(url, status, signal)
    },
  }
}
