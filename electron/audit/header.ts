import { z } from 'zod'
import { holdReasons, readSignals, writeSignals } from '../../shared/alerts.ts'
import { calledEvents } from '../../shared/audit-events.ts'
import type { AuditHeader } from '../../shared/audit.ts'
import { failureKinds } from '../../shared/errors.ts'

/**
 * An audit header as it may enter the chain. It comes from `records`, which reads what a server sends: so that nothing
 * can ride along, each field is of a closed form, and a field of the writer (`seq`, `user`) is refused.
 */
const Header = z.strictObject({
  event: z.enum(calledEvents),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  outcome: z.enum(['intent', 'success', 'refused', 'failed']),
  cause: z.enum(['look', 'refresh']),
  /** FHIR id (https://hl7.org/fhir/R4/datatypes.html#id). */
  patient: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/).optional(),
  failure: z.enum(failureKinds).optional(),
  correlation: z.string().regex(/^[0-9a-f]{8}$/),
  sealed: z.string().max(16_384).refine(isForTheEhr).optional(),
  text: z.literal('not-kept').optional(),
  holdReason: z.enum(holdReasons).optional(),
  count: z.number().int().min(0).max(1_000_000_000).optional(),
  signals: z.string().max(200).refine((text) => text !== '' && text === writeSignals(readSignals(text))).optional(),
})

/** The protected header of a JWE (RFC 7516 §4, RFC 7518 §4.6): encrypted to a key that was agreed for this text alone. */
const ProtectedHeader = z.strictObject({
  alg: z.literal('ECDH-ES'),
  enc: z.literal('A256GCM'),
  kid: z.string().max(200),
  epk: z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string().length(43), y: z.string().length(43) }),
})

/** Whether a text has the form of a compact JWE to the EHR. What is in it nobody here can tell: that is its point. */
function isForTheEhr(text: string): boolean {
  // The key is the one that was agreed: none travels with it, encrypted.
  const [head = '', key, ...parts] = text.split('.')
  if (key !== '' || parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return false
  try {
    return ProtectedHeader.safeParse(JSON.parse(Buffer.from(head, 'base64url').toString('utf8'))).success
  } catch {
    return false
  }
}

/** The header if it may be written, without fields that are present but undefined; else undefined. */
export function readHeader(value: unknown): AuditHeader | undefined {
  const parsed = Header.safeParse(value)
  if (!parsed.success) return undefined
  const { patient, failure, sealed, text, count, signals, holdReason, ...rest } = parsed.data
  return {
    ...rest,
    ...(patient === undefined ? {} : { patient }),
    ...(failure === undefined ? {} : { failure }),
    ...(sealed === undefined ? {} : { sealed }),
    ...(text === undefined ? {} : { text }),
    ...(count === undefined ? {} : { count }),
    ...(signals === undefined ? {} : { signals }),
    ...(holdReason === undefined ? {} : { holdReason }),
  }
}
