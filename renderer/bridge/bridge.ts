import type { ChartkeepBridge, ChartkeepEvents, Connection } from '../../shared/bridge.ts'
import type { InputOf, NamesVia, OutputOf, SessionView, TabId } from '../../shared/contract/index.ts'
import { parseObject, readReply } from './reply.ts'

type Unsubscribe = () => void

/** The contract as the renderer calls it: typed, and failing with `CallFailure`. */
export interface Bridge {
  /** Calls a row that `main` or the workspace port answers. */
  call<N extends NamesVia<'main' | 'workspace'>>(name: N, input: InputOf<N>): Promise<OutputOf<N>>
  /** Calls a row on the port of a chart tab; `records` refuses any patient but the tab's. */
  callTab<N extends NamesVia<'tab'>>(tab: TabId, name: N, input: InputOf<N>): Promise<OutputOf<N>>
  onSession(listener: (session: SessionView) => void): Unsubscribe
  onConnection(listener: (connection: Connection) => void): Unsubscribe
  onFlush(listener: () => Promise<void>): Unsubscribe
}

/** Wraps what the preload exposes. */
export function createBridge(procedures: ChartkeepBridge, events: ChartkeepEvents): Bridge {
  return {
    async call(name, input) {
      return valueFrom(await procedures[name](JSON.stringify(input)))
    },
    async callTab(tab, name, input) {
      return valueFrom(await procedures[name](tab, JSON.stringify(input)))
    },
    onSession: (listener) => events.onSession((text) => listener(readSession(text))),
    onConnection: (listener) =>
      events.onConnection((text) => {
        const connection = parseObject(text)
        if (connection && typeof connection['online'] === 'boolean' && typeof connection['since'] === 'number') {
          listener({ online: connection['online'], since: connection['since'] })
        }
      }),
    onFlush: (listener) => events.onFlush(listener),
  }
}

/** The router parsed the output with the row's schema before it was sent: its type is the row's. */
function valueFrom<T>(text: string): T {
  return readReply(text) as T
}

/** Unknown means locked: a session that cannot be read shows nothing of a patient. */
function readSession(text: string): SessionView {
  const session = parseObject(text)
  if (session && typeof session['state'] === 'string' && typeof session['epoch'] === 'number') {
    // `main` builds it as a SessionView and sends nothing else; the two fields that decide were looked at.
    return session as unknown as SessionView
  }
  return { state: 'locked', epoch: -1, permissions: [], pin: 'unavailable', signInPage: false, keeping: 'memory-only' }
}
