import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { Caller } from '../types.ts'

/** HL7 v3 ActReason: break the glass, emergency treatment. */
export const purposes = ['BTG', 'ETREAT'] as const
type Purpose = (typeof purposes)[number]

/** Longer than an emergency, and a care team is the way in. Minutes. */
export const mostMinutes = 60

/** One person let in to one patient for a time. Times are epoch milliseconds. */
export interface Grant {
  readonly id: string
  readonly sub: string
  readonly practitioner: string
  /** `Patient.id`. */
  readonly patient: string
  readonly reason: string
  readonly purpose: Purpose
  readonly began: number
  readonly until: number
}

/** How a grant came to its end: its time was over, its holder gave it back, its holder was barred. */
const endings = ['expired', 'given-back', 'barred'] as const
export type Ending = (typeof endings)[number]

/** Writes down that a glass was broken, and that it is whole again. Throws where it cannot: then nothing is opened. */
export interface GlassWitness {
  began(grant: Grant, clientId: string): void
  /** `at`: when, in epoch milliseconds. */
  ended(grant: Grant, how: Ending, at: number): void
}

export interface Grants {
  /** Raised whenever somebody is let in, or out before their time. */
  readonly epoch: number
  /** Whom a person is let in to now. */
  openTo(sub: string): readonly Grant[]
  begin(caller: Caller, asked: { patient: string; reason: string; purpose: Purpose; minutes: number }): Grant
  /** Ends one's own grant. False: there is none that is open. */
  giveBack(id: string, sub: string): boolean
  endAllOf(sub: string): void
  /** Writes the end of those whose time is over. They are closed by the clock, written or not. */
  sweep(): void
}

const Row = z.object({
  id: z.string(), sub: z.string(), practitioner: z.string(), patient: z.string(),
  reason: z.string(), purpose: z.enum(purposes), began: z.number(), until: z.number(),
})
const Ended = Row.extend({ ended: z.number().nullable(), ending: z.enum(endings).nullable() })

/** Opens the grants, those of before a restart included. */
export function openGrants(database: DatabaseSync, clock: Clock, witness: GlassWitness): Grants {
  database.exec(`CREATE TABLE IF NOT EXISTS glass_grant (
    id TEXT PRIMARY KEY, sub TEXT NOT NULL, practitioner TEXT NOT NULL, patient TEXT NOT NULL, reason TEXT NOT NULL,
    purpose TEXT NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL,
    ended INTEGER, ending TEXT, noted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS glass_grant_open ON glass_grant (sub) WHERE ended IS NULL;
  CREATE INDEX IF NOT EXISTS glass_grant_unnoted ON glass_grant (until) WHERE noted = 0;`)
  const columns = 'id, sub, practitioner, patient, reason, purpose, began, until'
  const insert = database.prepare(`INSERT INTO glass_grant (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const unendedOf = database.prepare(`SELECT ${columns} FROM glass_grant WHERE sub = ? AND ended IS NULL ORDER BY began, id`)
  const unnoted = database.prepare(`SELECT ${columns}, ended, ending FROM glass_grant WHERE noted = 0 AND (ended IS NOT NULL OR until <= ?)`)
  const close = database.prepare('UPDATE glass_grant SET ended = ?, ending = ? WHERE id = ?')
  const note = database.prepare('UPDATE glass_grant SET noted = 1 WHERE id = ?')
  let epoch = 0

  const openTo = (sub: string) => z.array(Row).parse(unendedOf.all(sub)).filter(({ until }) => until > clock.now())

  /** What cannot be written down now is written at the next try. */
  function noteEnds(): void {
    for (const { ended, ending, ...grant } of z.array(Ended).parse(unnoted.all(clock.now()))) {
      witness.ended(grant, ending ?? 'expired', ended ?? grant.until)
      note.run(grant.id)
    }
  }

  function endEarly(grant: Grant, how: Ending): void {
    // Closed first: a witness that fails must not keep a glass open.
    close.run(clock.now(), how, grant.id)
    epoch += 1
    noteEnds()
  }

  return {
    get epoch() {
      return epoch
    },
    openTo,
    begin({ sub, practitioner, clientId }, { patient, reason, purpose, minutes }) {
      const began = clock.now()
      const grant = { id: randomUUID(), sub, practitioner, patient, reason, purpose, began, until: began + Math.min(minutes, mostMinutes) * 60_000 }
      // Written down first: no audit, no access.
      witness.began(grant, clientId)
      insert.run(grant.id, sub, practitioner, patient, reason, purpose, began, grant.until)
      epoch += 1
      return grant
    },
    giveBack(id, sub) {
      const mine = openTo(sub).find((grant) => grant.id === id)
      if (mine !== undefined) endEarly(mine, 'given-back')
      return mine !== undefined
    },
    endAllOf: (sub) => openTo(sub).forEach((grant) => endEarly(grant, 'barred')),
    sweep: noteEnds,
  }
}
