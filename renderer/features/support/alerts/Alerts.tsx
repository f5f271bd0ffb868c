import { useMemo } from 'react'
import type { DeskAlert } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { NoDetails } from '../../../ui/Details.tsx'
import type { GridColumn } from '../../../ui/grid/columns.ts'
import { Grid } from '../../../ui/grid/Grid.tsx'
import text from '../../../ui/text.module.css'
import { AlertDetails } from './AlertDetails.tsx'
import styles from './Alerts.module.css'
import { ruleWords, severityWords } from './alert-words.ts'
import { ListFilter } from '../ListFilter.tsx'
import { NewestListing } from '../NewestListing.tsx'
import type { Here } from '../stations/station-words.ts'
import type { StationBook } from '../stations/stations.ts'
import type { AlertCase } from './use-alert-case.ts'
import { alertFilters, type AlertList, useAlerts } from './use-alerts.ts'
import { useHere } from '../use-here.ts'
import { useKept } from '../use-kept.ts'

/** What the rules of the audit found about members of the staff, to be taken, commented and closed. Whose chart it was about is not told here. */
export function Alerts({ book, at }: { readonly book: StationBook; readonly at: AlertCase }) {
  const { asked, ask, chosen, choose } = at
  const list = useAlerts(asked)
  // An open alert that is taken is none of the open ones any more: who took it goes on with it all the same.
  const { line: alert, isListed, learn } = useKept(list.lines, chosen)
  return (
    <>
      <ListFilter label={t('desk.part.alerts')} testId="desk-alerts-which" names={alertFilters} shown={asked} wordsOf={(name) => t(`desk.alerts.which.${name}`)} onShow={ask} />
      <AlertLines list={list} chosen={chosen} onChoose={choose} />
      {isListed || alert === undefined ? null : (
        <output className={text['quiet']} data-testid="desk-alert-left">
          {t('desk.alerts.left')}
        </output>
      )}
      {alert !== undefined ? (
        <AlertDetails
          key={alert.id}
          alert={alert}
          book={book}
          draft={at.draftOf(alert.id)}
          onWrite={(change) => at.write(alert.id, change)}
          onSent={(comment) => at.sent(alert.id, comment)}
          onChanged={(changed) => {
            if (changed !== undefined) learn(changed)
            list.again()
          }}
        />
      ) : list.lines === undefined || list.lines.length === 0 ? null : (
        <NoDetails>{t('desk.alerts.choose')}</NoDetails>
      )}
    </>
  )
}

interface AlertLinesProps {
  readonly list: AlertList
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}

function AlertLines({ list, chosen, onChoose }: AlertLinesProps) {
  const here = useHere()
  const columns = useMemo(() => alertColumns(here), [here])
  const { lines: alerts, newest } = list
  const count = alerts?.length ?? 0
  return (
    <NewestListing list={list} loading={t('desk.alerts.loading')} testId="desk-alerts-state" standing={`${count === 0 ? t('desk.alerts.none') : t(list.hasMore ? 'desk.alerts.some' : 'desk.alerts.all', { count })} · ${t('desk.alerts.open', { count: newest?.open ?? 0 })}`}>
      {(lines) => <Grid label={t('desk.part.alerts')} testId="desk-alerts" columns={columns} widths={styles['widths']} lines={lines} idOf={idOf} pointed={chosen} onPoint={onChoose} />}
    </NewestListing>
  )
}

const idOf = ({ id }: DeskAlert) => id

const alertColumns = ({ now, zone }: Here): readonly GridColumn<DeskAlert>[] => [
  { id: 'at', head: t('desk.ordersColumn.at'), cell: ({ at }) => clockTime(at, now, zone) },
  { id: 'rule', head: t('desk.alertsColumn.rule'), cell: ({ rule }) => ruleWords(rule) },
  { id: 'severity', head: t('desk.alertsColumn.severity'), cell: ({ severity }) => severityWords(severity), tone: ({ severity }) => (severity === 'high' ? 'critical' : undefined) },
  { id: 'user', head: t('desk.alertsColumn.user'), cell: ({ user }) => user?.name ?? t('desk.notTold') },
  { id: 'state', head: t('desk.ordersColumn.state'), cell: ({ state }) => t(`desk.alertState.${state}`), tone: ({ state }) => (state === 'open' ? 'caution' : state === 'closed' ? 'quiet' : undefined) },
  { id: 'taken', head: t('desk.alertsColumn.taken'), cell: ({ takenBy }) => takenBy?.name ?? t('desk.nobody'), tone: ({ takenBy }) => (takenBy === undefined ? 'quiet' : undefined) },
]
