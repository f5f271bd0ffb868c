import { getStatus, OperationOutcomeError } from '@medplum/core'
import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes'

/** The ways in which a request is refused, and the status of each. */
const refusals = {
  'bad-request': [400, 'invalid'],
  'not-supported': [400, 'not-supported'],
  'too-costly': [400, 'too-costly'],
  unauthorized: [401, 'login'],
  forbidden: [403, 'forbidden'],
  // Another issue code than that of a role: a client tells by it that there is a glass to break.
  restricted: [403, 'suppressed'],
  'not-found': [404, 'not-found'],
  'unknown-type': [404, 'not-supported'],
  'method-not-allowed': [405, 'not-supported'],
  'not-acceptable': [406, 'not-supported'],
  conflict: [409, 'conflict'],
  gone: [410, 'deleted'],
  'precondition-failed': [412, 'conflict'],
  'content-too-large': [413, 'too-long'],
  'unsupported-media-type': [415, 'not-supported'],
  unprocessable: [422, 'business-rule'],
  'not-in-value-set': [422, 'code-invalid'],
  exception: [500, 'exception'],
} as const satisfies Record<string, readonly [number, OperationOutcomeIssue['code']]>

/** Why a request is refused. Carried as the outcome's id, which survives the library's router. */
export type Refusal = keyof typeof refusals

const isRefusal = (id: string | undefined): id is Refusal => id !== undefined && Object.hasOwn(refusals, id)

/** An outcome of one issue. `text` is for a developer: it names parameters and rules, never a value from a request or a record. */
export function refusalOutcome(refusal: Refusal, text: string): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    id: refusal,
    issue: [{ severity: 'error', code: refusals[refusal][1], details: { text } }],
  }
}

/** The error that ends a request with that outcome. */
export function refuse(refusal: Refusal, text: string): OperationOutcomeError {
  return new OperationOutcomeError(refusalOutcome(refusal, text))
}

/** The HTTP status of an outcome, ours or the library's. */
export function statusOf(outcome: OperationOutcome): number {
  return isRefusal(outcome.id) ? refusals[outcome.id][0] : getStatus(outcome)
}
