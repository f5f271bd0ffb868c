import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { sessionStates } from '../../shared/contract/procedure.ts'
import { isCodeOf } from '../../shared/workstation-code.ts'
import type { HistoryBook } from './history.ts'
import { PeopleHere, type Status, type Target, type Unsent, type WorkstationQuery, type WorkstationShown } from './shapes/index.ts'

/** Whoever has not asked for orders for so long is out of reach: three polls and a little. Milliseconds. */
const onlineMs = 90_000

export interface UserRef {
  readonly sub: string
  readonly name: string
  readonly role: string
}

export interface Workstations {
  /** It is there: asked for orders, or reported. */
  touch(deviceId: string): void
  report(deviceId: string, status: Status): void
  /** A person signed in there, on this grant. */
  seen(deviceId: string, sub: string, grantId: string | undefined): void
  /** Whose grants came from there: of one person, or of all. */
  grantsAt(deviceId: string, sub: string | undefined): readonly string[]
  /** Where a person has ever been. */
  knownTo(sub: string): readonly string[]
  /** The workstations that a target names, now. An order about users: where they have been; else where they are. */
  reached(target: Target, wherever: boolean): readonly { readonly deviceId: string; readonly sub?: string }[]
  /** `revision`: where a list of changes goes on; the last of this part, where there are more. */
  list(query: WorkstationQuery): { readonly workstations: WorkstationShown[]; readonly total: number; readonly revision: number; readonly next?: string }
  byId(deviceId: string): WorkstationShown | undefined
  /** What of a person's work is not sent, as a workstation has told it; undefined where it does not know, or has not told. */
  unsentOf(deviceId: string, sub: string): Unsent | undefined
  sites(): { site: string; workstations: number }[]
  readonly revision: number
  /** Those of whom nothing has been heard for too long have changed by it. */
  noticeSilence(): void
  /** Something is on its way to it, or no more: the lists show it. */
  changed(deviceId: string): void
  /** Resolves at the next change, or when the time is over. */
  nextChange(withinMs: number): Promise<void>
  /** Ends all waiting. */
  close(): void
}

const Row = z.object({
  device_id: z.string(), display_name: z.string(), registered_at: z.string(), site: z.string(), state: z.enum([...sessionStates, 'unknown']), since: z.number().nullable(),
  sub: z.string().nullable(), app_version: z.string(), policy_version: z.string(), drafts: z.number(), changes: z.number(), last_contact: z.number().nullable(), revision: z.number(), waiting: z.number(), people: z.string().nullable(),
})

/** A workstation that is registered is in the lists, though it has never reported. */
const view = `SELECT d.device_id, d.display_name, d.registered_at, coalesce(w.site, '') AS site, coalesce(w.state, 'unknown') AS state, w.since, w.sub,
  coalesce(w.app_version, '') AS app_version, coalesce(w.policy_version, '') AS policy_version, coalesce(w.drafts, 0) AS drafts, coalesce(w.changes, 0) AS changes,
  w.last_contact, coalesce(w.revision, 0) AS revision,
  (SELECT count(*) FROM lockout_event e WHERE e.device_id = d.device_id AND e.state = 'waiting') AS waiting, p.told AS people
  FROM device d LEFT JOIN workstation w ON w.device_id = d.device_id LEFT JOIN workstation_people p ON p.device_id = d.device_id`

/** Whether a workstation says of itself what is known of it already. */
function isSame(known: WorkstationShown, said: Status): boolean {
  const isSameWork = known.unsent.drafts === said.unsent.drafts && known.unsent.changes === said.unsent.changes
  const isSameSince = known.since !== undefined && Date.parse(known.since) === Date.parse(said.since)
  return isSameWork && isSameSince && known.state === said.state && known.user?.sub === said.user && known.site === said.site && known.appVersion === said.appVersion && known.policyVersion === said.policyVersion
}

