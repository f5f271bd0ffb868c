import type { DatabaseSync } from 'node:sqlite'
import { opaqueId, type Rng, rngOf } from '../people/random.ts'
import { atomically } from './schema.ts'
import type { MadeUpPeople } from './made-up-people.ts'
import type { PeopleHere } from './shapes/index.ts'
import type { UserRef, Workstations } from './workstations.ts'

/** How many workstations that are nowhere, and who is said to sit at them. */
export interface MadeUpWorkstations {
  readonly count: number
  readonly seed: number
  readonly staff: readonly UserRef[]
  /** Epoch milliseconds. */
  readonly now: number
}

const sites: readonly [readonly [site: string, short: string], ...(readonly [site: string, short: string])[]] = [
  ['Emergency', 'ER'],
  ['ICU North', 'ICU'],
  ['Ward 2 East', 'W2E'],
  ['Ward 10', 'W10'],
  ['Laboratory', 'LAB'],
  ['Radiology', 'RAD'],
  ['Outpatient clinic', 'OPD'],
]

/** They ask for orders for as long as a shift lasts: then they fall silent, as those do that are shut down. Milliseconds. */
const shiftMs = 8 * 3_600_000

/** Nobody has more sessions on screens than this, nor more behind the locks of others. */
const mostOfOne = 2

/** Gives somebody who has room for one session more; undefined where nobody has. */
function crewOf(people: readonly UserRef[]): (chance: Rng) => string | undefined {
  const taken = new Map<string, number>()
  return (chance) => {
    const from = chance.int(0, Math.max(0, people.length - 1))
    for (let step = 0; step < people.length; step += 1) {
      const sub = people[(from + step) % people.length]?.sub ?? ''
      const sessions = taken.get(sub) ?? 0
      if (sessions === mostOfOne) continue
      taken.set(sub, sessions + 1)
      return sub
    }
    return undefined
  }
}

/** Files workstations as if they had registered and reported, for whoever looks at the support desk. They take no orders: nobody is there. Gives how many. */
export function fileMadeUpWorkstations(database: DatabaseSync, workstations: Workstations, madeUp: Pick<MadeUpPeople, 'file'>, { count, seed, staff, now }: MadeUpWorkstations): number {
  const device = database.prepare('INSERT OR IGNORE INTO device VALUES (?, ?, ?, ?, ?)')
  const station = database.prepare('INSERT OR REPLACE INTO workstation (device_id, site, state, since, sub, app_version, policy_version, drafts, changes, last_contact) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const told = database.prepare('INSERT OR REPLACE INTO workstation_people VALUES (?, ?)')
  const known = database.prepare('INSERT OR IGNORE INTO workstation_user VALUES (?, ?, NULL)')
  // Who treats and who registers; the desk is not at a ward.
  const working = staff.filter(({ role }) => role === 'physician' || role === 'nurse' || role === 'front-desk')
  atomically(database, () => {
    const people = [...working, ...madeUp.file(Math.ceil(count / 2), seed)]
    const [onScreen, waits] = [crewOf(people), crewOf(people)]
    for (let index = 0; index < count; index += 1) {
      const path = `${seed}/workstation/${index}`
      const chance = rngOf(path)
      const deviceId = opaqueId(path)
      const [site, short] = chance.pick(sites)
      device.run(deviceId, '{}', `MFG-${short}-${String(index + 1).padStart(3, '0')}`, new Date(now - chance.int(20, 300) * 86_400_000).toISOString(), people[0]?.sub ?? '')
      // Some were set up and never used.
      if (chance.chance(0.04)) continue
      const state = chance.pick(['active', 'active', 'active', 'active', 'warning', 'locked', 'locked', 'locked', 'signedOut', 'signedOut', 'signedOut', 'signedOut'])
      const isOut = state !== 'signedOut' && chance.chance(0.01)
      const sub = state === 'signedOut' ? undefined : onScreen(chance)
      const isAway = chance.chance(0.08)
      const hasWork = sub !== undefined && chance.chance(0.12)
      const version = chance.chance(0.06) ? '0.0.9' : '0.1.0'
      const policy = chance.chance(0.05) ? '41ab09c7d2e6' : '9f0c2e5177b0'
      const own = { drafts: hasWork ? chance.int(1, 2) : 0, changes: hasWork && chance.chance(0.4) ? chance.int(1, 4) : 0 }
      const heard = isAway ? now - chance.int(3, 3_000) * 60_000 : now + shiftMs
      // What it last said was so before it was last heard; and whoever is idle is warned for two minutes, then it locks.
      const since = Math.min(now, heard) - (state === 'warning' ? chance.int(5, 115) * 1_000 : chance.int(1, 400) * 60_000)
      // A workstation goes from hand to hand: some of those before wait behind the lock.
      const hasWaiting = sub !== undefined && chance.chance(0.15)
      const before = hasWaiting ? new Set(Array.from({ length: chance.int(1, 3) }, () => waits(chance))) : new Set<string | undefined>()
      before.delete(sub)
      const waiting = [...before].flatMap((user) => user ?? []).map((user) => ({ user, waits: true, since: new Date(since - chance.int(5, 600) * 60_000).toISOString(), unsent: { drafts: chance.chance(0.2) ? 1 : 0, changes: 0 } }))
      const there: PeopleHere = { named: [...waiting, ...(sub === undefined ? [] : [{ user: sub, waits: false, unsent: own }])], others: 0 }
      for (const { user } of there.named) known.run(deviceId, user)
      const drafts = there.named.reduce((sum, { unsent }) => sum + (unsent?.drafts ?? 0), 0)
      station.run(deviceId, site, isOut ? 'lockedOut' : state, since, sub ?? null, version, policy, drafts, own.changes, heard)
      // An earlier version tells no people apart.
      told.run(deviceId, version === '0.0.9' ? null : JSON.stringify(there))
      workstations.changed(deviceId)
    }
  })
  return count
}
