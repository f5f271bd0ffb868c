import type { RefObject } from 'react'
import type { PatientId } from '../../../../shared/contract/index.ts'
import type { ChartView } from '../chart-view.ts'

/** What every view of a chart is given. */
export interface ViewProps {
  readonly patient: PatientId
  /** What scrolls the view: one element for all, so that its place can be kept. */
  readonly scroller: RefObject<HTMLElement | null>
  readonly onShow?: (view: ChartView) => void
}
