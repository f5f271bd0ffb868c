import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../shared/errors.ts'
import type { OwnEvent } from '../audit/own-events.ts'
import { createHearing } from './hearing.ts'

const minute = 60_000

/** A workstation that asks for orders: each answer so many minutes after it was started, `ok` or the failure; what the chain has of it. */
function asked(...answers: readonly (readonly [minutes: number, what: 'ok' | FailureKind])[]): readonly string[] {
  let now = 7 * minute
  const said: OwnEvent[] = []
  const hearing = createHearing({ audit: { announce: () => Promise.reject(new Error('nothing waits for it')), tell: (own) => void said.push(own) }, monotonic: () => now })
  for (const [minutes, what] of answers) {
    now = (7 + minutes) * minute
    if (what === 'ok') hearing.answered()
    else hearing.failed(what)
  }
  return said.map(({ event, outcome, failure }) => [event, outcome, ...(failure === undefined ? [] : [failure])].join(' '))
}

describe('orders that a workstation cannot hear @164.312(b)', () => {
  it('are said in the chain after five minutes, once, with the kind of failure; and when they are heard again', () => {
    expect(asked([1, 'ok'], [2, 'timeout'], [5.9, 'timeout'])).toEqual([])
    expect(asked([1, 'ok'], [2, 'timeout'], [6, 'malformed'], [7, 'timeout'], [60, 'offline'])).toEqual(['orders.unheard failed malformed'])
    expect(asked([1, 'ok'], [6, 'timeout'], [8, 'ok'], [9, 'ok'], [12, 'timeout'], [14, 'timeout'])).toEqual(['orders.unheard failed timeout', 'orders.heard success', 'orders.unheard failed timeout'])
  })

  it('are said so where nothing was ever heard since the start', () => {
    expect(asked([1, 'server'], [5, 'server'])).toEqual(['orders.unheard failed server'])
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
