import { refuse } from '../outcomes.ts'
import { versionOfTag } from '../read/etag.ts'

/** The version that `If-Match` asks for. @throws 400 for one that names no version: it must not pass for none. */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const version = versionOfTag(header)
  if (version === undefined) throw refuse('bad-request', 'If-Match does not name one version.')
  return version
}

/** FHIR R4 §3.1.0.1.9: what a write answers with. */
export type Returned = 'representation' | 'minimal' | 'OperationOutcome'

/** The preferences of a request, of those that are honoured (RFC 7240). */
export interface Preferences {
  readonly handling: 'strict' | 'lenient'
  readonly returned: Returned
}

/** Reads `Prefer`. What is not known is ignored, as RFC 7240 §2 asks. */
export function readPrefer(header: string | readonly string[] | undefined): Preferences {
  const wishes = [header ?? []].flat().flatMap((one) => one.split(/[,;]/)).map((wish) => wish.trim())
  const returned: readonly Returned[] = ['minimal', 'OperationOutcome']
  return {
    handling: wishes.includes('handling=strict') ? 'strict' : 'lenient',
    returned: returned.find((one) => wishes.includes(`return=${one}`)) ?? 'representation',
  }
}

/** Whether an `Accept` header takes FHIR in JSON. */
export function acceptsJson(header: string | undefined): boolean {
  if (header === undefined || header.trim() === '') return true
  const kinds = header.split(',').map((one) => one.split(';')[0]?.trim().toLowerCase())
  return kinds.some((kind) => kind === '*/*' || kind === 'application/*' || kind === 'application/json' || kind === 'application/fhir+json')
}
