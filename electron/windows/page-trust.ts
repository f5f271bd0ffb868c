import type { Certificate } from 'electron'
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { spkiPin } from '../transport/pinning.ts'

export interface PageTrust {
  /** Authorities in PEM that are trusted instead of the operating system's; absent: Chromium decides. */
  readonly caPem: string | undefined
  readonly pins: readonly string[]
}

const longestChain = 10

/**
 * Whether the chain that a server shows vouches for `host`, by the policy's own authorities: names, dates, signatures
 * and pins. `now` is epoch milliseconds. The same rule as the transport's, for the one page that Chromium loads from
 * the EHR: its sign-in page.
 */
export function isVouchedFor(host: string, shown: readonly string[], { caPem, pins }: PageTrust, now: number): boolean {
  const [leaf, ...others] = shown.map((pem) => new X509Certificate(pem))
  if (!leaf || (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) === undefined) return false
  const authorities = (caPem?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem))
  const chain = [leaf]
  for (let link = leaf; chain.length < longestChain; ) {
    const root = authorities.find((authority) => vouches(authority, link))
    if (root) {
      chain.push(root)
      return chain.every((each) => isCurrent(each, now)) && isPinned(chain.map(String), pins)
    }
    const issuer = others.find((each) => each.ca && vouches(each, link))
    if (!issuer || chain.includes(issuer)) return false
    chain.push(issuer)
    link = issuer
  }
  return false
}

/** Whether one certificate of a chain that was verified already is pinned. No pins: nothing to hold. */
export function isPinned(chain: readonly string[], pins: readonly string[]): boolean {
  return pins.length === 0 || chain.some((pem) => pins.includes(spkiPin(new X509Certificate(pem))))
}

const vouches = (issuer: X509Certificate, subject: X509Certificate) => subject.checkIssued(issuer) && subject.verify(issuer.publicKey)

const isCurrent = (certificate: X509Certificate, now: number) => Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)

/** The PEMs of a certificate and its issuers, leaf first, as Electron links them. */
export function chainOf(certificate: Certificate): string[] {
  const chain: string[] = []
  for (let link: Certificate | undefined = certificate; link?.data && chain.length < longestChain && !chain.includes(link.data); link = link.issuerCert) chain.push(link.data)
  return chain
}
