/**
 * Whether a call may be sent again when nobody knows what became of it (RFC 9110 §9.2.2).
 * `reads`: it changes nothing, as a `POST [type]/_search`. With a key the server knows it again and does it once.
 */
type Repeat = 'never' | 'reads' | { readonly idempotencyKey: string }

interface AnyCall {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** A function gives the pieces of a body that is not held whole, anew each time that it is sent. */
  readonly body?: string | Uint8Array | (() => Iterable<Uint8Array>)
  readonly signal?: AbortSignal
  /** Less time than the limits give, in ms, from now. */
  readonly withinMs?: number
  /** More time than the limits give, in ms, for a body that is long on its way. */
  readonly sendingMs?: number
}

/** One request. A method that may change something has to say whether it may be sent again: there is no default to forget. */
export type HttpCall = AnyCall & ({ readonly method: 'GET' | 'HEAD' } | { readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'; readonly repeat: Repeat })

/** The one rule for every retry there is. PUT and DELETE are idempotent in HTTP, but not against somebody else's change in between. */
export function mayRepeat(call: HttpCall): boolean {
  return !('repeat' in call) || call.repeat !== 'never'
}

/** What the call says of itself to the server, beside its own headers. */
export function keyHeader(call: HttpCall): Readonly<Record<string, string>> {
  return 'repeat' in call && typeof call.repeat !== 'string' ? { 'idempotency-key': call.repeat.idempotencyKey } : {}
}
