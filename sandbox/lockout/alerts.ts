import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { type AlertFinding, alertFindings } from '../../shared/desk/words.ts'
import type { DeskAlert } from '../privacy-desk/index.ts'
import { DeviceId } from '../device/registrations.ts'
import { DeskRefused, noneFor } from './desk-door.ts'
import type { HistoryBook } from './history.ts'
import { atomically } from './schema.ts'
import type { AlertShown } from './shapes/index.ts'
import type { UserRef } from './workstations.ts'

export interface AlertsParts {
  readonly database: DatabaseSync
  readonly clock: Clock
  readonly history: HistoryBook
  /** What workstations reported, the newest first. */
  readonly reported: () => readonly DeskAlert[]
  readonly nameOf: (sub: string) => string
  readonly personOf: (reference: string) => UserRef | undefined
  /** Files it in the EHR's audit trail too. Throws where it cannot: then it is not done. */
  readonly audit: (step: { readonly id: string; readonly by: string; readonly step: string; readonly reason: string }) => void
}

/** What the desk does with alerts. What was reported is not changed by it, and no step is ever removed. */
export interface Alerts {
  list(query: { readonly state?: AlertShown['state'] | undefined; readonly before?: string | undefined; readonly limit: number }): { alerts: AlertShown[]; open: number; next?: string }
  take(id: string, by: string): AlertShown
  comment(id: string, by: string, comment: string): AlertShown
  close(id: string, by: string, finding: AlertFinding, comment: string): AlertShown
}

const Step = z.object({ at: z.number(), by_sub: z.string(), what: z.enum(['taken', 'commented', 'closed']), finding: z.enum(alertFindings).nullable(), comment: z.string().nullable() })

export function openAlerts({ database, clock, history, reported, nameOf, personOf, audit }: AlertsParts): Alerts {
  const select = database.prepare('SELECT at, by_sub, what, finding, comment FROM lockout_alert_step WHERE alert_id = ? ORDER BY seq')
  const insert = database.prepare('INSERT INTO lockout_alert_step (alert_id, at, by_sub, what, finding, comment) VALUES (?, ?, ?, ?, ?, ?)')
  const named = (sub: string) => ({ sub, name: nameOf(sub) })

  /** Named field by field: the patient, and the sealed words of an answer, are not the desk's. */
  function shown({ id, at, rule, severity, response, count, more, correlation, who, device, answer }: DeskAlert): AlertShown {
    const steps = z.array(Step).parse(select.all(id))
    const taken = steps.findLast(({ what }) => what === 'taken')
    const closed = steps.findLast(({ what }) => what === 'closed')
    const user = who.reference === undefined ? undefined : personOf(who.reference)
    const deviceId = DeviceId.safeParse(device).data
    return {
      id, at, rule, severity, response, count, more, correlation,
      ...(user === undefined ? {} : { user }),
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(answer === undefined ? {} : { answer: { at: answer.at, reason: answer.reason } }),
      state: closed ? 'closed' : taken ? 'taken' : 'open',
      ...(taken === undefined ? {} : { takenBy: named(taken.by_sub) }),
      ...(closed?.finding ? { finding: closed.finding } : {}),
      steps: steps.map(({ at: then, by_sub: by, what, comment }) => ({ at: new Date(then).toISOString(), by: named(by), what, ...(comment === null ? {} : { comment }) })),
    }
  }

  function found(id: string): DeskAlert {
    return reported().find((alert) => alert.id === id) ?? noneFor('no-such-alert')
  }

  function step(id: string, by: string, what: z.infer<typeof Step>['what'], may: (now: AlertShown) => string | undefined, { finding, comment }: { finding?: AlertFinding; comment?: string } = {}): AlertShown {
    const alert = found(id)
    return atomically(database, () => {
      const before = shown(alert)
      const refusal = may(before)
      if (refusal !== undefined) throw new DeskRefused(409, refusal)
      insert.run(id, clock.now(), by, what, finding ?? null, comment ?? null)
      audit({ id, by, step: `alert.${what}`, reason: comment ?? 'taken' })
      history.note({ what: `alert.${what}`, deviceId: before.deviceId, user: before.user?.sub, by, detail: comment })
      return shown(alert)
    })
  }

  return {
    list({ state, before, limit }) {
      const all = reported().map(shown)
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
      const matching = (before !== undefined && from === 0 ? [] : all.slice(from)).filter((alert) => state === undefined || alert.state === state)
      const last = matching.length > limit ? matching[limit - 1] : undefined
      return { alerts: matching.slice(0, limit), open: all.filter((alert) => alert.state === 'open').length, ...(last === undefined ? {} : { next: last.id }) }
    },
    take: (id, by) => step(id, by, 'taken', ({ state }) => (state === 'closed' ? 'alert-closed' : undefined)),
    comment: (id, by, comment) => step(id, by, 'commented', () => undefined, { comment }),
    close: (id, by, finding, comment) => step(id, by, 'closed', ({ state, takenBy }) => (state === 'closed' ? 'alert-closed' : takenBy?.sub === by ? undefined : 'not-taken-by-you'), { finding, comment }),
  }
}
