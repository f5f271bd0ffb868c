import { describe, expect, it } from 'vitest'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { type Bridge, CallFailure } from '../../../bridge/index.ts'
import { TabPorts } from './tab-ports.ts'

// Ids are branded by the contract's parser, which these tests have no need of.
const id = (name: string) => name as PatientId

function preload() {
  const calls: string[] = []
  const control = { offline: false }
  const bridge = {
    async call(name: string, input: { patient?: string; tab?: string; ask?: readonly string[] }) {
      calls.push(`${name} ${input.patient ?? input.tab ?? ''}${input.ask === undefined ? '' : ` ${input.ask.join(' ')}`}`)
      if (control.offline) throw new CallFailure('timeout', '')
      return name === 'tab.open' ? { tab: `tab-${calls.length}` } : {}
    },
    // Of the bridge's rows these two are the only ones that are called here.
  } as unknown as Pick<Bridge, 'call'>
  return { ports: new TabPorts(bridge), calls, control }
}

describe('the ports of open charts', () => {
  it('opens one tab for a patient, however many sections ask at once', async () => {
    const { ports, calls } = preload()
    const tabs = await Promise.all([ports.tabOf(id('a')), ports.tabOf(id('a')), ports.tabOf(id('b'))])
    expect(calls).toEqual(['tab.open a', 'tab.open b'])
    expect(tabs[0]).toBe(tabs[1])
    expect(tabs[0]).not.toBe(tabs[2])
  })

  it('takes along what is about to be asked, the first time: a tab that is open is asked over its port', async () => {
    const { ports, calls } = preload()
    const look = { patient: id('a'), section: 'allergies', want: 'kept', cause: 'look' } as const
    await Promise.all([ports.tabOf(id('a'), [look]), ports.tabOf(id('a'), [look])])
    expect(calls).toEqual([`tab.open a ${JSON.stringify(look)}`])
  })

  it('tries again after an open that failed', async () => {
    const { ports, calls, control } = preload()
    control.offline = true
    await expect(ports.tabOf(id('a'))).rejects.toMatchObject({ kind: 'timeout' })
    control.offline = false
    await ports.tabOf(id('a'))
    expect(calls).toEqual(['tab.open a', 'tab.open a'])
  })

  it('closes a tab once, and opens another one when the chart is opened again', async () => {
    const { ports, calls } = preload()
    await ports.tabOf(id('a'))
    await ports.close(id('a'))
    await ports.close(id('a'))
    await ports.tabOf(id('a'))
    expect(calls).toEqual(['tab.open a', 'tab.close tab-1', 'tab.open a'])
  })
})
