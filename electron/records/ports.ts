import type { TabId } from '../../shared/contract/index.ts'
import type { FailureKind, Reply } from '../../shared/errors.ts'
import type { PortCaller } from './handlers/caller.ts'
import type { TextPort } from './host.ts'
import type { PortPurpose } from './protocol.ts'
import { type DropReason, servePort } from './serve-port.ts'

export type Answer = (caller: PortCaller, name: unknown, input: unknown) => Promise<Reply<unknown>>

export interface PortsParts {
  /** Of this process: a port of another is stale. */
  readonly epoch: number
  readonly workspace: Answer
  readonly tab: Answer
  readonly dropped: (why: DropReason) => void
  /** What a window should know as soon as it is there, as texts. */
  greeting(): readonly string[]
}

/** The ports to the pages, each bound to its purpose. */
export interface PortSet {
  attach(purpose: PortPurpose, epoch: number, port: TextPort): void
  /** Its requests to the EHR are aborted, on the wire too. */
  closeTab(tab: TabId): void
  /** Tells every window something; of a patient no more than the opaque id. */
  tell(text: string): void
  /** Takes no more calls, and leaves the EHR; resolves when what was being kept is on disk. */
  flush(): Promise<void>
}

/** The calls that a flush waits for: what they carry exists nowhere else, and half of a file is taken away. */
const writes = new Set(['draft.save', 'place.keep', 'audit.export'])

export function createPorts(parts: PortsParts): PortSet {
  const windows = new Set<TextPort>()
  const tabs = new Map<TabId, { readonly port: TextPort; readonly leave: () => void }>()
  /** Aborted at the lock: what is being asked of the EHR is asked for nobody. */
  const locked = new AbortController()
  const writing = new Set<Promise<unknown>>()
  let flushed = false

  function serve(port: TextPort, answer: Answer, facts: { readonly patient?: string; readonly isStale: boolean; readonly ask: readonly string[] }, closed: () => void): () => void {
    const gone = new AbortController()
    const refusal = (): FailureKind | undefined => (facts.isStale || gone.signal.aborted ? 'stale' : flushed ? 'locked' : undefined)
    port.onClose(() => {
      gone.abort()
      closed()
    })
    servePort(port, {
      ask: facts.ask,
      dropped: parts.dropped,
      answer: (name, input, arrival, left) => {
        const why = refusal()
        const signal = AbortSignal.any([left, gone.signal, locked.signal])
        const caller = { arrival, signal, ...(facts.patient === undefined ? {} : { patient: facts.patient }), ...(why === undefined ? {} : { refusal: why }) }
        const answering = answer(caller, name, input)
        if (why === undefined && writes.has(name)) {
          writing.add(answering)
          void answering.finally(() => writing.delete(answering))
        }
        return answering
      },
    })
    return () => gone.abort()
  }

  return {
    attach(purpose, epoch, port) {
      const isStale = epoch !== parts.epoch
      if (purpose.for === 'workspace') {
        serve(port, parts.workspace, { isStale, ask: [] }, () => windows.delete(port))
        if (isStale) return
        windows.add(port)
        for (const text of parts.greeting()) port.post(text)
        return
      }
      const { tab, patient, ask } = purpose
      const leave = serve(port, parts.tab, { patient, isStale, ask }, () => {
        if (tabs.get(tab)?.port === port) tabs.delete(tab)
      })
      if (!isStale) tabs.set(tab, { port, leave })
    },
    closeTab(tab) {
      const closing = tabs.get(tab)
      tabs.delete(tab)
      // Who closes a port is not told that it is closed (Electron's MessagePortMain).
      closing?.leave()
      closing?.port.close()
    },
    tell(text) {
      for (const port of windows) port.post(text)
    },
    async flush() {
      flushed = true
      locked.abort()
      await Promise.allSettled(writing)
    },
  }
}
