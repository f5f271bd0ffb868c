import { z } from 'zod'

/** What honest, real FHIR servers do otherwise than a client expects. None of it is an attack; each is in the field. */
export const ApiHabits = z.strictObject({
  /** `refused`: no `POST` to the base, so that nothing can be asked in one go. */
  batch: z.enum(['taken', 'refused']),
  /** `by-category-or-code`: the patient alone is not enough to search observations by (US Core asks for no more). */
  observations: z.enum(['by-patient', 'by-category-or-code']),
  /** Whether clients may create AuditEvents. */
  auditEvents: z.enum(['taken', 'forbidden', 'no-such-interaction']),
  /** `patients-alone`: `_lastUpdated` is refused for every other type; what was deleted shows nowhere, as ever. */
  lastUpdated: z.enum(['every-type', 'patients-alone']),
  /** `ignored`: left out of the self link, as FHIR asks, and out of the order. `refused`: 400, and no order where none is asked. */
  sort: z.enum(['honoured', 'ignored', 'refused']),
  /** `capped`: pages of ten, whatever was asked. */
  count: z.enum(['honoured', 'capped']),
  /** How next pages are named. `plain-http`: by a server that does not know of the TLS before it. */
  nextLinks: z.enum(['absolute', 'from-base', 'from-root', 'plain-http']),
  etags: z.enum(['sent', 'absent']),
  /**
   * OperationOutcomes among a search's results. `note`: one that says nothing of weight. `unmarked-note`: the same without
   * `search.mode`. `suppressed`: the answer leaves something out. `instead`: 200 with nothing but an outcome that says "forbidden".
   */
  outcomes: z.enum(['none', 'note', 'unmarked-note', 'suppressed', 'instead']),
  /** `unasked`: who wrote a record comes along, though nobody asked. */
  includes: z.enum(['as-asked', 'unasked']),
  /** How a record names its patient. `by-identifier`: by a logical reference, without an address. */
  patientReferences: z.enum(['relative', 'absolute', 'versioned', 'by-identifier']),
  contentType: z.enum(['application/fhir+json', 'application/json']),
  /** More requests than this at once are answered 429, without a word on when to come back. */
  atOnce: z.number().int().min(1).max(1_000),
})

export const expectedApi = {
  batch: 'taken',
  observations: 'by-patient',
  auditEvents: 'taken',
  lastUpdated: 'every-type',
  sort: 'honoured',
  count: 'honoured',
  nextLinks: 'absolute',
  etags: 'sent',
  outcomes: 'none',
  includes: 'as-asked',
  patientReferences: 'relative',
  contentType: 'application/fhir+json',
  atOnce: 1_000,
} as const satisfies z.infer<typeof ApiHabits>
