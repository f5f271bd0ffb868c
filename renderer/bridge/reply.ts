import { ChartkeepError, type Failure, type FailureFacts, type FailureKind, failureKinds } from '../../shared/errors.ts'

/** A refused or failed call, with the id under which support finds it in the log. */
export class CallFailure extends ChartkeepError {
  readonly correlation: string

  constructor(kind: FailureKind, correlation: string, facts: FailureFacts = {}) {
    super(kind, facts)
    this.name = 'CallFailure'
    this.correlation = correlation
  }
}

/** A failure as a screen may get it: thrown by a call, or told by the session. */
export interface ShownFailure {
  readonly kind: FailureKind
  readonly correlation: string
  readonly retryAfterMs?: number | undefined
  readonly triesLeft?: number | undefined
}

const kinds: ReadonlySet<string> = new Set(failureKinds)

/**
 * The value of a reply's text, or its failure thrown. The value's shape was checked against the contract by the router
 * that sent it, in the same application: here only the envelope is.
 */
export function readReply(text: string): unknown {
  const reply = parseObject(text)
  if (reply !== undefined && reply['ok'] === true && 'value' in reply) return reply['value']
  if (reply !== undefined && reply['ok'] === false && isFailure(reply['failure'])) {
    const { kind, correlation, retryAfterMs, triesLeft } = reply['failure']
    throw new CallFailure(kind, correlation, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(triesLeft === undefined ? {} : { triesLeft }),
    })
  }
  throw new CallFailure('internal', '')
}

/** Text as a JSON object, or nothing. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // An object that is no array has string keys: that is all a Record<string, unknown> says.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export const isFailureKind = (value: unknown): value is FailureKind => typeof value === 'string' && kinds.has(value)

function isFailure(value: unknown): value is Failure {
  if (typeof value !== 'object' || value === null) return false
  return 'kind' in value && isFailureKind(value.kind) && 'correlation' in value && typeof value.correlation === 'string'
}

/** What was caught, as a failure to show; what we did not throw ourselves is 'internal'. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallFailure) return { ...error.facts, kind: error.kind, correlation: error.correlation }
  return { kind: error instanceof ChartkeepError ? error.kind : 'internal', correlation: '' }
}
