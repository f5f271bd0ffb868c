import type { CivilDay } from './civil.ts'
import { dayNumber, wholeMonths } from './civil.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays } from './partial-date.ts'
import type { Zone } from './zone.ts'

/** An age as clinicians write it. `approximate`: the dates known allow another number too, and the screen says "about". */
export type Age =
  | { readonly kind: 'age'; readonly value: number; readonly unit: 'y' | 'mo' | 'd'; readonly approximate: boolean }
  /** The birth date lies after the day asked about: the record is wrong, and no number would be right. */
  | { readonly kind: 'not-born-yet' }

/** Days to one month, months to two years, then years. */
function exactAge(birth: CivilDay, on: CivilDay): { value: number; unit: 'y' | 'mo' | 'd' } {
  const months = wholeMonths(birth, on)
  if (months >= 24) return { value: Math.floor(months / 12), unit: 'y' }
  if (months >= 1) return { value: months, unit: 'mo' }
  return { value: Math.max(0, dayNumber(on) - dayNumber(birth)), unit: 'd' }
}

/** The age on a day. Someone born on 29 February is a year older on 1 March of a common year. */
export function ageOn(birth: PartialDate, on: PartialDate, zone: Zone): Age {
  const born = possibleDays(birth, zone)
  const asked = possibleDays(on, zone)
  if (dayNumber(born.first) > dayNumber(asked.last)) return { kind: 'not-born-yet' }
  const oldest = exactAge(born.first, asked.last)
  const youngest =
    dayNumber(born.last) > dayNumber(asked.first) ? { value: 0, unit: 'd' as const } : exactAge(born.last, asked.first)
  if (oldest.value === youngest.value && oldest.unit === youngest.unit) return { kind: 'age', ...oldest, approximate: false }
  return { kind: 'age', ...oldest, approximate: true }
}

/** The age in days, as a least and a greatest; undefined when not born yet. For comparing with age limits. */
export function ageInDays(birth: PartialDate, on: PartialDate, zone: Zone): { readonly least: number; readonly most: number } | undefined {
  const born = possibleDays(birth, zone)
  const asked = possibleDays(on, zone)
  const most = dayNumber(asked.last) - dayNumber(born.first)
  return most < 0 ? undefined : { least: Math.max(0, dayNumber(asked.first) - dayNumber(born.last)), most }
}

/** `72 y`, `8 mo`, `5 d`; an approximate one goes through `about`, the catalogue's word for it. */
export function formatAge(age: Extract<Age, { kind: 'age' }>, about: (age: string) => string): string {
  const text = `${age.value} ${age.unit}`
  return age.approximate ? about(text) : text
}
