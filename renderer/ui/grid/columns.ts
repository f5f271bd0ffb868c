import type { ReactNode } from 'react'

/** How a cell reads: the words in it say the same without the colour. */
type Tone = 'quiet' | 'strong' | 'away' | 'caution' | 'critical'

export interface GridColumn<Line, Id extends string = string> {
  readonly id: Id
  readonly head: string
  cell(line: Line): ReactNode
  tone?(line: Line): Tone | undefined
}

/** By which column the lines stand in order, as whoever owns them sorted them. */
export interface GridSort<Id extends string = string> {
  readonly by: Id
  readonly descending: boolean
  readonly onSort: (by: Id) => void
}

/** Several lines may be chosen, by a box before each, beside the one that is pointed out. */
export interface Choosing<Line> {
  readonly chosen: ReadonlySet<string>
  readonly isAll: boolean
  readonly allLabel: string
  label(line: Line): string
  readonly onToggle: (id: string) => void
  /** All from where a range begins to a line; `from`: where it begins if it has not begun yet. */
  readonly onExtend: (to: string, from: string | undefined) => void
  readonly onAll: () => void
}
