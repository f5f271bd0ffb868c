import { describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import { contract, isProcedureName, permissions, type Permission, type ProcedureName, sessionStates, type SessionState, type Transport } from '../../shared/contract/index.ts'
import { ChartkeepError, type FailureKind } from '../../shared/errors.ts'
import { type CallerFacts, createRouter, type Handlers } from './router.ts'
import { patient, validCalls } from './testing/valid-calls.ts'

const names = Object.keys(contract).filter(isProcedureName)

function routed(name: ProcedureName, overrides: { state?: SessionState; meanwhile?: SessionState; permissions?: readonly Permission[]; auditFails?: boolean; hasKey?: boolean } = {}) {
  const { via, during } = contract[name]
  let state = overrides.state ?? during[0] ?? 'active'
  const order: string[] = []
  const entries: AuditHeader[] = []
  const handler = () => {
    order.push('handler')
    throw new ChartkeepError('not-found')
  }
  // Every row answers with the same handler here; the real ones are held to the type.
  const handlers = Object.fromEntries(names.map((each) => [each, handler])) as unknown as Handlers<Transport, CallerFacts>
  const answer = createRouter<Transport, CallerFacts>({
    via,
    rows: contract,
    handlers,
    session: () => ({ state, permissions: overrides.permissions ?? permissions }),
    audit: {
      intent: async (header) => {
        if (overrides.auditFails) throw new ChartkeepError('audit-unavailable')
        order.push('audit')
        entries.push(header)
        state = overrides.meanwhile ?? state
      },
      outcome: (header) => void entries.push(header),
    },
    seal: (detail) => Promise.resolve(overrides.hasKey === false ? undefined : `sealed:${detail.length}`),
    correlation: () => '0badcafe',
    report: () => undefined,
  })
  const call = async (caller: CallerFacts, input: unknown, called: string = name): Promise<FailureKind | 'ok'> => {
    const reply = await answer(caller, called, input)
    return reply.ok ? 'ok' : reply.failure.kind
  }
  const bound: CallerFacts = via === 'tab' ? { patient } : {}
  return { call, bound, order, entries }
}

describe.each(names)('%s @164.312(a)(1)', (name) => {
  const row = contract[name]

  it('reaches its handler when everything holds, after the audit', async () => {
    const { call, bound, order } = routed(name)
    expect(await call(bound, validCalls[name].input)).toBe('not-found')
    expect(order).toEqual(row.audit === 'nothing' ? ['handler'] : ['audit', 'handler'])
  })

  it.each(['wrong-sender', 'stale'] as const)('is refused to a caller that is %s, and the refusal is recorded', async (refusal) => {
    const { call, bound, order, entries } = routed(name)
    expect(await call({ ...bound, refusal }, validCalls[name].input)).toBe(refusal)
    expect(order).toEqual([])
    expect(entries.map((entry) => entry.outcome)).toEqual(row.audit === 'nothing' ? [] : ['refused'])
  })

  it('is refused in every session state that it does not name', async () => {
    for (const state of sessionStates.filter((each) => !row.during.includes(each))) {
      const { call, bound, order } = routed(name, { state })
      expect(await call(bound, validCalls[name].input)).toBe('locked')
      expect(order).toEqual([])
    }
  })

  it('refuses malformed input', async () => {
    for (const input of [undefined, null, 42, 'x', [], { surplus: 1 }, { ...Object(validCalls[name].input), surplus: 1 }, { patient: '../x' }]) {
      const { call, bound, order } = routed(name)
      expect(await call(bound, input)).toBe('invalid-input')
      expect(order).toEqual([])
    }
  })

  it('is refused to a role without the permission', async () => {
    const { call, bound, order } = routed(name, { permissions: [] })
    expect(await call(bound, validCalls[name].input)).toBe(row.needs === 'anyone' ? 'not-found' : 'not-permitted')
    expect(order.includes('handler')).toBe(row.needs === 'anyone')
  })

  it('gives no data without the audit', async () => {
    const { call, bound, order } = routed(name, { auditFails: true })
    expect(await call(bound, validCalls[name].input)).toBe(row.audit === 'nothing' ? 'not-found' : 'audit-unavailable')
    expect(order.includes('handler')).toBe(row.audit === 'nothing')
  })

  it('is not answered over another transport', async () => {
    const other = names.find((each) => contract[each].via !== row.via) ?? name
    const { call, bound } = routed(other)
    expect(await call(bound, validCalls[name].input, name)).toBe('unknown-procedure')
  })
})

describe('a session that has come to another state while the audit was written @164.312(a)(1)', () => {
  it.each(names.filter((name) => contract[name].audit !== 'nothing' && contract[name].during.length < sessionStates.length))('begins nothing by %s, and the refusal is recorded', async (name) => {
    for (const meanwhile of sessionStates.filter((each) => !contract[name].during.includes(each))) {
      const { call, bound, order, entries } = routed(name, { meanwhile })
      expect(await call(bound, validCalls[name].input)).toBe('locked')
      expect(order).toEqual(['audit'])
      expect(entries.map(({ outcome, failure }) => [outcome, failure])).toEqual([['intent', undefined], ['refused', 'locked']])
    }
  })
})

describe('a chart tab', () => {
  it.each(names.filter((name) => contract[name].via === 'tab'))('is refused another patient by %s', async (name) => {
    const { call, order, entries } = routed(name)
    expect(await call({ patient: 'another' }, validCalls[name].input)).toBe('wrong-patient')
    expect(order).toEqual([])
    expect(entries).toMatchObject([{ outcome: 'refused', failure: 'wrong-patient', patient }])
  })
})

describe('the audit of a call', () => {
  it('announces, then tells the outcome, with one correlation and the search text sealed', async () => {
    const { call, entries } = routed('patients.search')
    await call({}, validCalls['patients.search'].input)
    expect(entries.map((entry) => entry.outcome)).toEqual(['intent', 'failed'])
    expect(entries[0]).toMatchObject({ event: 'patients.search', correlation: '0badcafe', sealed: 'sealed:4' })
    expect(JSON.stringify(entries)).not.toContain('osei')
  })

  it('says that there was a text where nobody is known who may read it', async () => {
    const { call, entries } = routed('patients.search', { hasKey: false })
    await call({}, validCalls['patients.search'].input)
    expect(entries[0]).toMatchObject({ event: 'patients.search', text: 'not-kept' })
    expect(JSON.stringify(entries)).not.toContain('osei')
    const chart = routed('chart.section', { hasKey: false })
    await chart.call(chart.bound, validCalls['chart.section'].input)
    expect(chart.entries[0]).not.toHaveProperty('text')
  })

  it.each(['__proto__', 'constructor', 'toString', '', 'chart.everything'])('does not know the procedure "%s"', async (called) => {
    const { call } = routed('app.info')
    expect(await call({}, {}, called)).toBe('unknown-procedure')
  })
})
