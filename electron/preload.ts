import { contextBridge, ipcRenderer } from 'electron'
import type { ChartkeepBridge, ChartkeepEvents, MayLeave } from '../shared/bridge.ts'
import type { Transport } from '../shared/contract/procedure.ts'
import { transports } from '../shared/contract/transports.ts'
import type { PortPurpose } from './records/protocol.ts'
import { arrival } from './rpc/arrival.ts'
import { channels } from './rpc/channels.ts'
import { currentPort } from './rpc/current-port.ts'
import { createPortClient, type PortClient, type TextPort } from './rpc/port-client.ts'

/** Keeps the latest text and tells it to each listener: at once, and at each change. */
function latest() {
  let text: string | undefined
  const listeners = new Set<(text: string) => void>()
  return {
    set: (value: string) => {
      text = value
      for (const listener of listeners) listener(value)
    },
    listen: (listener: (text: string) => void) => {
      listeners.add(listener)
      if (text !== undefined) listener(text)
      return () => void listeners.delete(listener)
    },
  }
}

const session = latest()
const connection = latest()
const keeping = latest()
const holds = latest()
const flushers = new Set<() => Promise<void>>()
/** Told as it happens, and not again: where a file stands is in the list of files. */
const uploadListeners = new Set<(text: string) => void>()
const workspace = currentPort()
const tabs = new Map<string, ReturnType<typeof arrival<PortClient>>>()

const tabOf = (tab: string) => {
  const known = tabs.get(tab) ?? arrival<PortClient>()
  tabs.set(tab, known)
  return known
}

ipcRenderer.on(channels.session, (_event, text: string) => session.set(text))

ipcRenderer.on(channels.port, (event, purpose: PortPurpose) => {
  const [port] = event.ports
  if (!port) return workspace.part()
  const asked = purpose.for === 'tab' ? purpose.ask.map((input) => ({ name: 'chart.section', input })) : []
  // A DOM port is the text port that is used here: its handlers take a wider event.
  const client = createPortClient(port as unknown as TextPort, (text) => {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('event' in message)) return
    if (message.event === 'connection') connection.set(text)
    if (message.event === 'keeping') keeping.set(text)
    if (message.event === 'holds') holds.set(text)
    if (message.event === 'upload') for (const listener of uploadListeners) listener(text)
  }, asked)
  if (purpose.for === 'workspace') {
    // Another `records` says itself what it cannot keep.
    keeping.set('{}')
    // Nor does it leave a hold to be guessed.
    holds.set('{}')
    workspace.join(client)
  } else {
    tabOf(purpose.tab).resolve(client)
  }
})

ipcRenderer.on(channels.flush, () => {
  void Promise.allSettled([...flushers].map((flush) => flush())).then(() => ipcRenderer.send(channels.flush))
})

/** A signal does not cross the context bridge; a function does. */
function leaving(mayLeave: MayLeave): AbortSignal {
  const left = new AbortController()
  mayLeave(() => left.abort())
  return left.signal
}

function carry(name: string, transport: Transport) {
  switch (transport) {
    case 'main':
      return (input: string): Promise<string> => ipcRenderer.invoke(channels.call, name, input)
    case 'workspace':
      return (input: string, mayLeave?: MayLeave) => workspace.call(name, input, mayLeave && leaving(mayLeave))
    case 'tab':
      return async (tab: string, input: string) => (await tabOf(tab).promise).call(name, input)
  }
}

// One function for each row: the table says all that there is, so the cast adds nothing to it.
const bridge = Object.fromEntries(Object.entries(transports).map(([name, transport]) => [name, carry(name, transport)])) as unknown as ChartkeepBridge

const events: ChartkeepEvents = {
  onSession: session.listen,
  onConnection: connection.listen,
  onKeeping: keeping.listen,
  onHolds: holds.listen,
  onUpload: (listener) => {
    uploadListeners.add(listener)
    return () => void uploadListeners.delete(listener)
  },
  onFlush: (listener) => {
    flushers.add(listener)
    return () => void flushers.delete(listener)
  },
}

// Said by Chromium, which draws for itself alone until there is something to see.
new PerformanceObserver((seen, observer) => {
  if (seen.getEntriesByName('first-contentful-paint').length === 0) return
  observer.disconnect()
  ipcRenderer.send(channels.painted)
}).observe({ type: 'paint', buffered: true })

contextBridge.exposeInMainWorld('chartkeep', bridge)
contextBridge.exposeInMainWorld('chartkeepEvents', events)
