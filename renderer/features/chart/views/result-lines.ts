import { formatDate, isAbnormal, type ObservationRow, type Panel } from '../../../../shared/clinical/index.ts'

/** A line of the list of all results: a heading, or a result under it. */
export type ResultLine =
  | { readonly kind: 'panel'; readonly key: string; readonly panel: Panel }
  /** Results that came in no report, of one day. `day` is that day as it is written. */
  | { readonly kind: 'day'; readonly key: string; readonly panel: Panel; readonly day: string | undefined }
  | { readonly kind: 'result'; readonly key: string; readonly row: ObservationRow }

export interface ResultFilter {
  /** Part of the name of a test; empty: all. */
  readonly text: string
  readonly onlyAbnormal: boolean
}

export const noFilter: ResultFilter = { text: '', onlyAbnormal: false }

/** All results as lines, newest first, under their report or their day. Headings without a result left are left out with it. */
export function resultLines(panels: readonly Panel[], filter: ResultFilter, zone: string): readonly ResultLine[] {
  const lines: ResultLine[] = []
  let openDay: string | undefined
  let isDayOpen = false
  for (const [index, panel] of panels.entries()) {
    const rows = panel.rows.filter((row) => passes(row, filter))
    const isFiltered = filter.text !== '' || filter.onlyAbnormal
    if (rows.length === 0 && (isFiltered || panel.kind === 'single')) continue
    const key = `${panel.kind} ${panel.id ?? index}`
    if (panel.kind === 'report') {
      lines.push({ kind: 'panel', key, panel })
      isDayOpen = false
    } else {
      const day = panel.date && formatDate(panel.date, zone)
      if (!isDayOpen || day !== openDay) lines.push({ kind: 'day', key: `day ${key}`, panel, day })
      openDay = day
      isDayOpen = true
    }
    for (const [place, row] of rows.entries()) lines.push({ kind: 'result', key: `${key} ${row.id ?? place}`, row })
  }
  return lines
}

function passes({ name, assessment, components }: ObservationRow, { text, onlyAbnormal }: ResultFilter): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted !== '' && !(name.kind === 'recorded' && name.text.toLowerCase().includes(wanted))) return false
  return !onlyAbnormal || [assessment, ...components.map((part) => part.assessment)].some(({ flag }) => isAbnormal(flag))
}
