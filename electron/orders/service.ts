import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../shared/clock.ts'
import { kindOf } from '../../shared/errors.ts'
import type { OwnAudit } from '../audit/own-events.ts'
import type { DeviceKey } from '../auth/device-proof.ts'
import type { Log } from '../diagnostics/log.ts'
import { createTransport, type Limits, type TransportParts } from '../transport/index.ts'
import { createHearing } from './hearing.ts'
import type { Journal } from './journal.ts'
import type { Order, OrderResult } from './order.ts'
import { pauseAfter } from './pause.ts'
import { createReach } from './reach.ts'
import { receiveOrders } from './receiver.ts'
import { createTransmitter, type Transmitter } from './transmitter.ts'

export interface Ehr extends Pick<TransportParts, 'caPem' | 'pins' | 'proxy'> {
  readonly fhirBase: string
}

export interface ServiceParts {
  ehr(): Promise<Ehr>
  readonly key: DeviceKey
  readonly clock: Clock
  monotonic(): number
  readonly journal: Journal
  readonly audit: OwnAudit
  readonly log: Log
  carryOut(order: Order): Promise<OrderResult>
  /** What became of the orders that were carried out at the start. */
  readonly before: readonly CarriedOut[]
  /** The EHR was asked for orders, and answered: who is locked out would have been named. */
  heard(): void
  /** See hearing.ts. */
  unheard(since: number | undefined): void
  /** What the workstation says of itself, beside what it has carried out. */
  status(): object
  /** What of an answer is waited for, where that is not the usual. */
  readonly limits?: Partial<Limits>
}

export interface CarriedOut {
  readonly jti: string
  readonly result: OrderResult
}

/** The receiver of orders, and the reports, while the application runs. */
export interface OrderService {
  /** The session changed: it is reported. */
  changed(): void
  /** There is a reason to ask now: somebody signed in, the machine woke up. */
  wake(): void
  /** The EHR answers this workstation when it asks for orders: it has lately, and has refused none since. */
  hears(): boolean
  /** The way to the EHR is another. */
  reconnect(): void
  close(): Promise<void>
}

/** A poll waits for half a minute at the transmitter. Milliseconds. */
const usualLimits = { headersMs: 45_000, bodyMs: 20_000, maxBytes: 16 * 1024 * 1024 }
const reportEveryMs = 60_000
/** What changes in one go is told in one go. Milliseconds. */
const settleMs = 150
/** A connection that held so long did not fail at once. Milliseconds. */
const longHeldMs = 60_000

export function startOrders(parts: ServiceParts): OrderService {
  const { log } = parts
  let results: readonly CarriedOut[] = parts.before
  let alarm = new AbortController()
  let due = new AbortController()
  let closing = false
  const reach = createReach(parts)
  // Of all ways to the EHR together: one that has changed is no reason to begin anew.
  const hearing = createHearing(parts)
  let current = connect()

  function connect(): { readonly end: AbortController; readonly done: Promise<void> } {
    const end = new AbortController()
    return { end, done: follow(end) }
  }

  /** Whatever ends a connection, another is made. Never rejects. */
  async function follow({ signal }: AbortController): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const began = parts.monotonic()
      try {
        await run(signal)
      } catch (error) {
        failures = parts.monotonic() - began < longHeldMs ? failures + 1 : 1
        log.event('orders.poll-failed', { failure: kindOf(error), tries: Math.min(failures, 99) })
        await pause(pauseAfter('internal', failures, Math.random()), signal)
      }
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const { fhirBase, caPem, pins, proxy } = await parts.ehr()
    const transport = createTransport({ origins: [new URL(fhirBase).origin], caPem, pins, proxy, limits: { ...usualLimits, ...parts.limits } })
    const transmitter = reach.of(createTransmitter({ transport, fhirBase, key: parts.key, clock: parts.clock }))
    try {
      await together(signal, [
        (either) => receiveOrders({
          transmitter, deviceId: parts.key.deviceId, journal: parts.journal, audit: parts.audit, hearing, log, carryOut: parts.carryOut,
          settled: (jti, result) => {
            results = [...results, { jti, result }]
            due.abort()
          },
          wait: pause, monotonic: parts.monotonic, random: Math.random,
        }, either),
        (either) => keepReporting(transmitter, either),
      ])
    } finally {
      await transport.close().catch(() => undefined)
    }
  }

  /** Until there is a reason to go on sooner. */
  async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, alarm.signal]) }).catch(() => undefined)
    if (alarm.signal.aborted) alarm = new AbortController()
  }

  async function keepReporting(transmitter: Transmitter, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What comes while it is under way is told with the next.
      if (due.signal.aborted) due = new AbortController()
      await reportOnce(transmitter, signal)
      await sleep(reportEveryMs, undefined, { signal: AbortSignal.any([signal, due.signal]) }).catch(() => undefined)
      await sleep(settleMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** What cannot be said of this workstation keeps no order from it. */
  async function reportOnce(transmitter: Transmitter, signal: AbortSignal): Promise<void> {
    const told = results.slice(0, 200)
    try {
      await transmitter.report({ ...parts.status(), carriedOut: told }, AbortSignal.any([signal, AbortSignal.timeout(20_000)]))
      results = results.filter((each) => !told.includes(each))
    } catch (error) {
      if (!signal.aborted) log.event('orders.not-reported', { failure: kindOf(error) })
    }
  }

  return {
    changed: () => due.abort(),
    hears: reach.hears,
    wake: () => {
      // A machine that slept does not know what it missed.
      reach.lapse()
      alarm.abort()
      due.abort()
    },
    reconnect() {
      const { end, done } = current
      end.abort()
      // The new way begins when the old one has ended: an order is not carried out by two.
      const after = new AbortController()
      current = { end: after, done: done.then(() => (closing || after.signal.aborted ? undefined : follow(after))) }
    },
    async close() {
      closing = true
      current.end.abort()
      await current.done
    },
  }
}

/** Neither goes on without the other. Both have ended when it rejects with what ended the first: an order is not carried out by two. */
async function together(signal: AbortSignal, loops: readonly ((signal: AbortSignal) => Promise<void>)[]): Promise<void> {
  const ended = new AbortController()
  const ends = await Promise.allSettled(loops.map((loop) => loop(AbortSignal.any([signal, ended.signal])).finally(() => ended.abort())))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
