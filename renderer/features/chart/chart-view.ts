/** The views of a chart, in the order of their tabs. */
export const chartViews = ['summary', 'results', 'vitals', 'medications', 'notes', 'encounters', 'history'] as const
export type ChartView = (typeof chartViews)[number]

export function isChartView(name: string): name is ChartView {
  return chartViews.some((view) => view === name)
}
