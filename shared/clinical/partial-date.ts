import type { CivilDay } from './civil.ts'
import { dayNumber, daysInMonth } from './civil.ts'
import type { Zone } from './zone.ts'
import { wallTime } from './zone.ts'

/**
 * A FHIR date, dateTime or instant, as exact as it was written and no more. A day is a day on the calendar, never a
 * midnight: no zone can shift it.
 * Source: https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export type PartialDate =
  | { readonly precision: 'year'; readonly year: number }
  | { readonly precision: 'month'; readonly year: number; readonly month: number }
  | ({ readonly precision: 'day' } & CivilDay)
  | { readonly precision: 'instant'; readonly epochMs: number }

const written =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/** Reads a FHIR dateTime or instant. Undefined when it is none, or no day of the calendar. A time without a zone says nothing certain: the day is kept. */
export function readDateTime(value: unknown): PartialDate | undefined {
  const match = typeof value === 'string' ? written.exec(value.trim()) : null
  if (match === null) return undefined
  const day = readDate(value)
  const [, , , , hour, minute, second = '00', fraction = '', zone] = match
  if (day?.precision !== 'day' || hour === undefined || minute === undefined) return day
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  if (zone === undefined) return day
  const offset = offsetMinutes(zone)
  if (offset === undefined) return undefined
  const milliseconds = Math.trunc(Number(`0${fraction}`) * 1000)
  // A leap second (:60) is read as the last ordinary one.
  const seconds = (Number(hour) * 60 + Number(minute) - offset) * 60 + Math.min(Number(second), 59)
  return { precision: 'instant', epochMs: dayNumber(day) * 86_400_000 + seconds * 1000 + milliseconds }
}

/** Reads a FHIR `date` (a birth date): the calendar part as written. A time that a server appended is not part of it and cannot shift it. */
export function readDate(value: unknown): Exclude<PartialDate, { precision: 'instant' }> | undefined {
  const match = typeof value === 'string' ? written.exec(value.trim()) : null
  if (match === null) return undefined
  const [year, month, day] = [match[1], match[2], match[3]].map((part) => (part === undefined ? undefined : Number(part)))
  if (year === undefined || year === 0) return undefined
  if (month === undefined) return { precision: 'year', year }
  if (month < 1 || month > 12) return undefined
  if (day === undefined) return { precision: 'month', year, month }
  if (day < 1 || day > daysInMonth(year, month)) return undefined
  return { precision: 'day', year, month, day }
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** The first and the last day it can mean, as seen in the zone. */
export function possibleDays(date: PartialDate, zone: Zone): { readonly first: CivilDay; readonly last: CivilDay } {
  switch (date.precision) {
    case 'year':
      return { first: { year: date.year, month: 1, day: 1 }, last: { year: date.year, month: 12, day: 31 } }
    case 'month': {
      const { year, month } = date
      return { first: { year, month, day: 1 }, last: { year, month, day: daysInMonth(year, month) } }
    }
    case 'day':
      return { first: date, last: date }
    case 'instant': {
      const day = wallTime(date.epochMs, zone)
      return { first: day, last: day }
    }
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number): string => String(value).padStart(2, '0')
const four = (value: number): string => String(value).padStart(4, '0')

/** `dd-Mmm-yyyy`, `Mmm-yyyy` or `yyyy`: as exact as it is known. An instant is shown as its day in the zone. */
export function formatDate(date: PartialDate, zone: Zone): string {
  if (date.precision === 'year') return four(date.year)
  if (date.precision === 'month') return `${months[date.month - 1] ?? ''}-${four(date.year)}`
  const { year, month, day } = date.precision === 'day' ? date : wallTime(date.epochMs, zone)
  return `${two(day)}-${months[month - 1] ?? ''}-${four(year)}`
}

/** As `formatDate`, with `HH:mm` (24 hours) in the zone where the time is known. */
export function formatDateTime(date: PartialDate, zone: Zone): string {
  if (date.precision !== 'instant') return formatDate(date, zone)
  const { hour, minute } = wallTime(date.epochMs, zone)
  return `${formatDate(date, zone)} ${two(hour)}:${two(minute)}`
}
