import { gravity, possibleDays, type TestHistory } from '../../../../shared/clinical/index.ts'
import { dayNumber } from '../../../../shared/clinical/civil.ts'

const recentDays = 90

/**
 * The order of the summary: what is abnormal in the newest result of the last 90 days comes first, the gravest on top; then all
 * the others as the reading gave them, newest first. `today` is a day number (days since 1970-01-01).
 */
export function gravestFirst(tests: readonly TestHistory[], today: number, zone: string): readonly TestHistory[] {
  const rank = ({ rows }: TestHistory): number => {
    const newest = rows[0]
    if (!newest?.date || today - dayNumber(possibleDays(newest.date, zone).last) > recentDays) return 0
    const grave = Math.max(gravity(newest.assessment.flag), ...newest.components.map((part) => gravity(part.assessment.flag)))
    return grave >= 2 ? grave : 0
  }
  // A stable sort: within a rank the newest stays first.
  return [...tests].sort((a, b) => rank(b) - rank(a))
}
