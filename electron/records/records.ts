import { compose, type RunningRecords } from './compose.ts'
import type { RecordsEnvironment } from './environment.ts'
import type { Host } from './host.ts'

/** Runs the records process: it begins with the first `start`, and what comes before it is ignored. */
export function runRecords(host: Host, environment: RecordsEnvironment): void {
  let running: RunningRecords | undefined
  host.onMessage((message, handed) => {
    if (message.kind === 'start') {
      running ??= compose(host, environment, message.start)
      host.post({ kind: 'ready' })
      return
    }
    if (running === undefined || running.broker.receive(message, handed)) return
    const { ports, close, enter, grant, hold, limit } = running
    if (message.kind === 'session') enter(message.state, message.permissions)
    if (message.kind === 'limits') limit(message.limits)
    if (message.kind === 'holds') hold(message.holds)
    if (message.kind === 'file-grant') grant(message.grant, message.path)
    if (message.kind === 'close-tab') ports.closeTab(message.tab)
    if (message.kind === 'port') for (const port of handed) ports.attach(message.port, message.epoch, port)
    if (message.kind === 'flush') {
      void ports.flush().then(() => {
        const epoch = close()
        host.post({ kind: 'flushed', request: message.request, ...(epoch === undefined ? {} : { epoch }) })
      })
    }
  })
}
