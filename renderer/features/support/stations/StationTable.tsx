import { useMemo } from 'react'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import type { GridColumn } from '../../../ui/grid/columns.ts'
import { Grid } from '../../../ui/grid/Grid.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { extended, type Selection, toggled, withAll } from './selection.ts'
import { groupOf, type StationColumn, stationColumns, type StationQuestion } from './station-question.ts'
import { contactWords, type Here, policyWords, sinceWords, siteWords, stateWords, unsentWords, userWords, waitingWords } from './station-words.ts'
import styles from './StationTable.module.css'
import type { Station } from './stations.ts'
import { useHere } from '../use-here.ts'

interface StationTableProps {
  readonly rows: readonly Station[]
  readonly question: StationQuestion
  readonly selection: Selection
  /** Id of the workstation that is shown whole. */
  readonly pointed: string | undefined
  readonly onSort: (by: StationColumn) => void
  readonly onSelect: (selection: Selection) => void
  readonly onPoint: (id: string) => void
  /** Somebody points into it, or moves in it by keys: no line may move. */
  readonly onHold: (isHeld: boolean) => void
}

const idOf = ({ deviceId }: Station) => deviceId

/** Thousands of workstations, of which several may be chosen and one is shown whole. */
export function StationTable({ rows, question, selection, pointed, onSort, onSelect, onPoint, onHold }: StationTableProps) {
  const here = useHere()
  const columns = useMemo(() => columnsAt(here), [here])
  return (
    <Grid
      label={t('desk.part.workstations')}
      testId="desk"
      columns={columns}
      widths={styles['widths']}
      lines={rows}
      idOf={idOf}
      pointed={pointed}
      onPoint={onPoint}
      sort={{ by: question.by, descending: question.descending, onSort }}
      choosing={{
        chosen: selection.ids,
        isAll: rows.length > 0 && selection.ids.size >= rows.length && rows.every(({ deviceId }) => selection.ids.has(deviceId)),
        allLabel: t('desk.chooseAll'),
        label: ({ displayName }) => t('desk.choose', { name: displayName }),
        onToggle: (id) => onSelect(toggled(selection, id)),
        onExtend: (to, from) => onSelect(extended(selection.anchor === undefined && from !== undefined ? { ...selection, anchor: from } : selection, to, rows)),
        onAll: () => onSelect(withAll(selection, rows)),
      }}
      onHold={onHold}
    />
  )
}

function columnsAt(here: Here): readonly GridColumn<Station, StationColumn>[] {
  const columns: { readonly [Id in StationColumn]: Pick<GridColumn<Station>, 'cell' | 'tone'> } = {
    name: { cell: ({ displayName }) => displayName },
    site: { cell: siteWords, tone: ({ site }) => (site === '' ? 'quiet' : undefined) },
    user: { cell: userCell, tone: ({ user }) => (user === undefined ? 'quiet' : undefined) },
    state: { cell: stateCell, tone: stateTone },
    since: { cell: (row) => sinceWords(row, here), tone: ({ since }) => (since === undefined ? 'quiet' : undefined) },
    contact: { cell: (row) => contactCell(row, here), tone: ({ isOnline }) => (isOnline ? undefined : 'away') },
    unsent: { cell: unsentWords, tone: (row) => (unsentWords(row) === t('desk.unsentNone') ? 'quiet' : 'caution') },
    waiting: { cell: ({ waiting }) => (waiting === 0 ? t('desk.unsentNone') : waiting), tone: ({ waiting }) => (waiting === 0 ? 'quiet' : 'caution') },
    app: { cell: ({ appVersion }) => (appVersion === '' ? t('desk.notTold') : appVersion), tone: ({ appVersion }) => (appVersion === '' ? 'quiet' : undefined) },
    policy: { cell: policyWords, tone: () => 'quiet' },
  }
  return stationColumns.map((id) => ({ id, head: t(`desk.column.${id}`), ...columns[id] }))
}

/** How many wait there is never cut off: of a long name a part does. */
function userCell(row: Station) {
  const waiting = waitingWords(row)
  if (waiting === '') return userWords(row)
  return (
    <span className={styles['user']}>
      <bdi>{userWords(row)}</bdi> <span className={styles['waiting']}>{waiting}</span>
    </span>
  )
}

function stateCell(row: Station) {
  const group = groupOf(row.state)
  return (
    <>
      {group === 'locked' || group === 'lockedOut' ? <Icon name="lock" /> : group === 'wiping' ? <Icon name="warning" /> : null} {stateWords(row)}
    </>
  )
}

/** Of one that is away it may not be so any more. */
function stateTone({ state, isOnline }: Station) {
  if (!isOnline) return 'quiet'
  const group = groupOf(state)
  return group === 'unlocked' ? 'strong' : group === 'lockedOut' || group === 'wiping' ? 'critical' : undefined
}

function contactCell(row: Station, here: Here) {
  if (row.isOnline) return contactWords(row, here)
  return (
    <>
      <Icon name="offline" />{' '}
      {row.lastContact === undefined ? (
        contactWords(row, here)
      ) : (
        <>
          <span className="visually-hidden">{t('desk.contact.offline')}, </span>
          {clockTime(row.lastContact, here.now, here.zone)}
        </>
      )}
    </>
  )
}
