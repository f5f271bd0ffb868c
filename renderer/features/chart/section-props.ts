import type { PatientId } from '../../../shared/contract/index.ts'
import type { ChartView } from './chart-view.ts'

/** What every section of a chart is given. */
export interface SectionProps {
  readonly patient: PatientId
  /** On the summary: how many rows at most. The rest is one click away, and said. */
  readonly limit?: number
  /** Leads to the view that has all of it. */
  readonly onShow?: (view: ChartView) => void
}
