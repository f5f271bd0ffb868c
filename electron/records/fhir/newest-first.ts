import { fields } from '../../../shared/clinical/untrusted.ts'

const day = 86_400_000

/** The date by which a type is asked to be sorted, where a record has it to the day. Epoch milliseconds. */
function sortedBy(resource: unknown): number | undefined {
  const read = fields<Record<string, unknown>>(resource)
  if (read === undefined) return undefined
  const periods = [read['effectivePeriod'], read['performedPeriod'], read['period']].map((period) => fields<{ start: unknown }>(period)?.start)
  const found = [read['effectiveDateTime'], read['effectiveInstant'], read['occurrenceDateTime'], read['performedDateTime'], read['date'], ...periods].find((value) => typeof value === 'string')
  const at = found !== undefined && /^\d{4}-\d\d-\d\d/.test(found) ? Date.parse(found) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

/**
 * Whether the records stand newest first, as they were asked for. Some servers ignore `_sort`, and may or may not say so: on the first
 * of several pages the newest result would then be missing, unseen. A day of grace, for zones; dates that are not told to the day say nothing.
 */
export function standNewestFirst(resources: readonly unknown[]): boolean {
  const dates = resources.map(sortedBy).filter((at) => at !== undefined)
  return dates.every((at, index) => at <= (dates[index - 1] ?? Number.POSITIVE_INFINITY) + day)
}
