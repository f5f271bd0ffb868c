// x509 resolves its parts through tsyringe, which wants the Reflect metadata API to be there first.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { BasicConstraintsExtension, PemConverter, SubjectAlternativeNameExtension, type X509Certificate, X509CertificateGenerator } from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

/** A certificate with its keys, made for one test run. */
export interface Issued {
  readonly pem: string
  readonly keyPem: string
  readonly subject: string
  readonly keys: webcrypto.CryptoKeyPair
}

const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
const serial = () => `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex')}`

async function issued(certificate: X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Issued> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { pem: certificate.toString('pem'), keyPem: PemConverter.encode(pkcs8, 'PRIVATE KEY'), subject: certificate.subject, keys }
}

/** A self-signed authority. */
export async function makeAuthority(name: string): Promise<Issued> {
  const keys = await newKeys()
  const now = Date.now()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(), name: `CN=${name}`, notBefore: new Date(now - day), notAfter: new Date(now + day), signingAlgorithm: algorithm, keys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return issued(certificate, keys)
}

export interface ServerWishes {
  readonly host?: string
  readonly ip?: string
  readonly notAfter?: Date
}

/** A server's certificate by an authority, for 127.0.0.1 unless told otherwise. */
export async function makeServerCertificate(by: Issued, { host, ip = '127.0.0.1', notAfter = new Date(Date.now() + day) }: ServerWishes = {}): Promise<Issued> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(), subject: 'CN=server', issuer: by.subject, notBefore: new Date(Date.now() - 2 * day), notAfter, signingAlgorithm: algorithm,
    publicKey: keys.publicKey, signingKey: by.keys.privateKey,
    extensions: [new SubjectAlternativeNameExtension([host === undefined ? { type: 'ip', value: ip } : { type: 'dns', value: host }])],
  })
  return issued(certificate, keys)
}

/** A certificate that carries someone else's public key under the name of an issuer, signed by nobody who holds that key. */
export async function makeImpostor(subject: string, carries: Issued): Promise<string> {
  const mine = await newKeys()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(), subject, issuer: 'CN=impostor', notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day), signingAlgorithm: algorithm,
    publicKey: carries.keys.publicKey, signingKey: mine.privateKey, extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return certificate.toString('pem')
}
