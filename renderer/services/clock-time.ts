import { formatDate, formatDateTime } from '../../shared/clinical/partial-date.ts'

/** A moment of today as `HH:mm`, of another day as `dd-Mmm-yyyy HH:mm`. `at` and `now` are epoch milliseconds, `zone` an IANA name. */
export function clockTime(at: number, now: number, zone: string): string {
  const whole = formatDateTime({ precision: 'instant', epochMs: at }, zone)
  const today = `${formatDate({ precision: 'instant', epochMs: now }, zone)} `
  return whole.startsWith(today) ? whole.slice(today.length) : whole
}

/** A moment (epoch milliseconds) as `HH:mm:ss` in a zone (IANA name). */
export function timeOfDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(at)
}
