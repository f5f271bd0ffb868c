import { z } from 'zod'
import type { FailureKind } from '../../../shared/errors.ts'

/** The part of an OperationOutcome that decides: its codes (https://hl7.org/fhir/R4/valueset-issue-type.html). Its texts may hold PHI and are never read. */
const OperationOutcome = z.looseObject({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(z.looseObject({ code: z.string() })),
})

const byStatus: Readonly<Record<number, FailureKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  409: 'conflict',
  410: 'gone',
  412: 'conflict',
  413: 'too-large',
  429: 'throttled',
}

const byCode: Readonly<Record<string, FailureKind>> = {
  login: 'unauthorized',
  expired: 'unauthorized',
  security: 'forbidden',
  forbidden: 'forbidden',
  suppressed: 'forbidden',
  'not-found': 'not-found',
  deleted: 'gone',
  conflict: 'conflict',
  'lock-error': 'conflict',
  throttled: 'throttled',
  'too-long': 'too-large',
  'too-costly': 'too-large',
  timeout: 'timeout',
}

/** What a status other than 2xx and 304 means. The status decides; where it says little, the outcome's first known code does. */
export function failureOfAnswer(status: number, json: unknown): FailureKind {
  const plain = byStatus[status]
  if (plain !== undefined) return plain
  const outcome = OperationOutcome.safeParse(json)
  for (const { code } of outcome.success ? outcome.data.issue : []) {
    const kind = byCode[code]
    if (kind !== undefined) return kind
  }
  return 'server'
}

/**
 * `Retry-After` in milliseconds (RFC 9110 §10.2.3: seconds, or a date); undefined where it says nothing. `now` in epoch ms.
 * A date begins with its day: JavaScript reads one out of nearly everything, `-1` and `5 minutes` among it.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const at = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** What an outcome says of an answer that came with it. */
export type Verdict =
  /** A remark. */
  | 'fine'
  /** Something that was asked for is not in the answer. */
  | 'not-whole'
  /** There is no answer. */
  | 'failed'

const leavesOut = new Set(['incomplete', 'suppressed', 'forbidden', 'security', 'timeout', 'too-costly', 'throttled', 'exception', 'transient', 'lock-error', 'no-store'])

const Verdicts = z.looseObject({ resourceType: z.literal('OperationOutcome'), issue: z.array(z.looseObject({ severity: z.string().optional(), code: z.string().optional() })) })

/** Reads an OperationOutcome among a search's results by its severities and codes; undefined for anything else. */
export function verdictOf(resource: unknown): Verdict | undefined {
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource) || resource.resourceType !== 'OperationOutcome') return undefined
  const read = Verdicts.safeParse(resource)
  // An outcome that cannot be read may say anything.
  if (!read.success) return 'not-whole'
  if (read.data.issue.some(({ severity }) => severity === 'error' || severity === 'fatal')) return 'failed'
  return read.data.issue.some(({ code }) => code !== undefined && leavesOut.has(code)) ? 'not-whole' : 'fine'
}
