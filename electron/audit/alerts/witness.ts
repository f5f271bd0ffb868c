import type { Zone } from '../../../shared/clinical/zone.ts'
import type { AlertPolicy } from '../../../shared/policy.ts'
import type { Log } from '../../diagnostics/log.ts'
import type { ChainDisk } from '../disk.ts'
import type { EntryFields } from '../entry.ts'
import { type Alert, type AlertState, nothingSeen, step } from './engine.ts'
import { readEntry } from './entry.ts'
import type { HoldKeeper } from './hold-keeper.ts'
import { readBack } from './read-back.ts'

export interface WitnessParts {
  readonly disk: Pick<ChainDisk, 'numbers' | 'read'>
  /** The rules that hold at the moment. */
  policy(): AlertPolicy
  readonly zone: Zone
  /** Milliseconds. */
  monotonic(): number
  readonly log: Log
  /** Has the alert recorded, and acted upon. */
  raise(alert: Alert): void
  readonly holds: Pick<HoldKeeper, 'see' | 'ready'>
}

/** Watches the chain by the rules. */
export interface Witness {
  /** Is shown entries once they are durable. Never throws: what fails here must not fail who waits for the entry. */
  saw(entries: readonly EntryFields[], file: number): void
  /** Resolves when what is behind this start was read back, and all that was seen since has been weighed; at once where nothing was seen yet. */
  settled(): Promise<void>
}

/** Of this many entries before a start an alert is raised late where none stands in the chain: the application was killed between the two. */
const lastEntries = 500

/**
 * The rules at work: each entry is weighed when it is durable, not before, so that an alert never tells of what the
 * chain does not hold. With the first entry of a start the last files of the chain are read back: a restart forgets
 * nothing that counts, and an alert that a kill -9 kept from being raised is raised then.
 */
export function createWitness(parts: WitnessParts): Witness {
  let state: AlertState = nothingSeen
  let waiting: { readonly entries: readonly EntryFields[]; readonly file: number }[] | undefined = []
  let reading: Promise<void> | undefined

  function weigh(fields: Readonly<Record<string, unknown>>): readonly Alert[] {
    const entry = readEntry(fields)
    if (entry === undefined) return []
    const [next, alerts] = step(state, entry, parts.policy(), parts.zone)
    state = next
    return alerts
  }

  function weighNew(entries: readonly EntryFields[], file: number): void {
    try {
      for (const entry of entries) {
        parts.holds.see(entry, file)
        for (const alert of weigh(entry)) parts.raise(alert)
      }
    } catch {
      parts.log.event('alerts.failed', {})
    }
  }

  /** Alerts that the chain should hold and does not, of the last entries before this start. */
  async function remember(thisRun: unknown): Promise<readonly Alert[]> {
    const began = parts.monotonic()
    let entries = 0
    let open: { readonly alert: Alert; readonly at: number }[] = []
    for await (const { fields, file } of readBack(parts.disk)) {
      // Those of this start are on their way here themselves.
      if (fields['run'] === thisRun) continue
      entries += 1
      parts.holds.see(fields, file)
      if (fields['event'] === 'alert.raised') open = open.filter(({ alert }) => !(alert.rule === fields['rule'] && alert.correlation === fields['correlation']))
      open = [...open.filter(({ at }) => entries - at < lastEntries), ...weigh(fields).map((alert) => ({ alert, at: entries }))]
    }
    parts.log.event('alerts.read-back', { entries, ms: Math.round(parts.monotonic() - began) })
    return open.map(({ alert }) => alert)
  }

  async function begin(thisRun: unknown): Promise<void> {
    try {
      for (const alert of await remember(thisRun)) parts.raise(alert)
    } catch {
      // A chain that cannot be read takes no entry either, and gives no data; what is seen from here on counts.
      parts.log.event('alerts.failed', {})
    }
    const seen = waiting ?? []
    waiting = undefined
    parts.holds.ready()
    for (const { entries, file } of seen) weighNew(entries, file)
  }

  return {
    saw(entries, file) {
      if (waiting === undefined) return weighNew(entries, file)
      waiting.push({ entries, file })
      reading ??= begin(entries[0]?.['run'])
    },
    settled: async () => reading,
  }
}
