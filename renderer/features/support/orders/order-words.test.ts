import { describe, expect, it } from 'vitest'
import { orderKinds } from '../../../../shared/desk/order-kinds.ts'
import type { DeskOrder } from '../../../../shared/contract/index.ts'
import { canUndo, dangerous, harmless, orderMeans, progressWords, reachWords } from './order-words.ts'

const none = { held: 0, waiting: 0, taken: 0, refused: 0, withdrawn: 0, done: 0, failed: 0, notForHere: 0 }
const order = (more: Partial<DeskOrder>): DeskOrder => ({ id: 'o', kind: 'lock', target: { everyone: true }, reason: 'because it was lost', by: { sub: 's', name: 'S' }, at: 0, state: 'given', counts: none, ...more })

describe('the orders of the desk', () => {
  it('are each on one side: with those that take something away, or with those that do not', () => {
    expect([...harmless, ...dangerous].sort()).toEqual([...orderKinds].sort())
  })
})

describe('what an order is said to do', () => {
  const people = { users: ['u1'] }
  const machine = { workstations: ['w1'] }

  it('is, of a wipe, what it destroys: all that lies on a workstation, or what is kept of a person and nobody else', () => {
    expect(orderMeans('wipe', machine)).toMatchObject({ title: 'Wipe the workstation', means: expect.stringContaining('of everybody who has used it') })
    expect(orderMeans('wipe', people).title).not.toContain('workstation')
    expect(orderMeans('wipe', people).means).toContain('What is kept of others there stays')
  })

  it('is, of a sign-out, whose sessions end', () => {
    expect(orderMeans('sign-out', machine).means).toContain('every other session that waits there')
    expect(orderMeans('sign-out', people).means).toContain('Nobody else’s session ends')
  })

  it('is the same for people and for a workstation where it does the same', () => {
    for (const kind of ['lock', 'message'] as const) expect(orderMeans(kind, people)).toEqual(orderMeans(kind, machine))
  })

  it('counts people where people are barred, though they have never been at a workstation', () => {
    expect(reachWords('disable-user', people, { workstations: 0, userCount: 1 })).toBe('1 person')
    expect(reachWords('wipe', people, { workstations: 3, userCount: 1 })).toBe('1 person, 3 workstations')
    expect(reachWords('lock', { everyone: true }, { workstations: 600, userCount: 40 })).toBe('600 workstations')
  })
})

describe('the progress of an order', () => {
  it('names what became of it, the worst not last, and no more than there is', () => {
    const counts = { ...none, taken: 5, done: 3, failed: 1, waiting: 2, refused: 1 }
    expect(progressWords(counts)).toBe('3 done · 1 failed · 1 refused · 1 taken · 2 on the way')
    expect(progressWords(none)).toBe('Reaches no workstation')
  })

  it('does not leave as taken what was not for a workstation any more: nothing more comes of it', () => {
    expect(progressWords({ ...none, taken: 3, done: 1, notForHere: 1 })).toBe('1 done · 1 taken · 1 not for there any more')
    expect(progressWords({ ...none, taken: 2, notForHere: 2 })).toBe('2 not for there any more')
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
