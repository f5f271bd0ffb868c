import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openHistory } from './history.ts'
import { fileMadeUpOrders } from './made-up-orders.ts'
import { openMadeUpPeople } from './made-up-people.ts'
import { fileMadeUpWorkstations } from './made-up.ts'
import { openOrderRows } from './order-rows.ts'
import { prepareLockout } from './schema.ts'
import { openWorkstations } from './workstations.ts'

const now = Date.UTC(2026, 10, 28, 20)
const clock = { now: () => now }

function filed(count: number) {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE device (device_id TEXT PRIMARY KEY, public_key TEXT, display_name TEXT, registered_at TEXT, registered_by TEXT) STRICT')
  prepareLockout(database)
  const people = openMadeUpPeople(database)
  const person = (sub: string) => people.bySub(sub) ?? { sub, name: sub, role: 'nurse' }
  const workstations = openWorkstations(database, clock, openHistory(database, clock, (sub) => sub), person)
  fileMadeUpWorkstations(database, workstations, people, { count, seed: 1, staff: [{ sub: 'nurse-1', name: 'Grace', role: 'nurse' }], now })
  return { database, people, workstations, stations: workstations.list({ limit: 1_000, wait: 0 }).workstations }
}

it('says of no workstation that its state is younger than the last that was heard of it, nor that somebody is idle beyond the two minutes of the warning', () => {
  const { stations } = filed(600)
  const reported = stations.filter(({ state }) => state !== 'unknown')
  expect(reported.length).toBeGreaterThan(500)
  const heardAt = ({ lastContact = '' }: (typeof stations)[number]) => Math.min(now, Date.parse(lastContact))
  for (const each of reported) expect(Date.parse(each.since ?? ''), each.displayName).toBeLessThan(heardAt(each))
  const idle = reported.filter(({ state }) => state === 'warning')
  expect(idle.length).toBeGreaterThan(10)
  for (const each of idle) expect(heardAt(each) - Date.parse(each.since ?? ''), each.displayName).toBeLessThan(120_000)
})

it('has nobody on more than two screens, each of them with a name, and the same people after a restart', () => {
  const { database, people, stations } = filed(600)
  const screens = stations.flatMap(({ user }) => user ?? [])
  expect(screens.length).toBeGreaterThan(300)
  for (const one of new Set(screens.map(({ sub }) => sub))) expect(screens.filter(({ sub }) => sub === one).length, one).toBeLessThanOrEqual(2)
  for (const { sub, name } of screens) if (sub !== 'nurse-1') expect(name).toMatch(/^\p{Lu}.+ \p{Lu}/u)
  expect(stations.filter(({ state, user }) => user === undefined && ['active', 'warning', 'locked'].includes(state))).toEqual([])

  const [first] = people.everybody()
  people.setBarred(first?.sub ?? '', true)
  expect(openMadeUpPeople(database).everybody()).toEqual(people.everybody())
  expect(people.everybody().filter(({ isDisabled }) => isDisabled)).toHaveLength(1)
})

it('has orders that were given before now, agreed to by another one where that is asked, and carried out but for one', () => {
  const { database, workstations } = filed(600)
  const desk = ['s-1', 's-2'].map((sub) => ({ sub, name: sub, role: 'support' }))
  fileMadeUpOrders(database, workstations, desk, { nameOf: (sub) => sub, now })
  const rows = openOrderRows(database)
  const orders = rows.list(undefined, 10)
  expect(orders.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['lock given', 'wipe given', 'message given'])
  for (const { at, kind, by_sub: by, agreed_by: agreed } of orders) expect([at < now, kind === 'wipe' ? agreed !== null && agreed !== by : agreed === null]).toEqual([true, true])
  expect(orders.map(({ id }) => rows.counts(id))).toMatchObject([{ done: 2, refused: 1, waiting: 0 }, { done: 1, waiting: 0 }, { done: 12, waiting: 0 }])
})
