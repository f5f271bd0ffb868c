import { randomBytes } from 'node:crypto'
import { TabId, type PatientId } from '../../shared/contract/ids.ts'
import { ChartkeepError } from '../../shared/errors.ts'

/** As many charts as a person keeps apart; the renderer says so when it is reached. */
const mostTabs = 8

export interface ChartTabs {
  /** A new tab for the patient. Throws `invalid-input` beyond the most. */
  open(patient: PatientId): TabId
  close(tab: TabId): void
  closeAll(): void
}

/** The chart tabs of one epoch: which tab is whose. */
export function createChartTabs(): ChartTabs {
  const tabs = new Map<TabId, PatientId>()
  return {
    open: (patient) => {
      if (tabs.size >= mostTabs) throw new ChartkeepError('invalid-input')
      const tab = TabId.parse(`tab-${randomBytes(4).toString('hex')}`)
      tabs.set(tab, patient)
      return tab
    },
    close: (tab) => void tabs.delete(tab),
    closeAll: () => tabs.clear(),
  }
}
