import { createHash, X509Certificate } from 'node:crypto'

/** A certificate's pin: `sha256/` and the base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 §2.4). */
export function spkiPin(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`
}

/** A certificate as Node hands it to `checkServerIdentity`, linked to the one above it. */
export interface LinkedCertificate {
  readonly raw: Buffer
  readonly issuerCertificate?: LinkedCertificate
}

/** Longer chains do not exist in practice; a cross-signed loop must not hang the handshake. */
const longestChain = 10

/**
 * The certificates that really vouch for the leaf, leaf first. Node links certificates by name alone, so that a server
 * could slip in an unsigned one that merely carries a pinned key: only an issuer whose key verifies the signature
 * of the one below counts.
 */
function vouchingChain(leaf: LinkedCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  let link: LinkedCertificate | undefined = leaf
  let below: X509Certificate | undefined
  while (link !== undefined && chain.length < longestChain) {
    const certificate = new X509Certificate(link.raw)
    if (below !== undefined && !below.verify(certificate.publicKey)) break
    chain.push(certificate)
    below = certificate
    // A self-signed root names itself as its issuer.
    link = link.issuerCertificate === link ? undefined : link.issuerCertificate
  }
  return chain
}

/** Tells whether at least one certificate of the chain, authority included, is pinned. No pins: nothing to hold. */
export function holdsPin(leaf: LinkedCertificate, pins: readonly string[]): boolean {
  if (pins.length === 0) return true
  return vouchingChain(leaf).some((certificate) => pins.includes(spkiPin(certificate)))
}
