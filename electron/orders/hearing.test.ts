import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../shared/errors.ts'
import type { OwnEvent } from '../audit/own-events.ts'
import { createHearing } from './hearing.ts'

const minute = 60_000

type Answer = readonly [minutes: number, what: 'ok' | FailureKind]

/** A workstation that asks for orders: each answer so many minutes after it was started, `ok` or the failure; what the chain has of it, and what the screen says. */
function told(...answers: readonly Answer[]): { readonly chain: readonly string[]; readonly screen: readonly (number | 'heard')[] } {
  const started = Date.UTC(2026, 10, 28, 21)
  let now = 7 * minute
  const chain: OwnEvent[] = []
  const screen: (number | 'heard')[] = []
  const hearing = createHearing({
    audit: { announce: () => Promise.reject(new Error('nothing waits for it')), tell: (own) => void chain.push(own) },
    clock: { now: () => started + now - 7 * minute }, monotonic: () => now,
    unheard: (since) => void screen.push(since === undefined ? 'heard' : (since - started) / minute),
  })
  for (const [minutes, what] of answers) {
    now = (7 + minutes) * minute
    if (what === 'ok') hearing.answered()
    else hearing.failed(what)
  }
  return { chain: chain.map(({ event, outcome, failure }) => [event, outcome, ...(failure === undefined ? [] : [failure])].join(' ')), screen }
}
const asked = (...answers: readonly Answer[]) => told(...answers).chain

describe('orders that a workstation cannot hear @164.312(b)', () => {
  it('are said in the chain after five minutes, once, with the kind of failure; and when they are heard again', () => {
    expect(asked([1, 'ok'], [2, 'timeout'], [5.9, 'timeout'])).toEqual([])
    expect(asked([1, 'ok'], [2, 'timeout'], [6, 'malformed'], [7, 'timeout'], [60, 'offline'])).toEqual(['orders.unheard failed malformed'])
    expect(asked([1, 'ok'], [6, 'timeout'], [8, 'ok'], [9, 'ok'], [12, 'timeout'], [14, 'timeout'])).toEqual(['orders.unheard failed timeout', 'orders.heard success', 'orders.unheard failed timeout'])
  })

  it('are said so where nothing was ever heard since the start', () => {
    expect(asked([1, 'server'], [5, 'server'])).toEqual(['orders.unheard failed server'])
  })

  it('are said on the screen too, since the last answer, until the next', () => {
    expect(told([1, 'ok'], [2, 'timeout'], [5.9, 'timeout']).screen).toEqual([])
    expect(told([1, 'ok'], [2, 'timeout'], [6, 'malformed'], [7, 'timeout']).screen).toEqual([1])
    expect(told([1, 'ok'], [6, 'timeout'], [8, 'ok'], [9, 'ok'], [14, 'timeout']).screen).toEqual([1, 'heard', 9])
    expect(told([1, 'server'], [5, 'server'], [6, 'not-found']).screen).toEqual([0, 'heard'])
  })

  it('are no matter for the chain where one answer in five minutes was good', () => {
    expect(asked([4, 'timeout'], [4.5, 'ok'], [9, 'timeout'], [9.4, 'ok'], [14, 'server'])).toEqual([])
  })

  it.each(['not-found', 'unauthorized'] as const)('are not missed at an EHR that answers %s, nor while that one is out of reach', (none) => {
    expect(asked([0, none], [15, none], [20, 'offline'], [30, 'timeout'], [45, none])).toEqual([])
    // Once it has such a stream they are.
    expect(asked([0, none], [15, 'ok'], [20, 'timeout'])).toEqual(['orders.unheard failed timeout'])
  })

  it('are said to be answered for, and not heard, where the EHR that is back sends none', () => {
    expect(asked([1, 'ok'], [6, 'offline'], [7, 'not-found'], [20, 'offline'])).toEqual(['orders.unheard failed offline', 'orders.heard failed not-found'])
  })
})
