import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { HttpCall } from '../../transport/index.ts'
import { createEfforts } from './effort.ts'
import { pause } from './pause.ts'
import { type Patience, retryPause, withRetries } from './retry.ts'

const reset = Object.assign(new Error('x'), { code: 'ECONNRESET' })
const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' })

describe('a call that may be repeated is sent again', () => {
  it('after pauses anywhere between none and a length that doubles', () => {
    const failure = new ChartkeepError('server')
    expect([0, 1, 2].map((attempt) => retryPause(failure, attempt, 0))).toEqual([0, 0, 0])
    expect([0, 1, 2].map((attempt) => retryPause(failure, attempt, 0.999))).toEqual([400, 799, 1598])
  })

  it('after a reset, and not when nobody answers at all: the offline copy must not wait', () => {
    expect(retryPause(new ChartkeepError('offline', {}, { cause: reset }), 0, 0.5)).toBe(200)
    expect(retryPause(new ChartkeepError('offline', {}, { cause: refused }), 0, 0)).toBeUndefined()
    expect(retryPause(new ChartkeepError('timeout'), 0, 0)).toBeUndefined()
  })

  it.each(['throttled', 'server'] as const)('when the EHR asked for patience (%s), but not if it asked for more than a person has', (kind) => {
    expect(retryPause(new ChartkeepError(kind, { retryAfterMs: 1_000 }), 0, 0.25)).toBe(1_100)
    expect(retryPause(new ChartkeepError(kind, { retryAfterMs: 60_000 }), 0, 0)).toBeUndefined()
  })

  it('not after a status that says that the question was wrong', () => {
    expect(retryPause(new ChartkeepError('server', {}, { cause: 400 }), 0, 0)).toBeUndefined()
    expect(retryPause(new ChartkeepError('server', {}, { cause: 502 }), 0, 0)).toBe(0)
  })

  it.each(['forbidden', 'unauthorized', 'untrusted-certificate', 'malformed', 'wrong-patient', 'cancelled'] as const)('never after %s', (kind) => {
    expect(retryPause(new ChartkeepError(kind), 0, 0)).toBeUndefined()
  })
})


const url = 'https://ehr.example/fhir/R4/Condition'
const worthIt = [
  ['a connection that was reset', () => reset],
  ['a 503', () => new ChartkeepError('server', {}, { cause: 503 })],
  ['a 429 that says when', () => new ChartkeepError('throttled', { retryAfterMs: 1_000 }, { cause: 429 })],
] as const

/** Sends it to an EHR that always fails like this; gives how often it was sent, and the pauses between. */
async function tried(call: HttpCall, failure: () => Error, { random = () => 0.5, now = () => 0, wait, signal }: Partial<Patience> & { now?: () => number; wait?: Patience['pause']; signal?: AbortSignal } = {}) {
  let sent = 0
  const pauses: number[] = []
  const patience: Patience = {
    random,
    pause: async (ms, until) => {
      pauses.push(ms)
      await wait?.(ms, until)
    },
  }
  const outcome = await withRetries(call, createEfforts({ now })(signal), patience, () => {
    sent += 1
    return Promise.reject(failure())
  }).catch(kindOf)
  return { sent, pauses, outcome }
}

describe('what may have been done already', () => {
  it.each(worthIt)('is never asked for again, after %s', async (_name, failure) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect(await tried({ method, url, repeat: 'never' }, failure)).toMatchObject({ sent: 1, pauses: [] })
    }
  })

  it.each(worthIt)('is asked for again where the EHR knows it by its key, after %s', async (_name, failure) => {
    expect(await tried({ method: 'POST', url, repeat: { idempotencyKey: 'k-1' } }, failure)).toMatchObject({ sent: 3 })
  })
})

describe('a read, and a search that is posted', () => {
  const reads: readonly HttpCall[] = [{ method: 'GET', url }, { method: 'POST', url: `${url}/_search`, repeat: 'reads' }]

  it('is sent three times, with pauses that are drawn anew, within a bound that doubles', async () => {
    for (const call of reads) {
      const drawn = [0.9, 0.1, 0.4]
      expect(await tried(call, () => new ChartkeepError('server', {}, { cause: 503 }), { random: () => drawn.shift() ?? 0 })).toEqual({ sent: 3, pauses: [360, 80], outcome: 'server' })
    }
  })

  it('waits at least as long as it was asked to, and the jitter on top: who were sent away together do not come back together', async () => {
    for (const call of reads) {
      const failure = () => new ChartkeepError('throttled', { retryAfterMs: 2_000 }, { cause: 429 })
      expect(await tried(call, failure)).toEqual({ sent: 3, pauses: [2_200, 2_400], outcome: 'throttled' })
    }
  })

  it.each([3_001, 600_000, 1e12])('does not wait for %i ms, and says at once that it was sent away', async (retryAfterMs) => {
    for (const call of reads) expect(await tried(call, () => new ChartkeepError('throttled', { retryAfterMs }))).toEqual({ sent: 1, pauses: [], outcome: 'throttled' })
  })

  it('is not sent again when its time is up', async () => {
    let now = 0
    for (const call of reads) {
      const failure = () => {
        now += 39_900
        return new ChartkeepError('server', {}, { cause: 503 })
      }
      expect(await tried(call, failure, { now: () => now })).toEqual({ sent: 1, pauses: [], outcome: 'server' })
    }
  })

  it('is not sent again by who leaves in the pause: it ends at once', async () => {
    for (const call of reads) {
      const left = new AbortController()
      const wait: Patience['pause'] = (_ms, signal) => {
        setImmediate(() => left.abort())
        return pause(60_000, signal)
      }
      expect(await tried(call, () => new ChartkeepError('server', {}, { cause: 503 }), { wait, signal: left.signal })).toMatchObject({ sent: 1, outcome: 'cancelled' })
    }
  })
})
