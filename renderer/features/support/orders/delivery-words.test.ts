import { describe, expect, it } from 'vitest'
import type { DeskDelivery, DeskOrder } from '../../../../shared/contract/index.ts'
import { deliveryWords, isOver, troublesFirst } from './delivery-words.ts'

const at = (deviceId: string, more: Partial<DeskDelivery>): DeskDelivery => ({ deviceId, state: 'taken', ...more })

describe('what became of an order at a workstation', () => {
  it('is not called done before the workstation has said so', () => {
    expect(deliveryWords({ state: 'taken' })).toBe('Taken, not carried out yet')
    expect(deliveryWords({ state: 'taken', result: 'done' })).toBe('Done')
    expect(deliveryWords({ state: 'refused', error: 'invalid_key' })).toBe('Refused: invalid_key')
  })

  it('is listed with what went wrong first, then what is open', () => {
    const lines = [at('done', { result: 'done' }), at('waiting', { state: 'waiting' }), at('failed', { result: 'failed' }), at('taken', {}), at('refused', { state: 'refused' })]
    expect(troublesFirst(lines).map(({ deviceId }) => deviceId)).toEqual(['failed', 'refused', 'waiting', 'taken', 'done'])
  })
})

describe('an order', () => {
  const order = (state: DeskOrder['state'], ...deliveries: readonly DeskDelivery[]) => ({ order: { state }, deliveries })

  it('is over when nothing can become of it any more, also where it was not for a workstation any more', () => {
    expect(isOver(order('given', at('a', { result: 'done' }), at('b', { result: 'failed' }), at('c', { result: 'not-for-here' }), at('d', { state: 'withdrawn' }), at('e', { state: 'refused' })))).toBe(true)
    expect(isOver(order('rejected', at('a', { state: 'held' })))).toBe(true)
  })

  it('is not over while a second person may agree, while it is on its way, or where nobody has heard what came of it', () => {
    expect([isOver(order('awaiting')), isOver(order('given', at('a', { result: 'done' }), at('b', { state: 'waiting' }))), isOver(order('undone', at('a', {})))]).toEqual([false, false, false])
  })
})
