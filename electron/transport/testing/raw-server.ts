import { once } from 'node:events'
import { createServer, type TLSSocket } from 'node:tls'
import type { Issued } from './certificates.ts'

export interface RawServer {
  readonly origin: string
  /** What is written to whoever has asked something; the first line of the question is given. */
  answerWith(answer: (socket: TLSSocket, asked: string) => void): void
  close(): Promise<void>
}

/** TLS on loopback, and behind it whatever bytes a test likes: what no HTTP server would let itself be told to send. */
export async function startRawServer(certificate: Issued): Promise<RawServer> {
  let answer: (socket: TLSSocket, asked: string) => void = () => undefined
  const open = new Set<TLSSocket>()
  const server = createServer({ cert: certificate.pem, key: certificate.keyPem }, (socket) => {
    open.add(socket)
    // Clients hang up on what is sent here; that is no news.
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
    socket.on('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1').split('\r\n')[0] ?? ''))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    origin: `https://127.0.0.1:${address.port}`,
    answerWith: (next) => {
      answer = next
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
