import { X509Certificate } from 'node:crypto'
import { afterAll, afterEach } from 'vitest'
import { createTransport, spkiPin, type Transport, type TransportParts } from '../../../electron/transport/index.ts'
import { type Issued, makeAuthority, makeServerCertificate } from '../../../electron/transport/testing/certificates.ts'
import { startTlsServer, type TlsServer } from '../../../electron/transport/testing/tls-server.ts'
import { kindOf } from '../../../shared/errors.ts'

/** Two authorities, and a server whose certificate is of the first. */
export const authority = await makeAuthority('authority')
export const other = await makeAuthority('another authority')
export const certificate = await makeServerCertificate(authority)
export const server = await startTlsServer(certificate)

/** What is closed after the test that opened it. */
export const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
afterAll(() => server.close())

export const pinOf = (pem: string) => spkiPin(new X509Certificate(pem))

/** A transport to that server, by that authority. */
export function transport(parts: Partial<TransportParts> = {}): Transport {
  const made = createTransport({ origins: [server.origin], caPem: authority.pem, pins: [], proxy: undefined, ...parts })
  closers.push(() => made.close())
  return made
}

export async function serve(issued: Issued, options: Parameters<typeof startTlsServer>[1] = {}): Promise<TlsServer> {
  const made = await startTlsServer(issued, options)
  closers.push(() => made.close())
  return made
}

/** The kind of what it throws. */
export async function failure(act: () => unknown): Promise<string> {
  try {
    await act()
  } catch (error) {
    return kindOf(error)
  }
  return 'none'
}
