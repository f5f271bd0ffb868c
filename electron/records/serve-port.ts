import { z } from 'zod'
import type { Reply } from '../../shared/errors.ts'
import type { TextPort } from './host.ts'

const PortCall = z.strictObject({ id: z.number().int(), name: z.string().max(100), input: z.unknown() })

/** No call is larger: the longest draft has 100,000 characters. UTF-16 units. */
const longestCall = 4 * 1024 * 1024

/** Why a message was not even a call. */
export type DropReason = 'malformed' | 'too-large'

/**
 * Answers calls that come over a port as text. What is no call is dropped and told: there is nobody to answer.
 * `arrival` counts the calls as they came in.
 */
export function servePort(port: TextPort, answer: (name: string, input: unknown, arrival: number) => Promise<Reply<unknown>>, dropped: (why: DropReason) => void): void {
  let arrivals = 0
  let isOpen = true
  port.onClose(() => {
    isOpen = false
  })
  port.onMessage((data) => {
    if (typeof data !== 'string') return dropped('malformed')
    if (data.length > longestCall) return dropped('too-large')
    const call = PortCall.safeParse(parsed(data))
    if (!call.success) return dropped('malformed')
    arrivals += 1
    const { id, name, input } = call.data
    // `answer` never rejects: a router makes failures of everything.
    void answer(name, input, arrivals).then((reply) => {
      if (isOpen) port.post(JSON.stringify({ id, reply }))
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
