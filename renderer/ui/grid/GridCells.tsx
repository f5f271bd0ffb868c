/* oxlint-disable jsx-a11y/prefer-tag-over-role -- see Grid.tsx */
import { memo } from 'react'
import text from '../text.module.css'
import type { GridColumn } from './columns.ts'
import styles from './Grid.module.css'

interface GridCellsProps<Line, Id extends string> {
  readonly testId: string
  readonly line: Line
  readonly columns: readonly GridColumn<Line, Id>[]
  /** What its box is called; undefined where none is chosen by a box. */
  readonly boxLabel: string | undefined
  readonly isChosen: boolean
}

function Cells<Line, Id extends string>({ testId, line, columns, boxLabel, isChosen }: GridCellsProps<Line, Id>) {
  return (
    <>
      {boxLabel === undefined ? null : (
        <div role="gridcell" aria-label={boxLabel} data-choose="" data-testid={`${testId}-choose`}>
          <span className={styles['box']} aria-hidden="true" data-chosen={isChosen} />
        </div>
      )}
      {columns.map((column) => {
        const tone = column.tone?.(line)
        return (
          <div key={column.id} role="gridcell" className={tone === undefined ? undefined : text[tone]}>
            <bdi>{column.cell(line)}</bdi>
          </div>
        )
      })}
    </>
  )
}

/** The cells of one line: drawn anew where the line or its columns changed alone. */
// memo() forgets the type parameters; what it answers takes the very same props.
export const GridCells = memo(Cells) as typeof Cells
