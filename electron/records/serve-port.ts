import { z } from 'zod'
import type { Reply } from '../../shared/errors.ts'
import type { TextPort } from './host.ts'

/** The page does not want the answer to this call any more. */
const PortLeave = z.strictObject({ leave: z.number().int() })

const PortCall = z.strictObject({ id: z.number().int(), name: z.string().max(100), input: z.unknown() })

/** No call is larger: the longest draft has 100,000 characters. UTF-16 units. */
const longestCall = 4 * 1024 * 1024

/** Why a message was not even a call. */
export type DropReason = 'malformed' | 'too-large'

/**
 * Answers calls that come over a port as text. What is no call is dropped and told: there is nobody to answer.
 * `arrival` counts the calls as they came in; `left` is aborted when the page leaves the call, which is then not answered.
 */
export function servePort(port: TextPort, answer: (name: string, input: unknown, arrival: number, left: AbortSignal) => Promise<Reply<unknown>>, dropped: (why: DropReason) => void): void {
  const underWay = new Map<number, AbortController>()
  let arrivals = 0
  let isOpen = true
  port.onClose(() => {
    isOpen = false
  })
  port.onMessage((data) => {
    if (typeof data !== 'string') return dropped('malformed')
    if (data.length > longestCall) return dropped('too-large')
    const message = parsed(data)
    const leave = PortLeave.safeParse(message)
    // One that is not under way was answered before the page could know.
    if (leave.success) return underWay.get(leave.data.leave)?.abort()
    const call = PortCall.safeParse(message)
    if (!call.success) return dropped('malformed')
    arrivals += 1
    const { id, name, input } = call.data
    const left = new AbortController()
    underWay.set(id, left)
    // `answer` never rejects: a router makes failures of everything.
    void answer(name, input, arrivals, left.signal).then((reply) => {
      if (underWay.get(id) === left) underWay.delete(id)
      if (isOpen && !left.signal.aborted) port.post(JSON.stringify({ id, reply }))
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
