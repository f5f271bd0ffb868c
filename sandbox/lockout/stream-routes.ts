import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import type { FastifyPluginAsync } from 'fastify'
import { limitGuesses } from '../auth/guess-limit.ts'
import type { Clock } from '../../shared/clock.ts'
import type { FaultSwitches } from '../faults/index.ts'
import type { DeviceDoor } from './device-door.ts'
import type { TransmitterKeys } from './keys.ts'
import { PollRequest, Status } from './shapes/index.ts'
import type { Streams, WaitingEvent } from './streams.ts'
import type { Transmit } from './transmitter.ts'
import type { Workstations } from './workstations.ts'

export interface StreamRouteParts {
  readonly door: DeviceDoor
  readonly streams: Streams
  readonly workstations: Workstations
  readonly transmit: Transmit
  readonly keys: TransmitterKeys
  readonly faults: FaultSwitches
  readonly clock: Clock
  /** How long a poll waits. Milliseconds. */
  readonly pollMs: number
}

/** Handed over at once, where a receiver asks for no number. */
const usual = 50

/** What workstations ask: `POST /lockout/poll` (RFC 8936), `POST /lockout/status`, and the keys that orders are signed with. */
export function streamRoutes({ door, streams, workstations, transmit, keys, faults, clock, pollMs }: StreamRouteParts): FastifyPluginAsync {
  /** Under the fault `twice`: what was acknowledged, to be sent again as it was. */
  const again = new Map<string, Map<string, string>>()
  const sent = new Map<string, string>()

  async function setsOf(events: readonly WaitingEvent[]): Promise<Record<string, string>> {
    const sets = await Promise.all(events.map(async (event) => [event.jti, await transmit(event)] as const))
    if (faults.current().orderToken === 'twice') for (const [jti, set] of sets) sent.set(jti, set)
    return Object.fromEntries(sets)
  }

  function replays(deviceId: string, acknowledged: readonly string[]): Record<string, string> {
    if (faults.current().orderToken !== 'twice') return {}
    const mine = again.get(deviceId) ?? new Map<string, string>()
    for (const jti of acknowledged) {
      const set = sent.get(jti)
      if (set !== undefined) mine.set(jti, set)
      sent.delete(jti)
    }
    again.delete(deviceId)
    return Object.fromEntries(mine)
  }

  async function flood(deviceId: string): Promise<Record<string, string>> {
    const order = { id: randomUUID(), kind: 'lock', reason: 'one of ten thousand', message: undefined, at: clock.now() } as const
    return setsOf(Array.from({ length: 10_000 }, () => ({ jti: randomUUID(), deviceId, sub: undefined, order })))
  }

  return async (scope) => {
    limitGuesses(scope, { tries: 600, clock, isGuess: (_request, status) => status === 401 })
    scope.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))

    scope.get('/jwks', (_request, reply) => reply.type('application/jwk-set+json').send(JSON.stringify(keys.published())))

    scope.post('/poll', { bodyLimit: 1024 * 1024 }, async (request, reply) => {
      const { orderPoll } = faults.current()
      if (orderPoll === 'server-error') return reply.code(503).send({ error: 'failed' })
      if (orderPoll === 'not-json') return reply.type('text/html; charset=utf-8').send('<!doctype html><title>Welcome to guest Wi-Fi</title>')
      const deviceId = await door(request, reply)
      if (deviceId === undefined) return reply
      const parsed = PollRequest.safeParse(request.body)
      if (!parsed.success) return reply.code(400).send({ error: 'invalid_request' })
      const { ack, setErrs, maxEvents = usual, returnImmediately } = parsed.data
      streams.settle(deviceId, ack, setErrs)
      workstations.touch(deviceId)

      const gone = new AbortController()
      const leave = () => gone.abort()
      request.raw.socket.once('close', leave)
      try {
        if (orderPoll === 'hangs') await once(gone.signal, 'abort')
        if (orderPoll === 'flood') return await reply.send({ sets: await flood(deviceId), moreAvailable: false })
        const replayed = replays(deviceId, ack)
        let events = streams.waiting(deviceId, maxEvents + 1)
        if (events.length === 0 && maxEvents > 0 && !returnImmediately && Object.keys(replayed).length === 0) {
          await streams.wait(deviceId, pollMs, gone.signal)
          // What came up meanwhile ends those that waited, too.
          if (faults.current().orderPoll === 'server-error') return await reply.code(503).send({ error: 'failed' })
          events = streams.waiting(deviceId, maxEvents + 1)
        }
        // A poll that nobody waits for any more takes nothing.
        if (gone.signal.aborted) return reply.hijack()
        return await reply.send({ sets: { ...(await setsOf(events.slice(0, maxEvents))), ...replayed }, moreAvailable: events.length > maxEvents })
      } finally {
        request.raw.socket.off('close', leave)
      }
    })

    scope.post('/status', { bodyLimit: 128 * 1024 }, async (request, reply) => {
      const deviceId = await door(request, reply)
      if (deviceId === undefined) return reply
      const parsed = Status.safeParse(request.body)
      if (!parsed.success) return reply.code(400).send({ error: 'status-malformed' })
      workstations.report(deviceId, parsed.data)
      streams.results(deviceId, parsed.data.carriedOut)
      return reply.code(204).send()
    })
  }
}
