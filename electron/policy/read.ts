import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorCode } from '../../shared/error-code.ts'
import type { Policy } from '../../shared/policy.ts'
import { parsePolicy } from './parse.ts'
import type { PolicyPlace } from './place.ts'
import { aboutTheFile, type PolicyRefusal } from './refusal.ts'

/** A policy and the authorities it names, as PEM: what the application is composed with. */
export interface PolicyInForce {
  readonly policy: Policy
  readonly caPem: string | undefined
}

export type PolicyReading =
  | { readonly state: 'read'; readonly inForce: PolicyInForce }
  | { readonly state: 'refused'; readonly refusal: PolicyRefusal }
  | { readonly state: 'missing' }

const maxBytes = 262_144

/** Reads the policy at its place. `trusted(stat)` tells whether only an administrator may have written a file. */
export async function readPolicy(place: PolicyPlace, mayBeTrusted: (path: string) => Promise<boolean> = writtenByAdministrator): Promise<PolicyReading> {
  let text: string
  try {
    const { size } = await stat(place.path)
    if (size > maxBytes) return refuse({ reason: 'too-large', ...aboutTheFile, detail: `larger than ${maxBytes} bytes` })
    text = await readFile(place.path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' }
    return refuse({ reason: 'unreadable', ...aboutTheFile, detail: code ?? 'unknown' })
  }
  if (place.source === 'machine' && !((await mayBeTrusted(place.path)) && (await mayBeTrusted(dirname(place.path))))) {
    return refuse({ reason: 'unprotected', ...aboutTheFile, detail: 'the file or its folder may be written by others than the administrator' })
  }
  const parsed = parsePolicy(text)
  if (!parsed.ok) return refuse(parsed.refusal)
  const { policy, placeOf } = parsed
  if (policy.ehr.caFile === undefined) return { state: 'read', inForce: { policy, caPem: undefined } }
  const authorities = await readAuthorities(resolve(dirname(place.path), policy.ehr.caFile))
  if (authorities.pem === undefined) {
    return refuse({ reason: 'ca-file', ...placeOf(['ehr', 'caFile']), key: 'ehr.caFile', detail: authorities.detail })
  }
  return { state: 'read', inForce: { policy, caPem: authorities.pem } }
}

function refuse(refusal: PolicyRefusal): PolicyReading {
  return { state: 'refused', refusal }
}

/** The certificates of a PEM file, each of which must parse: a truncated bundle must not silently trust fewer. */
async function readAuthorities(path: string): Promise<{ readonly pem: string } | { readonly pem: undefined; readonly detail: string }> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return { pem: undefined, detail: errorCode(error) ?? 'unknown' }
  }
  const begun = text.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0
  const whole = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g) ?? []
  if (begun === 0) return { pem: undefined, detail: 'no certificate in it' }
  if (whole.length !== begun) return { pem: undefined, detail: 'a certificate in it is cut off' }
  for (const [index, pem] of whole.entries()) {
    try {
      // Parsed for the error alone.
      void new X509Certificate(pem)
    } catch {
      return { pem: undefined, detail: `certificate ${index + 1} in it does not parse` }
    }
  }
  // Nothing but certificates goes on: a private key in the same file stays where it is.
  return { pem: `${whole.join('\n')}\n` }
}

/**
 * Owned by root, and writable by nobody else. On Windows the folder's access list does this (the installer sets it, the
 * hardening baseline checks it): Node cannot read it.
 */
async function writtenByAdministrator(path: string): Promise<boolean> {
  if (process.platform === 'win32') return true
  const { uid, mode } = await stat(path)
  return uid === 0 && (mode & 0o022) === 0
}
