/** A day of the proleptic Gregorian calendar: no time, no zone. Month 1–12, day 1–31. */
export type CivilDay = { readonly year: number; readonly month: number; readonly day: number }

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days since 1970-01-01, by the civil calendar alone. Years 1–9999. */
export function dayNumber({ year, month, day }: CivilDay): number {
  const date = new Date(0)
  // Date.UTC reads years 0–99 as 1900–1999.
  date.setUTCFullYear(year, month - 1, day)
  return Math.round(date.getTime() / 86_400_000)
}

/** Whole months from one day to a later one; the last month counts when its day of the month is reached. */
export function wholeMonths(from: CivilDay, to: CivilDay): number {
  return (to.year - from.year) * 12 + (to.month - from.month) - (to.day < from.day ? 1 : 0)
}
