import { useMemo } from 'react'
import type { DeskAlert } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import type { GridColumn } from '../../ui/grid/columns.ts'
import { Grid } from '../../ui/grid/Grid.tsx'
import { FailureNotice } from '../failure/index.ts'
import { AlertDetails } from './AlertDetails.tsx'
import lines from './Alerts.module.css'
import { ruleWords, severityWords } from './alert-words.ts'
import { ListAge } from './ListAge.tsx'
import type { Here } from './station-words.ts'
import styles from './SupportDesk.module.css'
import type { StationBook } from './stations.ts'
import type { AlertCase } from './use-alert-case.ts'
import { alertFilters, type AlertList, useAlerts } from './use-alerts.ts'
import { useHere } from './use-here.ts'
import { useKept } from './use-kept.ts'

/** What the rules of the audit found about members of the staff, to be taken, commented and closed. Whose chart it was about is not told here. */
export function Alerts({ book, at }: { readonly book: StationBook; readonly at: AlertCase }) {
  const { asked, ask, chosen, choose } = at
  const list = useAlerts(asked)
  // An open alert that is taken is none of the open ones any more: who took it goes on with it all the same.
  const { line: alert, isListed, learn } = useKept(list.alerts, chosen)
  return (
    <>
      <div className={styles['filter']}>
        <label className={styles['field']}>
          {t('desk.part.alerts')}
          <select value={asked} data-testid="desk-alerts-which" onChange={({ target }) => ask(alertFilters.find((each) => each === target.value) ?? 'all')}>
            {alertFilters.map((each) => (
              <option key={each} value={each}>
                {t(`desk.alerts.which.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <AlertLines list={list} chosen={chosen} onChoose={choose} />
      {isListed || alert === undefined ? null : (
        <output className={styles['quiet']} data-testid="desk-alert-left">
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
      ) : list.alerts === undefined || list.alerts.length === 0 ? null : (
        <p className={`${styles['details']} ${styles['quiet']}`}>{t('desk.alerts.choose')}</p>
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
  const { clock, zone } = useServices()
  const here = useHere()
  const columns = useMemo(() => alertColumns(here), [here])
  const { alerts, failure } = list
  if (alerts === undefined) return failure ? <FailureNotice failure={failure} onRetry={list.again} role="alert" /> : <output aria-busy="true">{t('desk.alerts.loading')}</output>
  return (
    <>
      <div className={styles['state']}>
        <output data-testid="desk-alerts-state">
          {alerts.length === 0 ? t('desk.alerts.none') : list.hasMore ? t('desk.alerts.some', { count: alerts.length }) : t('desk.alerts.all', { count: alerts.length })} · {t('desk.alerts.open', { count: list.open })}{' '}
          <span className={styles['quiet']}>{t('desk.asOf', { time: clockTime(list.asOf, clock.now(), zone) })}</span>
        </output>
        {list.hasMore ? (
          <Button onClick={list.more} aria-disabled={list.isLoading}>
            {t('desk.more')}
          </Button>
        ) : null}
      </div>
      <ListAge failure={failure} asOf={list.asOf} onAgain={list.again} />
      {alerts.length === 0 ? null : <Grid label={t('desk.part.alerts')} testId="desk-alerts" columns={columns} widths={lines['widths']} lines={alerts} idOf={idOf} pointed={chosen} onPoint={onChoose} />}
    </>
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
