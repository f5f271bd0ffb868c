import type { Flag } from './interpretation.ts'
import type { PartialDate } from './partial-date.ts'
import { possibleDays } from './partial-date.ts'
import type { Quantity } from './quantity.ts'
import type { ReferenceRange } from './reference-range.ts'
import type { Unit } from './unit.ts'
import { unitKey } from './unit.ts'
import type { Zone } from './zone.ts'
import { noon } from './zone.ts'

/** One reading to be drawn. */
export type Reading = {
  readonly id: string | undefined
  readonly date: PartialDate | undefined
  readonly quantity: Quantity | undefined
  /** As it was recorded, where `quantity` was converted. */
  readonly convertedFrom: Quantity | undefined
  readonly flag: Flag
  readonly range: ReferenceRange
}

type SeriesPoint = {
  readonly id: string | undefined
  /** Epoch milliseconds: the instant, or noon of the day where the time is not known. */
  readonly at: number
  readonly date: PartialDate
  readonly quantity: Quantity
  readonly convertedFrom: Quantity | undefined
  readonly flag: Flag
}

/** A trend: oldest first, one unit, to scale. */
export type Series = {
  readonly unit: Unit
  readonly points: readonly SeriesPoint[]
  /** The band to draw: the newest point's own range, only where every point with a range has the same. */
  readonly band: { readonly low: number | undefined; readonly high: number | undefined } | undefined
}

type LeftOut = { readonly id: string | undefined; readonly why: 'no-day' | 'not-a-number' | 'no-unit' }

export type Trends = {
  /** One for each unit: never two units in one. The one with the newest point first. */
  readonly series: readonly Series[]
  /** Not drawn, and why: the table has them. */
  readonly leftOut: readonly LeftOut[]
}

/** Sorts readings of one test into series. What is known to a month or a year alone has no place on an axis to scale. */
export function trendsOf(readings: readonly Reading[], zone: Zone): Trends {
  const groups = new Map<string, { unit: Unit; points: { point: SeriesPoint; range: ReferenceRange }[] }>()
  const leftOut: LeftOut[] = []
  for (const { id, date, quantity, convertedFrom, flag, range } of readings) {
    const at = date === undefined ? undefined : placeOf(date, zone)
    const key = quantity === undefined ? undefined : keyOf(quantity)
    if (quantity === undefined) leftOut.push({ id, why: 'not-a-number' })
    else if (date === undefined || at === undefined) leftOut.push({ id, why: 'no-day' })
    else if (key === undefined) leftOut.push({ id, why: 'no-unit' })
    else {
      const group = groups.get(key) ?? { unit: quantity.unit, points: [] }
      group.points.push({ point: { id, at, date, quantity, convertedFrom, flag }, range })
      groups.set(key, group)
    }
  }
  const series = [...groups.values()].map(({ unit, points }) => {
    points.sort((a, b) => a.point.at - b.point.at)
    return { unit, points: points.map(({ point }) => point), band: bandOf(points.map(({ range }) => range), unit) }
  })
  return { series: series.sort((a, b) => (b.points.at(-1)?.at ?? 0) - (a.points.at(-1)?.at ?? 0)), leftOut }
}

/** Unitless by nature (`1`, INR) is a unit; a unit that nobody wrote down, or that contradicts itself, is none. */
function keyOf(quantity: Quantity): string | undefined {
  return unitKey(quantity.unit)
}

function placeOf(date: PartialDate, zone: Zone): number | undefined {
  if (date.precision === 'instant') return date.epochMs
  return date.precision === 'day' ? noon(possibleDays(date, zone).first, zone) : undefined
}

function bandOf(ranges: readonly ReferenceRange[], unit: Unit): Series['band'] {
  const known = ranges.flatMap((range) => {
    const bounds = range.kind === 'range' ? [range.low, range.high].filter((bound) => bound !== undefined) : []
    const isOfUnit = bounds.length > 0 && bounds.every((bound) => unitKey(bound.unit) === unitKey(unit))
    return range.kind === 'range' && isOfUnit ? [{ low: range.low?.number, high: range.high?.number }] : []
  })
  const last = known.at(-1)
  return last !== undefined && known.every(({ low, high }) => low === last.low && high === last.high) ? last : undefined
}
