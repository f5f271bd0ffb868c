import { describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import { contract, type ProcedureName, permissions } from '../../shared/contract/index.ts'
import { type CallerFacts, createRouter, type Handlers } from './router.ts'
import { patient, validCalls } from './testing/valid-calls.ts'

/** The router of the tabs, over charts that are held or not. */
function tabs(isHeld: () => boolean | Promise<boolean>, during: () => void = () => undefined) {
  const recorded: Pick<AuditHeader, 'event' | 'outcome' | 'failure' | 'holdReason' | 'sealed'>[] = []
  const ran: string[] = []
  const handler = (name: ProcedureName) => () => {
    ran.push(name)
    during()
    return validCalls[name].output
  }
  const handlers = { 'chart.section': handler('chart.section'), 'draft.read': handler('draft.read'), 'draft.save': handler('draft.save'), 'hold.answer': handler('hold.answer') } as unknown as Handlers<'tab', CallerFacts>
  const note = ({ event, outcome, failure, holdReason, sealed }: AuditHeader) => void recorded.push({ event, outcome, ...(failure ? { failure } : {}), ...(holdReason ? { holdReason } : {}), ...(sealed === undefined ? {} : { sealed }) })
  const answer = createRouter<'tab', CallerFacts>({
    via: 'tab', rows: contract, handlers, isHeld,
    session: () => ({ state: 'active', permissions }),
    audit: { intent: async (header) => note(header), outcome: note },
    seal: async (text) => `sealed(${text})`,
    correlation: () => '0badcafe',
    report: () => undefined,
  })
  const call = async (name: ProcedureName, input: unknown = validCalls[name].input) => {
    const reply = await answer({ patient }, name, input)
    return reply.ok ? 'given' : reply.failure.kind
  }
  return { call, recorded, ran }
}

describe('a held chart @164.312(a)(1)', () => {
  it('gives nothing, takes what was typed, and is opened by an answer alone', async () => {
    const { call, ran, recorded } = tabs(() => true)
    expect([await call('chart.section'), await call('draft.read'), await call('draft.save'), await call('hold.answer')]).toEqual(['held', 'held', 'given', 'given'])
    expect(ran).toEqual(['draft.save', 'hold.answer'])
    expect(recorded.filter(({ event }) => event === 'chart.section')).toEqual([{ event: 'chart.section', outcome: 'refused', failure: 'held' }])
    expect(recorded.find(({ event }) => event === 'hold.answered')).toEqual({ event: 'hold.answered', outcome: 'intent', holdReason: 'cover', sealed: 'sealed(for Dr. Nakamura)' })
  })

  it('takes no answer for another patient, none without a reason, and none where nothing was asked', async () => {
    const held = tabs(() => true)
    expect(await held.call('hold.answer', { patient: 'another', reason: 'care', text: '' })).toBe('wrong-patient')
    for (const bad of [{ patient, reason: 'curiosity', text: '' }, { patient, reason: 'other', text: ' ' }, { patient, reason: 'care' }, { patient, reason: 'care', text: 'x'.repeat(501) }, { patient, reason: 'care', text: '', hold: 'all' }]) {
      expect(await held.call('hold.answer', bad), JSON.stringify(bad)).toBe('invalid-input')
    }
    expect(held.ran).toEqual([])
    expect(held.recorded.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'refused'))
    const free = tabs(() => false)
    expect([await free.call('hold.answer'), await free.call('chart.section')]).toEqual(['invalid-input', 'given'])
    expect(free.recorded[0]).toMatchObject({ event: 'hold.answered', outcome: 'refused' })
  })

  it('gives nothing of what was asked for before it was held', async () => {
    let held = false
    const { call, recorded } = tabs(() => held, () => (held = true))
    expect(await call('chart.section')).toBe('held')
    expect(recorded.map(({ outcome }) => outcome)).toEqual(['intent', 'failed'])
  })

  it('is waited for where it is not known yet, after the entry that makes it known', async () => {
    let known: (held: boolean) => void = () => undefined
    const told = new Promise<boolean>((resolve) => (known = resolve))
    const { call, recorded, ran } = tabs(() => told)
    const asked = call('chart.section')
    await new Promise(setImmediate)
    expect({ recorded: recorded.length, ran }).toEqual({ recorded: 1, ran: [] })
    known(true)
    expect(await asked).toBe('held')
    expect(ran).toEqual([])
  })
})
