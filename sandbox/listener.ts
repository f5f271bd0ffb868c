import { createServer, type Server } from 'node:https'
import { errorCode } from '../shared/error-code.ts'
import type { KeyedCertificate } from './tls/authority.ts'

/** An https server on loopback that has its port before it has its routes: issuer and FHIR base are named after it. */
export interface Listener {
  server: Server
  port: number
  /** From the next handshake on. Who asks for `localhost` by name is shown the first one, always. */
  show(certificate: KeyedCertificate, tls?: '1.2' | '1.1'): void
  close(): Promise<void>
}

const secureContext = (pair: KeyedCertificate) => ({ cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' as const })

/** OpenSSL offers what is older than TLS 1.2 at its lowest level alone. */
const oldContext = (pair: KeyedCertificate) => ({
  ...secureContext(pair), minVersion: 'TLSv1.1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT@SECLEVEL=0',
})

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP')
  return address.port
}

const isTaken = (error: unknown) => errorCode(error) === 'EADDRINUSE'

/**
 * Listens on `port`; with 0, on `preferred` if that is free, else on any. Until routes are attached a request gets
 * 503. Rejects with EADDRINUSE if a port that was named is taken.
 */
export async function openListener(certificate: KeyedCertificate, port: number, preferred: number): Promise<Listener> {
  const server = createServer({ ...secureContext(certificate), keepAliveTimeout: 65_000 })
  server.addContext('localhost', secureContext(certificate))
  const starting = server.on('request', (_request, response) => {
    // Routes answer in this listener's stead once they are there; it stays, last, for none.
    if (server.listenerCount('request') === 1) response.writeHead(503, { 'retry-after': '1' }).end()
  })
  try {
    await listen(starting, port === 0 ? preferred : port)
  } catch (error) {
    if (port !== 0 || preferred === 0 || !isTaken(error)) throw error
    await listen(starting, 0)
  }
  return {
    server,
    port: portOf(server),
    show(pair, tls = '1.2') {
      // New context, new ticket keys: nobody resumes a session past a certificate they would refuse.
      server.setSecureContext(tls === '1.1' ? oldContext(pair) : secureContext(pair))
      server.closeIdleConnections()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
