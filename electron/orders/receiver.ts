import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import type { OwnAudit } from '../audit/own-events.ts'
import { newCorrelation } from '../diagnostics/correlation.ts'
import type { Log } from '../diagnostics/log.ts'
import type { Hearing } from './hearing.ts'
import type { Journal } from './journal.ts'
import { leftAfter } from './left.ts'
import { type Order, type OrderResult, type Refusal, refusalCodes } from './order.ts'
import { pauseAfter } from './pause.ts'
import type { Polled, Transmitter } from './transmitter.ts'
import { verify } from './verify.ts'

export interface ReceiverParts {
  readonly transmitter: Transmitter
  readonly deviceId: string
  readonly journal: Journal
  readonly audit: OwnAudit
  readonly hearing: Hearing
  readonly log: Log
  carryOut(order: Order): Promise<OrderResult>
  /** An order has been carried out, or could not be: to be told with the next report. */
  settled(jti: string, result: OrderResult): void
  /** Resolves after so many milliseconds, or as soon as somebody has a reason to ask now. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  monotonic(): number
  /** From 0 to 1. */
  random(): number
}

/** Looked at of one answer: what is beyond that comes again. */
const mostAtOnce = 50

/** Takes orders from the transmitter until the signal says so. Never rejects. */
export async function receiveOrders(parts: ReceiverParts, signal: AbortSignal): Promise<void> {
  const { transmitter, journal, audit, log } = parts
  let acks = new Set<string>()
  let errs = new Map<string, Refusal>()
  let doing: Promise<unknown> = Promise.resolve()

  async function verdictOn(token: string, { issuer, serverNow }: Polled, isAnew: boolean): Promise<Order | Refusal> {
    const verdict = await verify(token, { issuer, serverNow, deviceId: parts.deviceId, keys: await transmitter.keys(isAnew) })
    if (verdict.kind === 'key-unknown') return isAnew ? 'unknown-key' : verdictOn(token, { issuer, serverNow, sets: [] }, true)
    return verdict.kind === 'order' ? verdict.order : verdict.why
  }

  function refuse(jti: string, why: Refusal): void {
    errs.set(jti, why)
    log.event('orders.refused', { why })
    audit.tell({ event: 'order.refused', outcome: 'failed', cause: 'refresh', facts: { refusal: why } })
  }

  /** What is new, in its order; what was taken before is acknowledged again, or refused if the transmitter had heard so. */
  async function sift(polled: Polled): Promise<Order[]> {
    const fresh = new Map<string, Order>()
    for (const [jti, token] of polled.sets.slice(0, mostAtOnce)) {
      const verdict = await verdictOn(token, polled, false)
      if (typeof verdict === 'string') refuse(jti, verdict)
      else if (verdict.jti !== jti) refuse(jti, 'malformed')
      else {
        const before = journal.current().seen.find((seen) => seen.jti === jti)
        if (before === undefined) fresh.set(jti, verdict)
        else if (before.isHeard) refuse(jti, 'replayed')
        else acks.add(jti)
      }
    }
    return [...fresh.values()]
  }

  async function take(polled: Polled): Promise<void> {
    const orders = await sift(polled)
    if (orders.length === 0) return
    try {
      await journal.change((kept) => ({ ...kept, seen: [...kept.seen, ...orders.map(({ jti }) => ({ jti, isHeard: false }))], pending: [...kept.pending, ...orders] }))
      for (const { jti } of orders) acks.add(jti)
    } catch (error) {
      // A full disk keeps nobody in: it is carried out all the same, not acknowledged, and comes again.
      log.event('orders.not-kept', { failure: kindOf(error) })
    }
    for (const order of orders) doing = Promise.all([doing, carry(order)])
  }

  async function carry(order: Order): Promise<void> {
    const entry = { event: `order.${order.kind}`, cause: 'refresh', correlation: newCorrelation(), facts: { order: order.jti } } as const
    // It is on its way to the disk before anything is done; nothing waits for it, since what has to go has to go.
    void audit.announce({ ...entry, outcome: 'intent' }).catch((error: unknown) => log.event('orders.failed', { order: order.kind, failure: kindOf(error) }))
    const result = await parts.carryOut(order)
    log.event('orders.carried-out', { order: order.kind, result })
    parts.settled(order.jti, result)
    // Forgotten when the chain has what became of it: who is killed before does it again, and records it then. A chain that takes no entry holds nothing up.
    await audit.announce({ ...entry, outcome: result === 'failed' ? 'failed' : 'success' }).catch((error: unknown) => log.event('orders.not-recorded', { order: order.kind, failure: kindOf(error) }))
    await journal.change((kept) => ({ ...kept, pending: leftAfter(kept.pending, order, result) })).catch((error: unknown) => log.event('orders.not-kept', { failure: kindOf(error) }))
  }

  async function pollOnce(): Promise<{ readonly taken: number }> {
    const [sentAcks, sentErrs] = [[...acks], [...errs]]
    const polled = await transmitter.poll({ maxEvents: mostAtOnce, ack: sentAcks, setErrs: Object.fromEntries(sentErrs.map(([jti, why]) => [jti, { err: refusalCodes[why], description: why }])) }, signal)
    acks = new Set([...acks].filter((jti) => !sentAcks.includes(jti)))
    errs = new Map([...errs].filter(([jti]) => !sentErrs.some(([sent]) => sent === jti)))
    if (sentAcks.length > 0) {
      const heard = new Set(sentAcks)
      await journal.change((kept) => ({ ...kept, seen: kept.seen.map((each) => (heard.has(each.jti) ? { ...each, isHeard: true } : each)) })).catch((error: unknown) => log.event('orders.not-kept', { failure: kindOf(error) }))
    }
    await take(polled)
    return { taken: polled.sets.length }
  }

  let failures = 0
  let busy = 0
  while (!signal.aborted) {
    const began = parts.monotonic()
    try {
      const { taken } = await pollOnce()
      parts.hearing.answered()
      if (failures > 0) log.event('orders.poll-again', {})
      failures = 0
      busy = taken > 0 ? busy + 1 : 0
      const isTooQuick = taken === 0 && acks.size === 0 && parts.monotonic() - began < 500
      // A transmitter that never waits, or never ends, is not asked as fast as it answers.
      if (isTooQuick || busy > 5) await parts.wait(1_000 + 1_000 * parts.random(), signal)
    } catch (error) {
      if (signal.aborted) break
      failures += 1
      const failure = error instanceof ChartkeepError ? error.kind : 'internal'
      log.event('orders.poll-failed', { failure, tries: Math.min(failures, 99) })
      parts.hearing.failed(failure)
      await parts.wait(pauseAfter(failure, failures, parts.random()), signal)
    }
  }
  await doing
}
