import { type Signal } from '../../shared/alerts.ts'
import type { SeenEntry } from '../../electron/audit/alerts/entry.ts'
import type { Inpatient, Worker } from './hospital.ts'

/** What is misuse, by kind; undefined is work. The truth that the alerts are held against. */
export const misuses = [
  'neighbour', // a few people of the town, by day
  'relative', // of the same family name
  'night-look', // a few people of the town, outside of working hours
  'vip-peek',
  'bulk-fast', // as fast as the screen goes
  'bulk-slow', // for hours, just below the threshold of a minute
  'shared-account', // somebody else at a session that was left open, or with its PIN
  'pin-guessing',
  'probing', // charts that are closed to them
  'glass-abuse', // broken without an emergency
  'clock',
  'own-ward', // a patient they do care for, looked at out of curiosity
] as const
export type Misuse = (typeof misuses)[number]

export interface Written {
  readonly entry: Omit<SeenEntry, 'mono' | 'run'>
  /** True time in milliseconds since the month began. */
  readonly at: number
  readonly workstation: string
  readonly episode: Episode | undefined
  /** The computer was started anew before this. */
  readonly restarted?: boolean
}

export interface Episode {
  readonly kind: Misuse
  readonly number: number
}

const monthBegins = Date.UTC(2026, 5, 1)
export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Where everything that happens in the month is written down, as the workstations' chains would have it. */
export interface Diary {
  readonly written: Written[]
  look(at: number, who: Worker, patient: Inpatient, more: LookFacts): void
  note(at: number, who: Worker, entry: Partial<SeenEntry>, more?: Partial<Omit<Written, 'entry' | 'at'>>): void
}

interface LookFacts {
  readonly relation: Extract<Signal, 'related' | 'not-related' | 'relation-not-known'>
  readonly glassBroken?: boolean
  readonly episode?: Episode | undefined
  readonly workstation?: string
}

export function createDiary(): Diary {
  const written: Written[] = []
  let last = 0
  const note: Diary['note'] = (at, who, entry, more = {}) => {
    last += 1
    const whole: Written['entry'] = {
      event: 'chart.open', outcome: 'intent', cause: 'look', patient: undefined, failure: undefined, signals: new Set(),
      correlation: last.toString(16).padStart(8, '0'), user: who.key, wall: monthBegins + at, ...entry,
    } // prettier-ignore
    written.push({ entry: whole, at, workstation: `ward-${who.ward}-${Number(who.key.split('-')[1]) % 6}`, episode: undefined, ...more })
  }
  return {
    written,
    note,
    look(at, who, patient, { relation, glassBroken = false, episode, workstation }) {
      const more = { episode, ...(workstation === undefined ? {} : { workstation }) }
      note(at, who, { patient: patient.id }, more)
      const isClosed = patient.label === 'restricted' && relation !== 'related' && !glassBroken
      if (isClosed) return note(at + 400, who, { event: 'chart.section', outcome: 'failed', failure: 'forbidden', patient: patient.id }, more)
      const told = new Set<Signal>([relation])
      if (patient.family === who.family) told.add('same-family-name')
      if (patient.label !== undefined) told.add('restricted')
      if (patient.label === 'vip') told.add('vip')
      if (glassBroken) told.add('glass-broken')
      note(at + 400, who, { event: 'chart.signals', outcome: 'success', cause: 'refresh', patient: patient.id, signals: told }, more)
    },
  }
}