export function openWorkstations(database: DatabaseSync, clock: Clock, history: HistoryBook, person: (sub: string) => UserRef): Workstations {
  const Revision = z.object({ r: z.number() })
  let revision = Revision.parse(database.prepare('SELECT coalesce(max(revision), 0) AS r FROM workstation').get()).r
  const waiting = new Set<() => void>()
  let heardBy = clock.now() - onlineMs
  const make = database.prepare('INSERT OR IGNORE INTO workstation (device_id) VALUES (?)')
  const touched = database.prepare('UPDATE workstation SET last_contact = ? WHERE device_id = ?')
  const bump = database.prepare('UPDATE workstation SET revision = ? WHERE device_id = ?')
  const update = database.prepare(`UPDATE workstation SET site = ?, state = ?, since = ?, sub = ?, app_version = ?, policy_version = ?, drafts = ?, changes = ?, last_contact = ?, revision = ? WHERE device_id = ?`)
  const known = database.prepare(`INSERT INTO workstation_user VALUES (?, ?, ?) ON CONFLICT (device_id, sub) DO UPDATE SET grant_id = coalesce(excluded.grant_id, grant_id)`)
  const tell = database.prepare('INSERT OR REPLACE INTO workstation_people VALUES (?, ?)')
  const told = database.prepare('SELECT told FROM workstation_people WHERE device_id = ?')
  const Told = z.object({ told: z.string().nullable() }).optional()
  const one = database.prepare(`${view} WHERE d.device_id = ?`)
  const silent = database.prepare('SELECT device_id FROM workstation WHERE last_contact >= ? AND last_contact < ?')
  const firstAfter = database.prepare(`${view} WHERE d.device_id > ? ORDER BY d.device_id LIMIT ?`)
  const firstChanged = database.prepare(`${view} WHERE w.revision > ? ORDER BY w.revision LIMIT ?`)
  const counted = database.prepare('SELECT count(*) AS n FROM device')
  const countedChanged = database.prepare('SELECT count(*) AS n FROM workstation WHERE revision > ?')
  const Counted = z.object({ n: z.number() })
  const Ids = z.array(z.object({ device_id: z.string() }))
  const Grants = z.array(z.object({ grant_id: z.string() }))

  const shown = (row: z.infer<typeof Row>): WorkstationShown => ({
    deviceId: row.device_id, displayName: row.display_name, site: row.site, state: row.state,
    ...(row.since === null ? {} : { since: new Date(row.since).toISOString() }),
    ...(row.sub === null ? {} : { user: person(row.sub) }),
    appVersion: row.app_version, policyVersion: row.policy_version, unsent: { drafts: row.drafts, changes: row.changes },
    isOnline: row.last_contact !== null && clock.now() - row.last_contact < onlineMs,
    ...(row.last_contact === null ? {} : { lastContact: new Date(row.last_contact).toISOString() }),
    registeredAt: row.registered_at, waiting: row.waiting, ...waitingIn(row.people), revision: row.revision,
  })

  function waitingIn(people: string | null): Pick<WorkstationShown, 'waitingSessions'> {
    if (people === null) return {}
    const waiting = PeopleHere.parse(JSON.parse(people)).named.filter(({ waits }) => waits)
    return { waitingSessions: waiting.map(({ user, since, unsent }) => ({ user: person(user), ...(since === undefined ? {} : { since }), ...(unsent === undefined ? {} : { unsent }) })) }
  }

  function changed(deviceId: string): void {
    revision += 1
    make.run(deviceId)
    bump.run(revision, deviceId)
    for (const wake of waiting) wake()
  }

  function noticeSilence(): void {
    const [from, to] = [heardBy, clock.now() - onlineMs]
    if (to <= from) return
    heardBy = to
    for (const { device_id: deviceId } of Ids.parse(silent.all(from, to))) changed(deviceId)
  }

  const byId = (deviceId: string) => {
    const row = one.get(deviceId)
    return row === undefined ? undefined : shown(Row.parse(row))
  }
  const ids = (sql: string, ...values: string[]) => Ids.parse(database.prepare(sql).all(...values)).map(({ device_id: deviceId }) => deviceId)
  const knownTo = (sub: string) => ids('SELECT device_id FROM workstation_user WHERE sub = ? ORDER BY device_id', sub)

  return {
    get revision() {
      return revision
    },
    changed,
    noticeSilence,
    byId,
    unsentOf(deviceId, sub) {
      const people = Told.parse(told.get(deviceId))?.told
      if (people === undefined || people === null) return undefined
      const { named, others } = PeopleHere.parse(JSON.parse(people))
      const theirs = named.find(({ user }) => user === sub)
      // All are named, and this one is not: nothing of theirs is there.
      return theirs === undefined ? (others === 0 ? { drafts: 0, changes: 0 } : undefined) : theirs.unsent
    },
    knownTo,
    touch(deviceId) {
      const before = byId(deviceId)
      make.run(deviceId)
      touched.run(clock.now(), deviceId)
      if (before?.isOnline !== true) changed(deviceId)
    },
    report(deviceId, status) {
      const { state, since, user, site, appVersion, policyVersion, unsent } = status
      const before = byId(deviceId)
      make.run(deviceId)
      if (user !== undefined) known.run(deviceId, user, null)
      const at = clock.now()
      const people = status.people === undefined ? null : JSON.stringify(status.people)
      const isSameThere = (Told.parse(told.get(deviceId))?.told ?? null) === people
      // Each minute every workstation says that nothing is new: that is no change of the list, or a hospital's would change hundreds of times in a second.
      if (before?.isOnline === true && isSameThere && isSame(before, status)) return void touched.run(at, deviceId)
      tell.run(deviceId, people)
      update.run(site, state, Date.parse(since), user ?? null, appVersion, policyVersion, unsent.drafts, unsent.changes, at, revision, deviceId)
      if (before?.state !== state || before.user?.sub !== user) history.note({ what: `workstation.${state}`, deviceId, user })
      changed(deviceId)
    },
    seen: (deviceId, sub, grantId) => void known.run(deviceId, sub, grantId ?? null),
    grantsAt(deviceId, sub) {
      const where = 'SELECT grant_id FROM workstation_user WHERE grant_id IS NOT NULL AND device_id = ?'
      const rows = sub === undefined ? database.prepare(where).all(deviceId) : database.prepare(`${where} AND sub = ?`).all(deviceId, sub)
      return Grants.parse(rows).map(({ grant_id: id }) => id)
    },
    reached(target, wherever) {
      if ('workstations' in target) return [...new Set(target.workstations)].filter((deviceId) => one.get(deviceId) !== undefined).map((deviceId) => ({ deviceId }))
      if ('site' in target) return ids('SELECT device_id FROM workstation WHERE site = ? ORDER BY device_id', target.site).map((deviceId) => ({ deviceId }))
      if ('everyone' in target) return ids('SELECT device_id FROM device ORDER BY device_id').map((deviceId) => ({ deviceId }))
      const where = (sub: string) => (wherever ? knownTo(sub) : ids('SELECT device_id FROM workstation WHERE sub = ? ORDER BY device_id', sub))
      return [...new Set(target.users)].flatMap((sub) => where(sub).map((deviceId) => ({ deviceId, sub })))
    },
    list({ search, site, state, online, changedAfter, after, limit }) {
      // A hospital's whole list is read in twenty parts, and followed: each looks at its own rows alone.
      if (search === undefined && site === undefined && state === undefined && online === undefined) {
        const found = z.array(Row).parse(changedAfter === undefined ? firstAfter.all(after ?? '', limit + 1) : firstChanged.all(changedAfter, limit + 1)).map(shown)
        const part = found.slice(0, limit)
        const last = found.length > limit ? part.at(-1) : undefined
        if (changedAfter !== undefined) return { workstations: part, total: Counted.parse(countedChanged.get(changedAfter)).n, revision: last?.revision ?? revision }
        return { workstations: part, total: Counted.parse(counted.get()).n, revision, ...(last === undefined ? {} : { next: last.deviceId }) }
      }
      const folded = search?.toLocaleLowerCase('en')
      const matches = (row: WorkstationShown) =>
        (site === undefined || row.site === site) && (state === undefined || row.state === state) && (online === undefined || row.isOnline === (online === 'true')) &&
        (search === undefined || folded === undefined || folded === '' || isCodeOf(row.deviceId, search) || [row.displayName, row.deviceId, row.site, row.user?.name ?? '', ...(row.waitingSessions ?? []).map(({ user }) => user.name)].some((text) => text.toLocaleLowerCase('en').includes(folded)))
      const rows = changedAfter === undefined ? database.prepare(`${view} ORDER BY d.device_id`).all() : database.prepare(`${view} WHERE w.revision > ? ORDER BY w.revision`).all(changedAfter)
      const all = z.array(Row).parse(rows).map(shown).filter(matches)
      if (changedAfter !== undefined) {
        const part = all.slice(0, limit)
        return { workstations: part, total: all.length, revision: all.length > limit ? (part.at(-1)?.revision ?? revision) : revision }
      }
      const from = after === undefined ? 0 : all.findIndex(({ deviceId }) => deviceId > after)
      const page = from === -1 ? [] : all.slice(from, from + limit)
      const last = from !== -1 && from + limit < all.length ? page.at(-1) : undefined
      return { workstations: page, total: all.length, revision, ...(last === undefined ? {} : { next: last.deviceId }) }
    },
    sites: () => z.array(z.object({ site: z.string(), workstations: z.number() })).parse(database.prepare(`SELECT site, count(*) AS workstations FROM workstation WHERE site <> '' GROUP BY site ORDER BY site`).all()),
    nextChange: (withinMs) =>
      new Promise((resolve) => {
        const looking = setInterval(noticeSilence, 1_000)
        const done = () => {
          clearTimeout(timer)
          clearInterval(looking)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, withinMs)
        waiting.add(done)
      }),
    close: () => [...waiting].forEach((wake) => wake()),
  }
}
