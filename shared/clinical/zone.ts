import type { CivilDay } from './civil.ts'
import { dayNumber } from './civil.ts'

/** An IANA time zone name, e.g. `America/Denver`: the workstation's, passed in. */
export type Zone = string

/** From where and when a record is read. `now` in epoch milliseconds. */
export type Viewpoint = { readonly now: number; readonly zone: Zone }

export type WallTime = CivilDay & { readonly hour: number; readonly minute: number }

// Building a formatter costs about 50 µs, using one 1 µs; a chart has thousands of instants.
const formatters = new Map<Zone, Intl.DateTimeFormat>()

function formatterFor(zone: Zone): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  formatters.set(zone, made)
  return made
}

/** From then on every zone is a whole number of minutes from UTC (Liberia was the last: -00:44:30 until 7 January 1972). */
const wholeMinutesSince = Date.UTC(1972, 0, 8)
/** A chart shows the same instants again and again: a panel's results share one, and each is read, sorted, shown and aged. */
const shown = new Map<Zone, Map<number, WallTime>>()
const mostKnown = 5_000

/** What the wall clock and calendar of the zone show at an instant. @throws RangeError for a zone that is none: a fault of set-up, not of data. */
export function wallTime(epochMs: number, zone: Zone): WallTime {
  if (epochMs < wholeMinutesSince) return shownTime(epochMs, zone)
  const minute = Math.floor(epochMs / 60_000)
  const times = shown.get(zone) ?? new Map<number, WallTime>()
  const found = times.get(minute) ?? shownTime(epochMs, zone)
  if (times.size >= mostKnown) times.clear()
  times.set(minute, found)
  shown.set(zone, times)
  return found
}

function shownTime(epochMs: number, zone: Zone): WallTime {
  const part = { year: 0, month: 0, day: 0, hour: 0, minute: 0 }
  for (const { type, value } of formatterFor(zone).formatToParts(epochMs)) {
    if (type === 'year' || type === 'month' || type === 'day' || type === 'hour' || type === 'minute') part[type] = Number(value)
  }
  return part
}

/** The instant of noon on a day in a zone, in epoch milliseconds: where a value known to the day alone is drawn on a time axis. */
export function noon(day: CivilDay, zone: Zone): number {
  const asUtc = dayNumber(day) * 86_400_000 + 12 * 3_600_000
  const shown = wallTime(asUtc, zone)
  const offset = dayNumber(shown) * 86_400_000 + (shown.hour * 60 + shown.minute) * 60_000 - asUtc
  return asUtc - offset
}
