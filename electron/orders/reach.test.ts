import { describe, expect, it } from 'vitest'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import { createReach } from './reach.ts'

const body = { maxEvents: 50, ack: [], setErrs: {} }
const { signal } = new AbortController()

/** A workstation in front of an EHR whose stream fails like this, or answers, while it takes reports. */
function asked() {
  const state: { failure: FailureKind | undefined; now: number; heard: number } = { failure: undefined, now: 0, heard: 0 }
  const reach = createReach({ monotonic: () => state.now, heard: () => void (state.heard += 1) })
  const { poll, report } = reach.of({
    poll: async () => {
      if (state.failure !== undefined) throw new ChartkeepError(state.failure)
      return { sets: [], serverNow: 0, issuer: 'https://ehr.example' }
    },
    keys: async () => ({ keys: [] }),
    report: async () => undefined,
  })
  return { state, hears: reach.hears, lapse: reach.lapse, report: () => report({}, signal), polls: async (failure?: FailureKind) => (state.failure = failure, poll(body, signal).catch(() => undefined)) }
}

describe('a workstation that says orders reach it @164.308(a)(3)(ii)(C)', () => {
  it('has had an answer when it asked for them', async () => {
    const work = asked()
    expect(work.hears()).toBe(false)
    await work.polls()
    expect([work.hears(), work.state.heard]).toEqual([true, 1])
  })

  it.each<FailureKind>(['not-found', 'unauthorized', 'forbidden', 'gone', 'server', 'throttled', 'malformed', 'redirected', 'too-large'])('says so no more where the answer is %s, though its reports are taken', async (failure) => {
    const work = asked()
    await work.polls()
    await work.polls(failure)
    expect(work.hears()).toBe(false)
    await work.report()
    expect(work.hears()).toBe(false)
    await work.polls()
    expect(work.hears()).toBe(true)
  })

  it('says so no more when it wakes, until it is answered anew', async () => {
    const work = asked()
    await work.polls()
    work.lapse()
    expect(work.hears()).toBe(false)
    await work.polls()
    expect(work.hears()).toBe(true)
  })

  it('never says so for a report that was taken, nor was the EHR heard by it: nobody who is locked out would be named', async () => {
    const work = asked()
    await work.report()
    expect([work.hears(), work.state.heard]).toEqual([false, 0])
  })

  it.each<FailureKind>(['offline', 'timeout', 'cancelled', 'untrusted-certificate'])('says so for ninety seconds more where the way to the EHR is %s', async (failure) => {
    const work = asked()
    await work.polls()
    work.state.now = 90_000
    await work.polls(failure)
    expect(work.hears()).toBe(true)
    await work.report()
    work.state.now += 1
    expect(work.hears()).toBe(false)
  })
})
