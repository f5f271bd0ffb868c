import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as tls from 'node:tls'
import { ChartkeepError } from '../../shared/errors.ts'
import { holdsPin } from './pinning.ts'

export interface TrustParts {
  /** Authorities trusted for the EHR, instead of those of the operating system. */
  readonly caPem: string | undefined
  /** `sha256/<base64>`; empty: the chain alone decides. */
  readonly pins: readonly string[]
}

/** The options of `tls.connect` that decide whom we talk to. */
export type TrustOptions = Required<Pick<tls.ConnectionOptions, 'secureContext' | 'minVersion' | 'rejectUnauthorized' | 'checkServerIdentity'>>

const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g
const linuxBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt']

/**
 * What every handshake with the EHR must satisfy, for each connection.
 * Throws `untrusted-certificate` if the bundle holds no certificate: an empty list would silently mean the default roots.
 */
export function trustOptions({ caPem, pins }: TrustParts): TrustOptions {
  const ca = caPem === undefined ? systemRoots() : authorities(caPem)
  return {
    secureContext: tls.createSecureContext({ ca, minVersion: 'TLSv1.2' }),
    minVersion: 'TLSv1.2',
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment changes nothing.
    rejectUnauthorized: true,
    checkServerIdentity(host, certificate) {
      const mismatch = tls.checkServerIdentity(host, certificate)
      // Not under Node's own code: undici 7 has a way of its own for that, after which requests beside this one are never answered.
      if (mismatch !== undefined) return new ChartkeepError('untrusted-certificate', {}, { cause: mismatch.message })
      // Node hands over the whole chain here (getPeerCertificate(true)), though its type says only the leaf.
      return holdsPin(certificate, pins) ? undefined : new ChartkeepError('untrusted-certificate')
    },
  }
}

function authorities(pem: string): string[] {
  const found = pem.match(pemBlock) ?? []
  try {
    if (found.map((block) => new X509Certificate(block)).length > 0) return found
  } catch (cause) {
    throw new ChartkeepError('untrusted-certificate', {}, { cause })
  }
  throw new ChartkeepError('untrusted-certificate')
}

/** The operating system's roots where this Node can read them, with Node's own; Electron 33 has no `getCACertificates`. */
function systemRoots(): string[] {
  const roots = new Set<string>(tls.rootCertificates)
  if ('getCACertificates' in tls) for (const pem of tls.getCACertificates('system')) roots.add(pem)
  else for (const pem of linuxRoots()) roots.add(pem)
  return [...roots]
}

function linuxRoots(): string[] {
  if (process.platform !== 'linux') return []
  for (const path of linuxBundles) {
    try {
      return readFileSync(path, 'utf8').match(pemBlock) ?? []
    } catch {
      // The next distribution's place.
    }
  }
  return []
}
