/* oxlint-disable jsx-a11y/prefer-tag-over-role -- see Grid.tsx */
import type { Choosing, GridColumn, GridSort } from './columns.ts'
import styles from './Grid.module.css'

interface GridHeadsProps<Line, Id extends string> {
  readonly testId: string
  readonly columns: readonly GridColumn<Line, Id>[]
  readonly sort: GridSort<Id> | undefined
  readonly choosing: Choosing<Line> | undefined
}

/** What stands over the columns, always in sight. */
export function GridHeads<Line, Id extends string>({ testId, columns, sort, choosing }: GridHeadsProps<Line, Id>) {
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={`${styles['line']} ${styles['heads']}`}>
        {choosing === undefined ? null : (
          <div role="columnheader">
            <button type="button" className={styles['sort']} aria-label={choosing.allLabel} data-testid={`${testId}-choose-all`} onClick={choosing.onAll}>
              <span className={styles['box']} aria-hidden="true" data-chosen={choosing.isAll} />
            </button>
          </div>
        )}
        {columns.map(({ id, head }) =>
          sort === undefined ? (
            <div key={id} role="columnheader" className={styles['head']}>
              {head}
            </div>
          ) : (
            <SortHead key={id} head={head} order={sort.by !== id ? 'none' : sort.descending ? 'descending' : 'ascending'} testId={`${testId}-sort-${id}`} onSort={() => sort.onSort(id)} />
          ),
        )}
      </div>
    </div>
  )
}

interface SortHeadProps {
  readonly head: string
  readonly order: 'none' | 'ascending' | 'descending'
  readonly testId: string
  readonly onSort: () => void
}

const arrows = { none: '', ascending: ' ▲', descending: ' ▼' } as const

function SortHead({ head, order, testId, onSort }: SortHeadProps) {
  return (
    <div role="columnheader" aria-sort={order}>
      <button type="button" className={styles['sort']} data-testid={testId} onClick={onSort}>
        {head}
        <span aria-hidden="true">{arrows[order]}</span>
      </button>
    </div>
  )
}
