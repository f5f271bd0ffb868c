import { formatQuantity, type Series, type Trends } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { dateWords } from '../words/words.ts'

/** The series that the small picture beside a value draws: the one of the newest point. */
export function newestSeries(trends: Trends): Series | undefined {
  return trends.series[0]
}

/** A series as points for a picture. */
export function pointsOf(series: Series): { at: number; value: number }[] {
  return series.points.map(({ at, quantity }) => ({ at, value: quantity.number }))
}

/** What the small picture says, for who does not see it. */
export function trendWords(series: Series, zone: string): string {
  const first = series.points[0]
  const last = series.points.at(-1)
  if (!first || !last) return ''
  return t('trend.words', {
    count: series.points.length,
    first: formatQuantity(first.quantity),
    firstDate: dateWords(first.date, zone),
    last: formatQuantity(last.quantity),
    lastDate: dateWords(last.date, zone),
  })
}
