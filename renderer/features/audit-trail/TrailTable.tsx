import { useMemo } from 'react'
import { type AuditColumn, auditColumns, type AuditSort } from '../../../shared/audit-trail/columns.ts'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import type { GridColumn } from '../../ui/grid/columns.ts'
import { Grid } from '../../ui/grid/Grid.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { outcomeWords, whatWords, whenWords, whoWords } from './trail-words.ts'
import styles from './TrailTable.module.css'

interface TrailTableProps {
  readonly rows: readonly AuditRow[]
  readonly total: number | undefined
  readonly order: AuditSort
  readonly onOrder: (order: AuditSort) => void
  /** Id of the entry that is shown whole. */
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

const idOf = ({ id }: AuditRow) => id

/** Thousands of entries, of which one is shown whole. The newest first, where nothing else is asked. */
export function TrailTable({ rows, total, order, onOrder, chosen, onChoose }: TrailTableProps) {
  const { zone } = useServices()
  const columns = useMemo(() => columnsIn(zone), [zone])
  const sort = { ...order, onSort: (by: AuditColumn) => onOrder({ by, descending: by === order.by ? !order.descending : by === 'at' }) }
  return <Grid label={t('audit.title')} testId="audit" columns={columns} widths={styles['widths']} lines={rows} count={total} idOf={idOf} pointed={chosen} onPoint={onChoose} sort={sort} />
}

function columnsIn(zone: string): readonly GridColumn<AuditRow, AuditColumn>[] {
  const columns: { readonly [Id in AuditColumn]: Pick<GridColumn<AuditRow>, 'cell' | 'tone'> } = {
    at: { cell: (row) => whenWords(row, zone) },
    user: { cell: whoWords },
    kind: { cell: kindCell, tone: (row) => (isEmergency(row) ? 'caution' : undefined) },
    patient: { cell: ({ patient }) => patient ?? '', tone: () => 'quiet' },
    record: { cell: ({ record }) => record ?? '', tone: () => 'quiet' },
    outcome: { cell: outcomeWords, tone: ({ outcome }) => (outcome === undefined || outcome === 'success' ? undefined : 'critical') },
    source: { cell: ({ source }) => source ?? '' },
  }
  return auditColumns.map((id) => ({ id, head: t(`audit.column.${id}`), ...columns[id] }))
}

const isEmergency = ({ kind }: AuditRow) => kind === 'override-begun'

function kindCell(row: AuditRow) {
  return (
    <>
      {isEmergency(row) ? <Icon name="warning" /> : null} {whatWords(row)}
    </>
  )
}
