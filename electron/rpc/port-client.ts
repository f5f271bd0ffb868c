import type { FailureKind } from '../../shared/errors.ts'

/** The part of a DOM MessagePort that is used here. */
export interface TextPort {
  postMessage(message: string): void
  close(): void
  onmessage: ((event: { readonly data: unknown }) => void) | null
}

export interface PortClient {
  /** Resolves with the text of a `Reply`; never rejects. `left`: aborted when the answer is not wanted any more; the call then fails with `cancelled`. */
  call(name: string, input: string, left?: AbortSignal): Promise<string>
  /** Every call that waits, and every later one, fails with `stale`. */
  close(): void
}

const failed = (kind: FailureKind) => JSON.stringify({ ok: false, failure: { kind, correlation: '00000000' } })

/** A call that went to `records` with the port itself. */
export interface AskedCall {
  readonly name: string
  /** JSON text. */
  readonly input: string
}

/**
 * Calls over a port to `records`. `asked`: the calls 1 to n, which went there with the port; who makes the very same call gets the
 * answer to that one, once. A reply is `{"id":n,"reply":…}`: it is cut out of the text, not parsed here,
 * since a chart's section can be megabytes and the page parses it anyway.
 */
export function createPortClient(port: TextPort, onEvent: (text: string) => void, asked: readonly AskedCall[] = []): PortClient {
  const waiting = new Map<number, (reply: string) => void>()
  const ahead = new Map<string, ReturnType<typeof nextReply>>()
  let last = 0
  let open = true

  function nextReply(): { readonly id: number; readonly reply: Promise<string> } {
    last += 1
    const id = last
    return { id, reply: new Promise((resolve) => waiting.set(id, resolve)) }
  }
  for (const { name, input } of asked) ahead.set(`${name} ${input}`, nextReply())

  port.onmessage = ({ data }) => {
    if (typeof data !== 'string') return
    const head = /^\{"id":(\d{1,15}),"reply":/.exec(data)
    if (!head) {
      if (data.startsWith('{"event":')) onEvent(data)
      return
    }
    const id = Number(head[1])
    waiting.get(id)?.(data.slice(head[0].length, -1))
    waiting.delete(id)
  }

  /** A call that was answered, or whose port has closed, is not there to be left. */
  function leave(id: number): void {
    const resolve = waiting.get(id)
    if (resolve === undefined) return
    waiting.delete(id)
    port.postMessage(`{"leave":${id}}`)
    resolve(failed('cancelled'))
  }

  return {
    call: (name, input, left) => {
      if (!open) return Promise.resolve(failed('stale'))
      if (left?.aborted) return Promise.resolve(failed('cancelled'))
      const same = `${name} ${input}`
      const there = ahead.get(same)
      ahead.delete(same)
      const { id, reply } = there ?? nextReply()
      if (there === undefined) port.postMessage(`{"id":${id},"name":${JSON.stringify(name)},"input":${input}}`)
      left?.addEventListener('abort', () => leave(id), { once: true })
      return reply
    },
    close: () => {
      open = false
      port.close()
      for (const resolve of waiting.values()) resolve(failed('stale'))
      waiting.clear()
      ahead.clear()
    },
  }
}
