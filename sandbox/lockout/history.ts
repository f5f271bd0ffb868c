import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { HistoryEntry } from './shapes/index.ts'

interface Happening {
  readonly what: string
  readonly deviceId?: string | undefined
  readonly user?: string | undefined
  readonly order?: string | undefined
  readonly by?: string | undefined
  readonly detail?: string | undefined
}

/** Why, and how whoever asked for it was identified. */
export function detailOf(reason: string, { identifiedBy, identification }: { readonly identifiedBy?: string | undefined; readonly identification?: string | undefined }): string {
  return identifiedBy === undefined || identification === undefined ? reason : `${reason} (${identifiedBy}: ${identification})`
}

export interface HistoryBook {
  note(happening: Happening): void
  /** The newest first, before an entry where one is named. */
  read(of: { readonly deviceId: string } | { readonly user: string } | { readonly all: true }, page: { readonly before?: number | undefined; readonly limit: number }): { entries: HistoryEntry[]; next?: number }
}

const text = z.string().nullable()
const Row = z.object({ seq: z.number(), at: z.number(), what: z.string(), device_id: text, sub: text, order_id: text, by_sub: text, detail: text })

/** Everything that was ordered, taken, refused and reported. Nothing is changed in it, and nothing removed. */
export function openHistory(database: DatabaseSync, clock: Clock, nameOf: (sub: string) => string): HistoryBook {
  const insert = database.prepare('INSERT INTO lockout_history (at, what, device_id, sub, order_id, by_sub, detail) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const select = (where: string) => database.prepare(`SELECT * FROM lockout_history WHERE seq < ? AND ${where} ORDER BY seq DESC LIMIT ?`)
  const ofDevice = select('device_id = ?')
  const ofUser = select('sub = ?')
  const ofAll = select('1 = ?')

  const shown = ({ seq, at, what, device_id: deviceId, sub, order_id: order, by_sub: by, detail }: z.infer<typeof Row>): HistoryEntry => ({
    seq, at: new Date(at).toISOString(), what,
    ...(deviceId === null ? {} : { deviceId }),
    ...(sub === null ? {} : { user: sub }),
    ...(order === null ? {} : { order }),
    ...(by === null ? {} : { by: { sub: by, name: nameOf(by) } }),
    ...(detail === null ? {} : { detail }),
  })

  return {
    note: ({ what, deviceId, user, order, by, detail }) => void insert.run(clock.now(), what, deviceId ?? null, user ?? null, order ?? null, by ?? null, detail ?? null),
    read(of, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = 'deviceId' in of ? ofDevice.all(before, of.deviceId, limit + 1) : 'user' in of ? ofUser.all(before, of.user, limit + 1) : ofAll.all(before, 1, limit + 1)
      const entries = z.array(Row).parse(rows).map(shown)
      const last = entries.length > limit ? entries[limit - 1] : undefined
      return { entries: entries.slice(0, limit), ...(last === undefined ? {} : { next: last.seq }) }
    },
  }
}
