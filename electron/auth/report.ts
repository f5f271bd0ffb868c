import { z } from 'zod'
import type { Report, Reported } from '../audit/ship/ehr-place.ts'
import { requestSystem } from '../audit/ship/report-id.ts'
import type { Clock } from '../../shared/clock.ts'
import { type FailureKind, kindOf } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import { type Fetch, kindOfStatus } from './http.ts'

export interface ReportParts {
  readonly fetch: Fetch
  readonly fhirBase: string
  readonly clock: Clock
}

/**
 * Sends AuditEvents to the EHR, one after the other, so that they arrive in order; ends at the first that is not
 * acknowledged. Sent again, an event is known by its request id and is no second one. Never rejects.
 */
export async function sendReports(parts: ReportParts, accessToken: string, reports: readonly Report[]): Promise<Reported> {
  let taken = 0
  for (const report of reports) {
    const { failure, retryAfterMs } = await sendOne(parts, accessToken, report)
    if (failure !== undefined) return { taken, failure, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    taken += 1
  }
  return { taken }
}

type Sent = Omit<Reported, 'taken'>

async function sendOne({ fetch, fhirBase, clock }: ReportParts, accessToken: string, { id, json }: Report): Promise<Sent> {
  try {
    const response = await fetch(`${fhirBase}/AuditEvent`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${accessToken}`,
        'content-type': 'application/fhir+json',
        accept: 'application/fhir+json',
        prefer: 'return=representation',
        'x-request-id': id,
      },
      body: json,
    })
    const body = parsedJson(await response.text())
    if (response.ok) return isAcknowledged(response, body, fhirBase, id) ? {} : { failure: 'server' }
    // The id holds the entry's own hash: what is there under it is this entry, as an earlier version reported it.
    if (response.status === 409 && Outcome.safeParse(body).success) return {}
    const retryAfterMs = waitAsked(response.headers.get('retry-after'), clock.now())
    return { failure: failureOf(response.status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  } catch (error) {
    return { failure: kindOf(error) }
  }
}

const Outcome = z.looseObject({ resourceType: z.literal('OperationOutcome') })
const Stored = z.looseObject({
  resourceType: z.literal('AuditEvent'),
  entity: z.array(z.looseObject({ what: z.looseObject({ identifier: z.looseObject({ system: z.string().optional(), value: z.string().optional() }).optional() }).optional() })),
})

/** That it was stored is said by the event itself, or by where it lies: a page of something in between says neither. */
function isAcknowledged(response: Response, body: unknown, fhirBase: string, id: string): boolean {
  if (response.status !== 200 && response.status !== 201) return false
  const stored = Stored.safeParse(body)
  if (stored.success) return stored.data.entity.some(({ what }) => what?.identifier?.system === requestSystem && what.identifier.value === id)
  const place = response.headers.get('location')?.replace(`${fhirBase}/`, '') ?? ''
  return response.status === 201 && /^AuditEvent\/[A-Za-z0-9\-.]{1,64}(\/_history\/[A-Za-z0-9\-.]{1,64})?$/.test(place)
}

/** What an answer means for who reports: that the event is not wanted, that the EHR takes none, or that it is a bad moment. */
function failureOf(status: number): FailureKind {
  if (status === 400 || status === 413 || status === 422) return 'malformed'
  // No such endpoint, or no such right there: not before something changes.
  if (status === 404 || status === 405 || status === 501) return 'forbidden'
  const kind = kindOfStatus(status)
  return kind === 'malformed' ? 'server' : kind
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function waitAsked(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
