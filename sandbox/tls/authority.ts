// x509 resolves its parts through tsyringe, which wants the Reflect metadata API to be there first.
import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its private key, both PEM. */
export interface KeyedCertificate {
  certificate: string
  key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 24 * 60 * 60 * 1000

/** Certificates start a little in the past, for clients whose clock is behind. */
const backdate = day

/**
 * RFC 5280 §4.2.1.10: of host names, this authority may speak for `localhost` alone. Its key lies in a folder of a
 * developer's machine; whoever steals it must not be able to impersonate an EHR to a client that trusts it. Addresses
 * would be constrained too, but BoringSSL, which Electron's Node has, refuses every chain with such a constraint.
 *
 *     SEQUENCE { [0] { SEQUENCE { [2] "localhost" } } }
 */
const localhostOnly = new Extension('2.5.29.30', true, Buffer.concat([Buffer.from('300fa00d300b8209', 'hex'), Buffer.from('localhost', 'ascii')]))

function serialNumber(): string {
  // RFC 5280 §4.1.2.2: positive; so the first bit is cleared.
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return Buffer.from(bytes).toString('hex')
}

async function toPem(certificate: X509Certificate, privateKey: webcrypto.CryptoKey): Promise<KeyedCertificate> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', privateKey)
  return { certificate: `${certificate.toString('pem')}\n`, key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` }
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), algorithm, true, ['sign'])
}

/** Makes a private certification authority, good for five years and for loopback names alone. `now` in epoch ms. */
export async function createAuthority(name: string, now: number): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    notBefore: new Date(now - backdate),
    notAfter: new Date(now + 5 * 365 * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      localhostOnly,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPem(certificate, keys.privateKey)
}

/** Who a certificate is for, and until when, in epoch ms. */
export interface CertificateWishes {
  readonly ip?: string
  readonly host?: string
  readonly until?: number
}

/** Issues a server certificate: unless told otherwise for 127.0.0.1 and localhost, good for 30 days. `now` in epoch ms. */
export async function issueServerCertificate(
  authority: KeyedCertificate,
  now: number,
  { ip = '127.0.0.1', host = 'localhost', until = now + 30 * day }: CertificateWishes = {},
): Promise<KeyedCertificate> {
  const issuer = new X509Certificate(authority.certificate)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=127.0.0.1',
    issuer: issuer.subject,
    notBefore: new Date(now - backdate),
    notAfter: new Date(until),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: ip },
        { type: 'dns', value: host },
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return toPem(certificate, keys.privateKey)
}

/** A server certificate for the right names that only it vouches for. */
export async function signServerCertificateItself(now: number): Promise<KeyedCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=127.0.0.1',
    notBefore: new Date(now - backdate),
    notAfter: new Date(now + 30 * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  })
  return toPem(certificate, keys.privateKey)
}

/** Whether a certificate is valid now and for `days` more. A certificate that cannot be read is not. */
export function isGoodFor(pem: string, days: number, now: number): boolean {
  try {
    const { notBefore, notAfter } = new X509Certificate(pem)
    return notBefore.getTime() <= now && notAfter.getTime() >= now + days * day
  } catch {
    return false
  }
}

/** The pin of a certificate's key, as RFC 7469 §2.4 hashes it: `sha256/` and the base64 of its SubjectPublicKeyInfo's SHA-256. */
export function pinOf(pem: string): string {
  const { publicKey } = new X509Certificate(pem)
  return `sha256/${createHash('sha256').update(Buffer.from(publicKey.rawData)).digest('base64')}`
}
