import { z } from 'zod'
import type { AuditHeader } from '../../shared/audit.ts'
import { failureKinds } from '../../shared/errors.ts'

/**
 * An audit header as it may enter the chain. It comes from `records`, which reads what a server sends: so that nothing
 * can ride along, each field is of a closed form, and a field of the writer (`seq`, `user`) is refused.
 */
const Header = z.strictObject({
  event: z.string().regex(/^[a-z][A-Za-z0-9.-]{0,63}$/),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  outcome: z.enum(['intent', 'success', 'refused', 'failed']),
  cause: z.enum(['look', 'refresh']),
  /** FHIR id (https://hl7.org/fhir/R4/datatypes.html#id). */
  patient: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/).optional(),
  failure: z.enum(failureKinds).optional(),
  correlation: z.string().regex(/^[0-9a-f]{8}$/),
  sealed: z.base64().max(16_384).optional(),
})

/** The header if it may be written, without fields that are present but undefined; else undefined. */
export function readHeader(value: unknown): AuditHeader | undefined {
  const parsed = Header.safeParse(value)
  if (!parsed.success) return undefined
  const { patient, failure, sealed, ...rest } = parsed.data
  return { ...rest, ...(patient === undefined ? {} : { patient }), ...(failure === undefined ? {} : { failure }), ...(sealed === undefined ? {} : { sealed }) }
}
