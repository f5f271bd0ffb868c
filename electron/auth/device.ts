import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import { type DeviceKey, proofOf } from './device-proof.ts'
import { type Fetch, kindOfStatus } from './http.ts'

export type { DeviceKey } from './device-proof.ts'

export type Registration =
  | { readonly state: 'registered'; /** Known to the EHR from before. */ readonly again: boolean; /** Where its desk answers challenges (ADR 0114): 32 bytes, base64url. */ readonly unlockSecret?: string }
  /** This EHR registers no devices; remote lock-out will not reach this workstation. */
  | { readonly state: 'no-endpoint' }
  | { readonly state: 'failed'; readonly failure: FailureKind }

export interface DeviceParts {
  readonly fetch: Fetch
  readonly fhirBase: string
  readonly key: DeviceKey
  /** For a person in IT to recognise the workstation; its host name. */
  readonly displayName: string
  readonly clock: Clock
}

/** The one thing in the answer that is used here: what else it holds, and whether it is there, is the EHR's. */
const Answer = z.looseObject({ unlockSecret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

const registrationPath = '/device/registrations'

/**
 * Makes the workstation known to the EHR, with a proof that it holds its key. Safe to repeat: the same device with the
 * same key is the same registration. Never rejects: a device that is not registered does not stop a clinician.
 */
export async function registerDevice({ fetch, fhirBase, key, displayName, clock }: DeviceParts, accessToken: string): Promise<Registration> {
  const url = `${new URL(fhirBase).origin}${registrationPath}`
  try {
    const body = JSON.stringify({ deviceId: key.deviceId, publicKeyJwk: { kty: key.publicJwk.kty, crv: key.publicJwk.crv, x: key.publicJwk.x }, displayName: shown(displayName), proof: await proofOf(key, url, clock) })
    const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', accept: 'application/json' }, body })
    if (response.status === 404 || response.status === 405 || response.status === 501) return { state: 'no-endpoint' }
    if (response.status === 409) return { state: 'failed', failure: 'conflict' }
    if (!response.ok) return { state: 'failed', failure: kindOfStatus(response.status) }
    const answer = Answer.safeParse(await response.json().catch(() => undefined))
    return { state: 'registered', again: response.status === 200, ...(answer.success ? { unlockSecret: answer.data.unlockSecret } : {}) }
  } catch (error) {
    return { state: 'failed', failure: error instanceof ChartkeepError ? error.kind : 'internal' }
  }
}

/** Host names are free text in some places: no control characters, 100 characters at most, never empty. */
function shown(name: string): string {
  const plain = name.replace(/\p{C}/gu, '').trim().slice(0, 100)
  return plain === '' ? 'workstation' : plain
}
