import { expect } from 'vitest'
import { createDrafts } from '../../../electron/records/work/drafts.ts'
import { openDatabase } from '../../../electron/records/cache/database.ts'
import { outboxAddress, type OutboxRow, readOutboxRow } from '../../../electron/records/outbox/row.ts'
import { deskOf, profileIn } from './desk.ts'
import type { Life } from './life.ts'
import { orderOf } from './orders.ts'
import { beatMs, patients, strokes } from './typing.ts'

/** What is known to be kept, from one life to the next. */
export interface Kept {
  readonly notes: ReadonlyMap<string, string>
  /** The changes that are on their way, by number. */
  readonly orders: ReadonlyMap<number, OutboxRow['state']['kind']>
  readonly lastOrder: number
}

export const nothingKept: Kept = { notes: new Map(), orders: new Map(), lastOrder: 0 }

export interface Survey {
  readonly kept: Kept
  readonly loss: Loss
}

/** What a kill cost, ms; 0: nothing. */
export interface Loss {
  /** From the first stroke that is lost to the kill. */
  readonly passed: number
  /** The same without the time in which the machine did not let the process run though it had something to do: others use the machine too. */
  readonly own: number
}

/** What a person may lose, ms. */
const bar = 500
/** More would make each survey slower than the life before it. */
const mostOrders = 40

/** Opens the vault after a kill, as the next start does, and holds it against what was said before it. */
export async function survey(folder: string, seed: number, life: Life, before: Kept): Promise<Survey> {
  const profile = profileIn(folder)
  const desk = deskOf(profile)
  await desk.unlock()
  try {
    // The key file, both files and their manifests: accepted as what they were left as.
    expect(desk.events, `seed ${seed}`).toEqual([])
    const { work, keyring } = desk.door.current()
    const drafts = createDrafts(work, () => true)
    const read = new Map(patients.map((patient) => [patient as string, drafts.read(patient)?.text ?? '']))
    const loss = judgeNotes(seed, life, before.notes, read)
    const { orders, lastOrder } = judgeOrders(seed, life, before, (row) => readOutboxRow(work, row))
    // Nothing besides: no change a second time, no half row.
    if (keyring === undefined) throw new Error('it was opened')
    const { database } = openDatabase(profile.vault, 'work', keyring, 'full')
    const [entries] = database.prepare('select count(*) from entries').raw().get([]) as [number]
    database.close()
    expect(entries, `seed ${seed}`).toBe(orders.size + [...read.values()].filter((text) => text !== '').length)
    if (orders.size <= mostOrders) return { loss, kept: { notes: read, orders, lastOrder } }
    for (const number of orders.keys()) work.remove(outboxAddress(orderOf(number, { kind: 'waiting' })))
    return { loss, kept: { notes: read, orders: new Map(), lastOrder } }
  } finally {
    desk.close()
  }
}

/** Each note is what it was at some stroke: at the last one that is older than the bar, or later; at the last that was answered as saved, or later. */
function judgeNotes(seed: number, life: Life, before: ReadonlyMap<string, string>, read: ReadonlyMap<string, string>): Loss {
  const { said, killedAt } = life
  const times = said.filter(([word]) => word === 'key').map(([, time]) => Number(time))
  const saved = new Map(said.filter(([word]) => word === 'saved').map(([, , patient = '', number]) => [patient, Number(number)]))
  const hand = strokes(seed, new Map(patients.map((patient) => [patient as string, before.get(patient) ?? ''])))
  const history = new Map(patients.map((patient) => [patient as string, [{ number: 0, text: before.get(patient) ?? '' }]]))
  // A stroke is told before it is typed: none is on the disk that was not told.
  for (const [index] of times.entries()) {
    const { patient, text } = hand.next().value
    history.get(patient)?.push({ number: index + 1, text })
  }
  let [passed, own] = [0, 0]
  for (const [patient, states] of history) {
    const found = states.findLastIndex(({ text }) => text === read.get(patient))
    expect(found, `seed ${seed}: what is kept of ${patient} was never typed`).toBeGreaterThanOrEqual(0)
    const state = states[found]
    const lost = states[found + 1]
    expect(state?.number, `seed ${seed}: what was answered as saved`).toBeGreaterThanOrEqual(saved.get(patient) ?? 0)
    if (lost === undefined) continue
    const typedAt = times[lost.number - 1] ?? 0
    passed = Math.max(passed, killedAt - typedAt)
    own = Math.max(own, killedAt - typedAt - keptWaiting(life, typedAt))
  }
  expect(own, `seed ${seed}: ms from the first stroke that is lost to the kill (${passed.toFixed(0)} with the waits of the machine)`).toBeLessThanOrEqual(bar)
  if (said.some(([word]) => word === 'closed')) expect(passed, `seed ${seed}: it was closed`).toBe(0)
  return { passed, own }
}

/** For how long it did not run from `since` on, though a timer was due: not while it was at a write, which takes as long as it takes. */
function keptWaiting({ said, killedAt }: Life, since: number): number {
  let waited = 0
  for (const [index, [word, at, , , how]] of said.entries()) {
    const isBusy = word === 'saving' || word === 'closing' || how === 'begins'
    const until = Number(said[index + 1]?.[1] ?? killedAt)
    if (!isBusy && until > since) waited += Math.max(0, until - Math.max(Number(at), since) - beatMs)
  }
  return waited
}

type State = OutboxRow['state']['kind'] | 'absent'

/** What may be on the disk of a change, by the last that was said of it. */
const allowed: Readonly<Record<string, readonly State[]>> = {
  'wait begins': ['absent', 'waiting'],
  'wait done': ['waiting'],
  'send begins': ['waiting', 'sent'],
  'send done': ['sent'],
  'confirm begins': ['sent', 'absent'],
  'confirm done': ['absent'],
}

/** Each change is there once, whole, under its own key and in the state it was in. */
function judgeOrders(seed: number, { said }: Life, before: Kept, read: (row: OutboxRow) => OutboxRow | undefined): Pick<Kept, 'orders' | 'lastOrder'> {
  const expected = new Map<number, readonly State[]>([...before.orders].map(([number, state]) => [number, [state]]))
  for (const [word, , number, step, how] of said) if (word === 'order') expected.set(Number(number), allowed[`${step} ${how}`] ?? [])
  const orders = new Map<number, OutboxRow['state']['kind']>()
  for (const [number, states] of expected) {
    const row = read(orderOf(number, { kind: 'waiting' }))
    expect(states, `seed ${seed}, change ${number}`).toContain(row?.state.kind ?? 'absent')
    if (row === undefined) continue
    expect(row, `seed ${seed}, change ${number}`).toEqual(orderOf(number, row.state))
    orders.set(number, row.state.kind)
  }
  return { orders, lastOrder: Math.max(before.lastOrder, ...expected.keys()) }
}
