import { assertNever } from '../../shared/assert-never.ts'
import type { PatientId, Place } from '../../shared/contract/index.ts'
import { type ChartView, isChartView } from '../features/chart/chart-view.ts'

/** A chart that is open: which patient, and where in it one reads. */
interface ChartTab {
  readonly patient: PatientId
  readonly view: ChartView
  /** Whether the note box is open beside the view. */
  readonly note: boolean
  /** Pixels from the top of the view. */
  readonly scroll: number
}

export interface Tabs {
  readonly open: readonly ChartTab[]
  /** The patient whose chart is in front; absent: the patient list. */
  readonly front: PatientId | undefined
  /** True after an open that the cap refused, until something is closed or fronted. */
  readonly full: boolean
  /** Whether the person has said what is in front, since they came: a place that is recalled later does not take it from them. */
  readonly isChosen: boolean
}

export type TabsEvent =
  | { readonly type: 'open'; readonly patient: PatientId }
  | { readonly type: 'close'; readonly patient: PatientId }
  | { readonly type: 'front'; readonly patient: PatientId | undefined }
  | { readonly type: 'step'; readonly by: 1 | -1 }
  | { readonly type: 'view'; readonly patient: PatientId; readonly view: ChartView }
  | { readonly type: 'note'; readonly patient: PatientId; readonly open: boolean }
  | { readonly type: 'scroll'; readonly patient: PatientId; readonly scroll: number }
  | { readonly type: 'recall'; readonly place: Place }

/** More open charts than this are more than a person keeps apart. */
export const tabCap = 8

export const noTabs: Tabs = { open: [], front: undefined, full: false, isChosen: false }

/** What is open after an event. A chart is open once: opening it again brings it to the front. */
export function nextTabs(tabs: Tabs, event: TabsEvent): Tabs {
  switch (event.type) {
    case 'open': {
      if (tabs.open.some((tab) => tab.patient === event.patient)) return fronted(tabs, event.patient)
      if (tabs.open.length >= tabCap) return { ...tabs, full: true }
      return { open: [...tabs.open, freshTab(event.patient)], front: event.patient, full: false, isChosen: true }
    }
    case 'close': {
      const at = tabs.open.findIndex((tab) => tab.patient === event.patient)
      const open = tabs.open.filter((tab) => tab.patient !== event.patient)
      // The neighbour takes the place; the last chart gives way to the patient list.
      const front = tabs.front === event.patient ? open[Math.min(at, open.length - 1)]?.patient : tabs.front
      return { open, front, full: false, isChosen: true }
    }
    case 'front':
      return event.patient === undefined || tabs.open.some((tab) => tab.patient === event.patient) ? fronted(tabs, event.patient) : tabs
    case 'step':
      return step(tabs, event.by)
    case 'view':
      return change(tabs, event.patient, (tab) => (tab.view === event.view ? tab : { ...tab, view: event.view, scroll: 0 }))
    case 'note':
      return change(tabs, event.patient, (tab) => ({ ...tab, note: event.open }))
    case 'scroll':
      return change(tabs, event.patient, (tab) => (tab.scroll === event.scroll ? tab : { ...tab, scroll: event.scroll }))
    case 'recall':
      return tabs.isChosen ? beside(tabs, fromPlace(event.place).open) : fromPlace(event.place)
    default:
      return assertNever(event)
  }
}

function freshTab(patient: PatientId): ChartTab {
  return { patient, view: 'summary', note: false, scroll: 0 }
}

/** What was opened or chosen while the place was being read is newer, and stays in front: what was open before stands beside it, where there is room. */
function beside(tabs: Tabs, before: readonly ChartTab[]): Tabs {
  const others = before.filter(({ patient }) => !tabs.open.some((tab) => tab.patient === patient))
  return { ...tabs, open: [...others.slice(0, tabCap - tabs.open.length), ...tabs.open] }
}

/** The very same where nothing changes: a search says with each letter that the list is in front. */
function fronted(tabs: Tabs, front: PatientId | undefined): Tabs {
  return tabs.isChosen && !tabs.full && tabs.front === front ? tabs : { ...tabs, front, full: false, isChosen: true }
}

/** Round through the patient list and the charts, in the order of the strip. */
function step(tabs: Tabs, by: 1 | -1): Tabs {
  const stops = [undefined, ...tabs.open.map((tab) => tab.patient)]
  const at = stops.indexOf(tabs.front)
  return fronted(tabs, stops[(at + by + stops.length) % stops.length])
}

function change(tabs: Tabs, patient: PatientId, how: (tab: ChartTab) => ChartTab): Tabs {
  const open = tabs.open.map((tab) => (tab.patient === patient ? how(tab) : tab))
  return open.every((tab, index) => tab === tabs.open[index]) ? tabs : { ...tabs, open }
}

const noteSuffix = '+note'

/** What is kept of the tabs, so that an unlock finds them again. */
export function toPlace(tabs: Pick<Tabs, 'open' | 'front'>): Place {
  const front = tabs.open.findIndex((tab) => tab.patient === tabs.front)
  return {
    tabs: tabs.open.map(({ patient, view, note, scroll }) => ({ patient, view: note ? view + noteSuffix : view, scroll })),
    ...(front < 0 ? {} : { front }),
  }
}

/** The tabs of a place; a view that this version does not know becomes the summary. */
export function fromPlace(place: Place): Tabs {
  const open = place.tabs.slice(0, tabCap).map((kept): ChartTab => {
    const note = kept.view.endsWith(noteSuffix)
    const view = note ? kept.view.slice(0, -noteSuffix.length) : kept.view
    return { patient: kept.patient, view: isChartView(view) ? view : 'summary', note, scroll: isChartView(view) ? kept.scroll : 0 }
  })
  return { open, front: place.front === undefined ? undefined : open[place.front]?.patient, full: false, isChosen: false }
}
