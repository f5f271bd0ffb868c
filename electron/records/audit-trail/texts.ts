import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { longestText } from '../../../shared/contract/index.ts'
import { createEfforts } from '../ehr/effort.ts'
import { createJsonService, type JsonServiceParts } from '../ehr/json-service.ts'
import { failureOfAnswer } from '../fhir/outcome.ts'

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

interface TrailTextsParts extends Pick<JsonServiceParts, 'transport' | 'tokens' | 'reached' | 'heard'> {
  readonly fhirBase: string
  readonly clock: Clock
}

export function createTrailTexts({ fhirBase, clock, ...way }: TrailTextsParts): TrailTexts {
  const efforts = createEfforts(clock)
  const service = createJsonService({
    ...way,
    // Where the EHR opens what was encrypted to its auditors: an extension of the SMART configuration, as the keys have (ADR 0075, 0097).
    configuration: `${fhirBase}/.well-known/smart-configuration`,
    named: 'audit_text_endpoint',
    mostBytes,
    failureOf: (status) => (nothing.includes(status) ? 'not-found' : failureOfAnswer(status, undefined)),
  })

  return {
    async open(entry, signal) {
      const effort = efforts(signal)
      const url = await service.place(effort)
      const { text } = await service.ask({ method: 'POST', repeat: 'never', url, headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify({ entry }) }, effort, Opened)
      return text
    },
  }
}
