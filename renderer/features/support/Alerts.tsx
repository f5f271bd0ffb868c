import { useInfiniteQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { DeskAlert } from '../../../shared/contract/index.ts'
import { deskAlertStates } from '../../../shared/desk/words.ts'
import { failureOf } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNotice } from '../failure/index.ts'
import { AlertDetails } from './AlertDetails.tsx'
import { ruleWords, severityWords } from './alert-words.ts'
import { type LineColumn, LineTable } from './LineTable.tsx'
import { ListAge } from './ListAge.tsx'
import styles from './SupportDesk.module.css'
import type { StationBook } from './stations.ts'

const which = ['all', ...deskAlertStates] as const
type Which = (typeof which)[number]

/** How often it is looked whether there are new ones. Milliseconds. */
const lookEvery = 30_000

/** What the rules of the audit found about members of the staff, to be taken, commented and closed. Whose chart it was about is not told here. */
export function Alerts({ book }: { readonly book: StationBook }) {
  const [shown, show] = useState<Which>('all')
  return (
    <>
      <div className={styles['filter']}>
        <label className={styles['field']}>
          {t('desk.part.alerts')}
          <select value={shown} data-testid="desk-alerts-which" onChange={({ target }) => show(which.find((each) => each === target.value) ?? 'all')}>
            {which.map((each) => (
              <option key={each} value={each}>
                {t(`desk.alerts.which.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <AlertLines key={shown} which={shown} book={book} />
    </>
  )
}

function AlertLines({ which: asked, book }: { readonly which: Which; readonly book: StationBook }) {
  const { bridge, clock, zone } = useServices()
  const { session } = useSession()
  const [chosen, choose] = useState<string>()
  const hasLooked = useRef(false)
  const query = useInfiniteQuery({
    queryKey: [session.epoch, 'desk', 'alerts', asked],
    queryFn: async ({ pageParam, signal }) => {
      const page = await bridge.callUntil(signal, 'desk.alerts', { cause: hasLooked.current ? 'refresh' : 'look', ...(asked === 'all' ? {} : { state: asked }), ...(pageParam === '' ? {} : { before: pageParam }) })
      hasLooked.current = true
      return { asOf: clock.now(), page }
    },
    initialPageParam: '',
    getNextPageParam: ({ page }) => page.next,
    refetchInterval: lookEvery,
    gcTime: 0,
  })
  const again = () => void query.refetch()
  const failure = query.error ? failureOf(query.error) : undefined
  const pages = query.data?.pages
  if (pages === undefined) return failure ? <FailureNotice failure={failure} onRetry={again} role="alert" /> : <output aria-busy="true">{t('desk.alerts.loading')}</output>
  const alerts = [...new Map(pages.flatMap(({ page }) => page.alerts).map((alert) => [alert.id, alert])).values()]
  const asOf = pages[0]?.asOf ?? 0
  const columns: readonly LineColumn<DeskAlert>[] = [
    { id: 'at', head: t('desk.ordersColumn.at'), text: ({ at }) => clockTime(at, clock.now(), zone) },
    { id: 'rule', head: t('desk.alertsColumn.rule'), text: ({ rule }) => ruleWords(rule) },
    { id: 'severity', head: t('desk.alertsColumn.severity'), text: ({ severity }) => severityWords(severity), tone: ({ severity }) => (severity === 'high' ? styles['bad'] : undefined) },
    { id: 'user', head: t('desk.alertsColumn.user'), text: ({ user }) => user?.name ?? t('desk.notTold') },
    { id: 'state', head: t('desk.ordersColumn.state'), text: ({ state }) => t(`desk.alertState.${state}`), tone: ({ state }) => (state === 'open' ? styles['owed'] : state === 'closed' ? styles['quiet'] : undefined) },
    { id: 'taken', head: t('desk.alertsColumn.taken'), text: ({ takenBy }) => takenBy?.name ?? t('desk.nobody'), tone: ({ takenBy }) => (takenBy === undefined ? styles['quiet'] : undefined) },
  ]
  const alert = alerts.find(({ id }) => id === chosen)
  return (
    <>
      <div className={styles['state']}>
        <output data-testid="desk-alerts-state">
          {alerts.length === 0 ? t('desk.alerts.none') : query.hasNextPage ? t('desk.alerts.some', { count: alerts.length }) : t('desk.alerts.all', { count: alerts.length })} · {t('desk.alerts.open', { count: pages[0]?.page.open ?? 0 })}{' '}
          <span className={styles['quiet']}>{t('desk.asOf', { time: clockTime(asOf, clock.now(), zone) })}</span>
        </output>
        {query.hasNextPage ? (
          <Button onClick={() => void query.fetchNextPage()} aria-disabled={query.isFetching}>
            {t('desk.more')}
          </Button>
        ) : null}
      </div>
      <ListAge failure={failure} asOf={asOf} onAgain={again} />
      {alerts.length === 0 ? null : (
        <>
          <LineTable label={t('desk.part.alerts')} testId="desk-alerts" columns={columns} widths={styles['alertLine']} lines={alerts} idOf={({ id }) => id} chosen={chosen} onChoose={choose} />
          {alert === undefined ? <p className={`${styles['details']} ${styles['quiet']}`}>{t('desk.alerts.choose')}</p> : <AlertDetails key={alert.id} alert={alert} book={book} onChanged={again} />}
        </>
      )}
    </>
  )
}
