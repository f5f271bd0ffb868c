import type { Trends } from '../../../../shared/clinical/index.ts'
import { Sparkline } from '../../../ui/Sparkline.tsx'
import { newestSeries, pointsOf, trendWords } from './trend.ts'

/** The trend at the size of a word, where there is one. */
export function TrendMark({ trends, zone }: { readonly trends: Trends; readonly zone: string }) {
  const series = newestSeries(trends)
  if (!series || series.points.length < 2) return null
  return <Sparkline points={pointsOf(series)} band={series.band ?? {}} label={trendWords(series, zone)} />
}
