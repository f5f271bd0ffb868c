import { z } from 'zod'
import type { Reply } from '../../shared/errors.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { TextPort } from './host.ts'

/** The page does not want the answer to this call any more. */
const PortLeave = z.strictObject({ leave: z.number().int() })

/** What a view sends over a port; the reply is `{ id, reply: Reply<unknown> }`, both as JSON text. */
const PortCall = z.strictObject({ id: z.number().int(), name: z.string().max(100), input: z.unknown() })

/** No call is larger: the longest draft has 100,000 characters. UTF-16 units. */
const longestCall = 4 * 1024 * 1024

/** Why a message was not even a call. */
export type DropReason = 'malformed' | 'too-large'

/** What a port is served with. */
export interface PortService {
  /** Never rejects. `arrival` counts the calls as they came in; `left` is aborted when the page leaves the call, which is then not answered. */
  answer(name: string, input: unknown, arrival: number, left: AbortSignal): Promise<Reply<unknown>>
  /** Told of what is no call: there is nobody to answer. */
  dropped(why: DropReason): void
  /** Inputs, as texts, of calls of `chart.section` that came with the port: numbers 1 to n. */
  readonly ask: readonly string[]
}

/** Answers the calls that come with a port, and those that come over it as text. */
export function servePort(port: TextPort, { answer, dropped, ask }: PortService): void {
  const underWay = new Map<number, AbortController>()
  let arrivals = 0
  let isOpen = true
  port.onClose(() => {
    isOpen = false
  })
  function take(id: number, name: string, input: unknown): void {
    arrivals += 1
    const left = new AbortController()
    underWay.set(id, left)
    void answer(name, input, arrivals, left.signal).then((reply) => {
      if (underWay.get(id) === left) underWay.delete(id)
      if (isOpen && !left.signal.aborted) port.post(JSON.stringify({ id, reply }))
    })
  }
  for (const [index, text] of ask.entries()) take(index + 1, 'chart.section', parsedJson(text))
  port.onMessage((data) => {
    if (typeof data !== 'string') return dropped('malformed')
    if (data.length > longestCall) return dropped('too-large')
    const message = parsedJson(data)
    const leave = PortLeave.safeParse(message)
    // One that is not under way was answered before the page could know.
    if (leave.success) return underWay.get(leave.data.leave)?.abort()
    const call = PortCall.safeParse(message)
    if (!call.success) return dropped('malformed')
    take(call.data.id, call.data.name, call.data.input)
  })
}
