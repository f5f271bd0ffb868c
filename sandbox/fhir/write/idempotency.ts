import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Resource } from '@medplum/fhirtypes'
import { isSealedFile, sealedFileId } from '../../sealed-files/index.ts'
import type { Caller } from '../../types.ts'
import type { Context } from '../context.ts'
import { refuse } from '../outcomes.ts'
import { see } from '../read/reads.ts'
import { content, type Written } from './writes.ts'

const keyPattern = /^[A-Za-z0-9-]{16,64}$/

/** The id of what is created under a key: the same for the same person, type and key, and nobody else's. @throws 400 for what is no key */
export function idUnderKey({ practitioner }: Caller, type: string, key: string): string {
  if (!keyPattern.test(key)) throw refuse('bad-request', 'Idempotency-Key has 16 to 64 letters, digits and dashes.')
  const hex = createHash('sha256').update(JSON.stringify([practitioner, type, key])).digest('hex')
  // RFC 9562 §5.8: a UUID of our own making.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

/**
 * What was created under a key before: a client that was cut off sends it again.
 * @throws 409 where something else was created under it; 410 where it was withdrawn since, 403 where the caller may not see it any more
 */
export function createdBefore(context: Context, body: Resource, key: string): Written | undefined {
  const { store, caller } = context
  const record = store.find(body.resourceType, idUnderKey(caller, body.resourceType, key))
  if (record === undefined) return undefined
  const { json } = see(context, record.type, record.id)
  if (!isSame(JSON.parse(json), body)) throw refuse('conflict', 'Something else was created under this Idempotency-Key.')
  return { status: 200, wasThere: true, record, json }
}

/** A sealed file is sealed anew for whom it is sent to, each time: it is the same by its own id. */
function isSame(before: Resource, body: Resource): boolean {
  const [one, other] = [sealedIdOf(before), sealedIdOf(body)]
  if (one !== undefined && before.resourceType === 'Binary' && body.resourceType === 'Binary') return one === other && isDeepStrictEqual(before.securityContext, body.securityContext)
  return isDeepStrictEqual(content(before), content(body))
}

function sealedIdOf(resource: Resource): string | undefined {
  if (resource.resourceType !== 'Binary' || !isSealedFile(resource.contentType)) return undefined
  return sealedFileId(Buffer.from(resource.data ?? '', 'base64'))
}
