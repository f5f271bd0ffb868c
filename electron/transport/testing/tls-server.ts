import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { SecureVersion } from 'node:tls'
import type { Issued } from './certificates.ts'

export interface TlsServer {
  readonly origin: string
  /** Connections accepted so far: tells a reused one from a new one. */
  connections(): number
  answerWith(listener: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

/** A real https server on loopback. `extraChain`: certificates it sends beside its own. */
export async function startTlsServer(
  certificate: Issued,
  options: { readonly extraChain?: readonly string[]; readonly maxVersion?: SecureVersion; readonly listener?: RequestListener } = {},
): Promise<TlsServer> {
  let listener: RequestListener = options.listener ?? ((_request, response) => response.end('ok'))
  let connections = 0
  const server: Server = createServer(
    {
      cert: [certificate.pem, ...(options.extraChain ?? [])].join('\n'),
      key: certificate.keyPem,
      minVersion: 'TLSv1',
      ...(options.maxVersion ? { maxVersion: options.maxVersion } : {}),
      // Old versions of TLS need OpenSSL's lowest security level to be offered at all.
      ...(options.maxVersion ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    },
    (request, response) => listener(request, response),
  )
  // Those that still shake hands are no connections of the https server yet, and would be waited for.
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('secureConnection', () => (connections += 1))
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    origin: `https://127.0.0.1:${address.port}`,
    connections: () => connections,
    answerWith: (next) => {
      listener = next
    },
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
