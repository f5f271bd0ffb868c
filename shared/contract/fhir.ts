import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'

/**
 * A FHIR R4 resource as it came: only what every reader relies on is checked here. What a clinician reads of it is
 * decided in `shared/clinical`, which takes nothing for granted.
 */
export const FhirResource = z
  .looseObject({ resourceType: z.string().regex(/^[A-Za-z]{1,64}$/), id: z.string().max(64).optional() })
  // The cast is true as far as it is used: `shared/clinical` reads defensively and tells malformed from absent.
  .transform((value) => value as unknown as Resource)
