/** Dates of the synthetic histories. A day is a whole number of days since 1970-01-01, so that no time zone can move it. */
export type Day = number

const millisecondsPerDay = 86_400_000
/** The town keeps UTC-5 all year: one offset less to explain in a fixture. */
const offset = '-05:00'

/** The day of a FHIR date. A year or a month alone counts as its last day: nothing in the record may precede the birth. */
export function dayOf(date: string): Day {
  const [year = '', month, day] = date.split('-')
  const last = (y: number, m: number) => new Date(Date.UTC(y, m, 0)).getUTCDate()
  const monthNumber = month === undefined ? 12 : Number(month)
  const dayNumber = day === undefined ? last(Number(year), monthNumber) : Number(day)
  const time = Date.UTC(Number(year), monthNumber - 1, dayNumber)
  if (!/^\d{4}(-\d\d(-\d\d)?)?$/.test(date) || Number.isNaN(time)) throw new RangeError('not a FHIR date')
  return time / millisecondsPerDay
}

/** `YYYY-MM-DD`. */
export function dateOf(day: Day): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10)
}

/** A date as precisely as people remember it: to the year, the month or the day. */
export function dateTo(precision: 'year' | 'month' | 'day', day: Day): string {
  return dateOf(day).slice(0, precision === 'year' ? 4 : precision === 'month' ? 7 : 10)
}

/** A FHIR instant. `minute` counts from midnight in the town. */
export function instantOf(day: Day, minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${dateOf(day)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00${offset}`
}

/** The same date `years` later (or, below zero, earlier); 29 February becomes 28 February. */
export function addYears(day: Day, years: number): Day {
  const from = new Date(day * millisecondsPerDay)
  const to = new Date(Date.UTC(from.getUTCFullYear() + years, from.getUTCMonth(), from.getUTCDate()))
  if (to.getUTCMonth() !== from.getUTCMonth()) to.setUTCDate(0)
  return to.getTime() / millisecondsPerDay
}

/** Completed years, as people count them. */
export function yearsBetween(born: Day, day: Day): number {
  const years = yearOf(day) - yearOf(born)
  return addYears(born, years) > day ? years - 1 : years
}

export function yearOf(day: Day): number {
  return new Date(day * millisecondsPerDay).getUTCFullYear()
}

/** Offices are closed on Saturday and Sunday: the Monday after, for those. */
export function workingDay(day: Day): Day {
  // 1970-01-01 was a Thursday, hence the 4.
  const weekday = (((day + 4) % 7) + 7) % 7
  return weekday === 0 ? day + 1 : weekday === 6 ? day + 2 : day
}

/** `dd-Mmm-yyyy`, as the notes write it. */
export function spoken(day: Day): string {
  const [year, month, date] = dateOf(day).split('-')
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return `${date}-${names[Number(month) - 1]}-${year}`
}
