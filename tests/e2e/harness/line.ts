import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { LaunchOptions } from './launch.ts'

/** One workstation's way to the EHR: it can be cut while everybody else goes on. */
export interface Line {
  /** For the application: it goes this way. */
  readonly args: NonNullable<LaunchOptions['args']>
  /** As by a pulled cable: what is under way is dropped, and nothing gets through. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** A proxy that reads nothing of what it passes on: certificates and pins are those of the EHR. */
export async function openLine(): Promise<Line> {
  let isCut = false
  const ends = new Set<Duplex>()
  const server = createServer((_asked, answer) => answer.writeHead(405).end())
  const drop = () => ends.forEach((end) => end.destroy())
  server.on('connect', ({ url = '' }, near) => {
    if (isCut) return void near.destroy()
    const { hostname, port } = new URL(`tcp://${url}`)
    const far = connect(Number(port), hostname)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      ends.add(one)
      one.on('error', () => other.destroy()).on('close', () => {
        ends.delete(one)
        other.destroy()
      })
    }
    far.on('connect', () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      near.pipe(far).pipe(near)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the line does not listen on TCP')
  return {
    // Loopback goes past a proxy unless it is told otherwise.
    args: [`--proxy-server=http://127.0.0.1:${address.port}`, '--proxy-bypass-list=<-loopback>'],
    cut: () => {
      isCut = true
      drop()
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      server.close()
      drop()
      await once(server, 'close')
    },
  }
}
