import { z } from 'zod'

/** What the FHIR API answers. */
export const ContentFaults = z.strictObject({
  /** `redirect`: every FHIR call is sent to another host, which counts who comes with a token. */
  fhir: z.enum(['ok', 'redirect', 'server-error', 'not-json']),
})

export const soundContent = { fhir: 'ok' } as const satisfies z.infer<typeof ContentFaults>
