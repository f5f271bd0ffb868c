import { describe, expect, it } from 'vitest'
import type { DeskDelivery } from '../../../shared/contract/index.ts'
import { deliveryWords, troublesFirst } from './delivery-words.ts'

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
