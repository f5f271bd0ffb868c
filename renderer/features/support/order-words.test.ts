import { describe, expect, it } from 'vitest'
import { deskOrderKinds } from '../../../shared/desk/words.ts'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import { canUndo, dangerous, harmless, progressWords, reachOf } from './order-words.ts'

const none = { held: 0, waiting: 0, taken: 0, refused: 0, withdrawn: 0, done: 0, failed: 0 }
const order = (more: Partial<DeskOrder>): DeskOrder => ({ id: 'o', kind: 'lock', target: { everyone: true }, reason: 'because it was lost', by: { sub: 's', name: 'S' }, at: 0, state: 'given', counts: none, ...more })

describe('the orders of the desk', () => {
  it('are each on one side: with those that take something away, or with those that do not', () => {
    expect([...harmless, ...dangerous].sort()).toEqual([...deskOrderKinds].sort())
  })
})

describe('the progress of an order', () => {
  it('names what became of it, the worst not last, and no more than there is', () => {
    const counts = { ...none, taken: 5, done: 3, failed: 1, waiting: 2, refused: 1 }
    expect(progressWords(counts)).toBe('3 done · 1 failed · 1 refused · 1 taken · 2 waiting')
    expect(reachOf(counts)).toBe(8)
    expect(progressWords(none)).toBe('Reaches no workstation')
  })
})

describe('taking an order back', () => {
  it('is offered while something has not arrived, or where there is an opposite', () => {
    expect(canUndo(order({ counts: { ...none, waiting: 1, taken: 4, done: 4 } }))).toBe(true)
    expect(canUndo(order({ counts: { ...none, taken: 4, done: 4 } }))).toBe(false)
    expect(canUndo(order({ kind: 'disable-user', counts: { ...none, taken: 4, done: 4 } }))).toBe(true)
    expect(canUndo(order({ kind: 'disable-user', undoneBy: 'x' }))).toBe(false)
    expect(canUndo(order({ state: 'awaiting', counts: { ...none, held: 4 } }))).toBe(false)
  })
})
