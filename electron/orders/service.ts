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
  /** The EHR was asked for orders, or told of this workstation, and answered. */
  heard(): void
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
  /** The EHR answers this workstation when it asks for orders, or did so when it was last reached. */
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

export function startOrders(parts: ServiceParts): OrderService {
  const { log } = parts
  let results: readonly CarriedOut[] = parts.before
  let alarm = new AbortController()
  let due = new AbortController()
  let closing = false
  let hears = false
  // Of all ways to the EHR together: one that has changed is no reason to begin anew.
  const hearing = createHearing(parts)
  let current = connect()

  function connect(): { readonly end: AbortController; readonly done: Promise<void> } {
    const end = new AbortController()
    return { end, done: follow(end) }
  }

  function follow(end: AbortController): Promise<void> {
    return run(end.signal).catch((error: unknown) => log.event('orders.poll-failed', { failure: kindOf(error), tries: 99 }))
  }

  async function run(signal: AbortSignal): Promise<void> {
    const { fhirBase, caPem, pins, proxy } = await parts.ehr()
    const transport = createTransport({ origins: [new URL(fhirBase).origin], caPem, pins, proxy, limits: { ...usualLimits, ...parts.limits } })
    const transmitter = heardFrom(createTransmitter({ transport, fhirBase, key: parts.key, clock: parts.clock }), answered)
    try {
      await Promise.all([
        receiveOrders({
          transmitter, deviceId: parts.key.deviceId, journal: parts.journal, audit: parts.audit, hearing, log, carryOut: parts.carryOut,
          settled: (jti, result) => {
            results = [...results, { jti, result }]
            due.abort()
          },
          wait: (milliseconds, given) => sleep(milliseconds, undefined, { signal: AbortSignal.any([given, alarm.signal]) }).catch(() => undefined).then(() => rearm()),
          monotonic: parts.monotonic, random: Math.random,
        }, signal),
        keepReporting(transmitter, signal),
      ])
    } finally {
      await transport.close().catch(() => undefined)
    }
  }

  function answered(isTaken: boolean): void {
    hears = isTaken
    if (isTaken) parts.heard()
  }

  function rearm(): void {
    if (alarm.signal.aborted) alarm = new AbortController()
  }

  async function keepReporting(transmitter: Transmitter, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What comes while it is under way is told with the next.
      if (due.signal.aborted) due = new AbortController()
      const told = results.slice(0, 200)
      await transmitter.report({ ...parts.status(), carriedOut: told }, AbortSignal.any([signal, AbortSignal.timeout(20_000)])).then(
        () => void (results = results.filter((each) => !told.includes(each))),
        (error: unknown) => signal.aborted || log.event('orders.not-reported', { failure: kindOf(error) }),
      )
      await sleep(reportEveryMs, undefined, { signal: AbortSignal.any([signal, due.signal]) }).catch(() => undefined)
      await sleep(settleMs, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    changed: () => due.abort(),
    hears: () => hears,
    wake: () => {
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

/** What it answers is told, whatever the answer; a refusal is told as one: that there is no stream, or not for this workstation. */
function heardFrom({ poll, keys, report }: Transmitter, answered: (isTaken: boolean) => void): Transmitter {
  const told = <T>(answer: Promise<T>): Promise<T> => {
    answer.then(
      () => answered(true),
      (error: unknown) => {
        const kind = kindOf(error)
        if (kind === 'not-found' || kind === 'unauthorized') answered(false)
      },
    )
    return answer
  }
  return { poll: (body, signal) => told(poll(body, signal)), keys, report: (status, signal) => told(report(status, signal)) }
}
