/** A span of time in epoch milliseconds: `low` is inside, `high` is outside. */
export interface DateRange {
  readonly low: number
  readonly high: number
}

/** The ends of time (ECMA-262 §21.4.1.1): an open period reaches them. */
export const beginningOfTime = -8.64e15
export const endOfTime = 8.64e15

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

const minute = 60_000

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * minute
}

/**
 * The span that a FHIR date, dateTime or instant covers: `2026` is a year, `2026-02` ends with February, a second lasts a second.
 * Without a zone it is UTC. Undefined for anything that is not such a date, or a day that no calendar has.
 *
 * Source: FHIR R4 search §3.1.1.4.7 (date). The library's own conversion gives every month 31 days.
 */
export function dateRange(text: string): DateRange | undefined {
  const [, year, month, day, hour, min, second, fraction, zone] = pattern.exec(text) ?? []
  if (year === undefined || Number(year) === 0) return undefined
  const y = Number(year)
  const m = Number(month ?? 1)
  const d = Number(day ?? 1)
  const offset = offsetOf(zone)
  if (offset === undefined || m < 1 || m > 12) return undefined
  if (Number(hour ?? 0) > 23 || Number(min ?? 0) > 59 || Number(second ?? 0) > 59) return undefined
  const midnight = utc(y, m, d)
  if (new Date(midnight).getUTCDate() !== d) return undefined
  if (month === undefined) return { low: midnight, high: utc(y + 1, 1, 1) }
  if (day === undefined) return { low: midnight, high: utc(m === 12 ? y + 1 : y, m === 12 ? 1 : m + 1, 1) }
  if (hour === undefined) return { low: midnight, high: midnight + 1440 * minute }
  const start = midnight + Number(hour) * 60 * minute + Number(min) * minute - offset
  if (second === undefined) return { low: start, high: start + minute }
  const low = start + Number(second) * 1000 + (fraction === undefined ? 0 : Math.trunc(Number(`0.${fraction}`) * 1000))
  return { low, high: low + (fraction === undefined ? 1000 : 1) }
}

/** Midnight UTC. `Date.UTC` takes the years 0 to 99 for 1900 to 1999; FHIR does not. */
function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime()
}

/** The span of a stored date or Period; a missing end is open. Undefined for anything else. */
export function storedRange(value: unknown): DateRange | undefined {
  if (typeof value === 'string') return dateRange(value)
  if (typeof value !== 'object' || value === null) return undefined
  const start = 'start' in value && typeof value.start === 'string' ? dateRange(value.start) : undefined
  const end = 'end' in value && typeof value.end === 'string' ? dateRange(value.end) : undefined
  if (start === undefined && end === undefined) return undefined
  return { low: start?.low ?? beginningOfTime, high: end?.high ?? endOfTime }
}
