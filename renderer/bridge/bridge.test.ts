import { describe, expect, it, vi } from 'vitest'
import type { ChartkeepBridge, ChartkeepEvents, MayLeave } from '../../shared/bridge.ts'
import type { PatientId, SessionView, TabId } from '../../shared/contract/index.ts'
import { CallFailure, createBridge, failureOf } from './index.ts'

/** A preload that answers every call with one text and remembers what it was given. */
function preload(answer: string) {
  const given: unknown[][] = []
  const told: { session?: (text: string) => void; keeping?: (text: string) => void; holds?: (text: string) => void; upload?: (text: string) => void } = {}
  const procedures = new Proxy({}, { get: (_, name) => async (...args: unknown[]) => (given.push([name, ...args]), answer) })
  const events: ChartkeepEvents = {
    onSession(listener) {
      told.session = listener
      return () => undefined
    },
    onConnection: () => () => undefined,
    onKeeping(listener) {
      told.keeping = listener
      return () => undefined
    },
    onHolds(listener) {
      told.holds = listener
      return () => undefined
    },
    onUpload(listener) {
      told.upload = listener
      return () => undefined
    },
    onFlush: () => () => undefined,
  }
  // A proxy answers for every row: that is all that the type asks.
  return { bridge: createBridge(procedures as ChartkeepBridge, events), given, told }
}

describe('the bridge', () => {
  it('tells where a file is on its way, and nothing of what it cannot read', () => {
    const { bridge, told } = preload('')
    const heard: unknown[] = []
    bridge.onUpload((one) => void heard.push(one.upload))
    const tell = (upload: unknown, patient: unknown = 'p') => told.upload?.(JSON.stringify({ event: 'upload', patient, attachment: 'a', upload }))
    const good = [{ state: 'kept' }, { state: 'sending', share: 0.5 }, { state: 'refused', failure: 'too-large' }, { state: 'sent', at: 1 }]
    for (const upload of good) tell(upload)
    for (const upload of [null, {}, { state: 'gone' }, { state: 'sending' }, { state: 'refused', failure: 'Jane' }, { state: 'sent', at: 'now' }]) tell(upload)
    tell({ state: 'kept' }, 7)
    expect(heard).toEqual(good)
  })

  it('sends a call as JSON text to the row of its name', async () => {
    const { bridge, given } = preload('{"ok":true,"value":{}}')
    await bridge.call('session.lock', {})
    // Ids are branded by the contract's parser, which this test has no need of.
    await bridge.callTab('tab-00000001' as TabId, 'draft.read', { patient: 'p' as PatientId })
    expect(given).toEqual([
      ['session.lock', '{}'],
      ['draft.read', 'tab-00000001', '{"patient":"p"}'],
    ])
  })

  it('hands over how a call is left, and does not begin one that was left already', async () => {
    const { bridge, given } = preload('{"ok":true,"value":{}}')
    const left = new AbortController()
    await bridge.callUntil(left.signal, 'patients.search', { text: 'osei' })
    const [[name, input, mayLeave] = []] = given
    expect([name, input]).toEqual(['patients.search', '{"text":"osei"}'])
    const leave = vi.fn<() => void>()
    // What the bridge gives as a third is this and nothing else.
    ;(mayLeave as MayLeave)(leave)
    expect(leave).not.toHaveBeenCalled()
    left.abort()
    expect(leave).toHaveBeenCalledOnce()
    await expect(bridge.callUntil(left.signal, 'patients.search', { text: 'osei' })).rejects.toMatchObject({ kind: 'cancelled' })
    expect(given).toHaveLength(1)
  })

  it('throws a failure with its kind, its facts and the code for support', async () => {
    const { bridge } = preload('{"ok":false,"failure":{"kind":"pin-wrong","correlation":"deadbeef","triesLeft":2}}')
    const failure = await bridge.call('vault.unlock', { pin: 'x' }).catch(failureOf)
    expect(failure).toEqual({ kind: 'pin-wrong', correlation: 'deadbeef', triesLeft: 2 })
  })

  it.each(['', 'null', '[]', '{"ok":1}', '{"ok":false}', '{"ok":false,"failure":{"kind":"gossip","correlation":"x"}}', '{"ok":true}'])(
    'takes %j for an internal failure, not for an answer',
    async (answer) => {
      const { bridge } = preload(answer)
      await expect(bridge.call('session.lock', {})).rejects.toMatchObject({ kind: 'internal' })
    },
  )

  it('puts nothing of a record into the message of an error', async () => {
    const { bridge } = preload('{"ok":true,"value":OKONKWO')
    const error = await bridge.call('session.lock', {}).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(CallFailure)
    expect(String(error)).not.toContain('OKONKWO')
  })

  it('tells what cannot be kept, and nothing where it can or the text says nothing', () => {
    const { bridge, told } = preload('')
    const heard: unknown[] = []
    bridge.onKeeping((trouble) => void heard.push(trouble))
    for (const text of ['{"event":"keeping","trouble":{"what":"work","failure":"disk-full"}}', '{"event":"keeping"}', '{"trouble":{"what":"gossip","failure":"disk-full"}}', '{"trouble":{"what":"work","failure":"gossip"}}', 'x']) told.keeping?.(text)
    expect(heard).toEqual([{ what: 'work', failure: 'disk-full' }, undefined, undefined, undefined, undefined])
  })

  it('tells which charts are held, and leaves out what is no hold', () => {
    const { bridge, told } = preload('')
    const heard: unknown[] = []
    bridge.onHolds((holds) => void heard.push(holds))
    for (const text of ['{"event":"holds","holds":[{"rule":"vip","patient":"p-1"},{"rule":"chartsPerMinute"},{"rule":"gossip"},{"rule":"vip","patient":7},null]}', '{"holds":"all"}', 'x']) told.holds?.(text)
    expect(heard).toEqual([[{ rule: 'vip', patient: 'p-1' }, { rule: 'chartsPerMinute' }], [], []])
  })

  it.each(['', '{}', '{"state":7,"epoch":1}'])('takes the unreadable session %j for a locked one', (text) => {
    const { bridge, told } = preload('')
    let seen: SessionView | undefined
    bridge.onSession((session) => (seen = session))
    told.session?.(text)
    expect(seen?.state).toBe('locked')
  })
})
