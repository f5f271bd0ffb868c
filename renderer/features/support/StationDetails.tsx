import { useState } from 'react'
import { formatDateTime } from '../../../shared/clinical/partial-date.ts'
import { workstationCode } from '../../../shared/workstation-code.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Fact } from './Fact.tsx'
import { History } from './History.tsx'
import styles from './SupportDesk.module.css'
import { roleWords, sinceWords, siteWords, stateWords, unsentSentence, userWords } from './station-words.ts'
import type { Station, StationBook } from './stations.ts'

interface StationDetailsProps {
  readonly station: Station | undefined
  readonly book: StationBook
  readonly nameOf: (sub: string) => string
}

/** All that is known of one workstation. */
export function StationDetails({ station, book, nameOf }: StationDetailsProps) {
  const [isTold, tellHistory] = useState(false)
  const { clock, zone } = useServices()
  if (station === undefined) return <p className={`${styles['details']} ${styles['quiet']}`}>{t('desk.details.none')}</p>
  const when = (epochMs: number) => formatDateTime({ precision: 'instant', epochMs }, zone)
  const here = { now: clock.now(), zone }
  return (
    // Reached by Tab: what is long is scrolled by keys (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={styles['details']} aria-label={t('desk.details')} tabIndex={0} data-testid="desk-details">
      <div className={styles['detailsHead']}>
        <h2 className={styles['detailsTitle']}>
          <bdi>{station.displayName}</bdi>
        </h2>
        <Button onClick={() => tellHistory(!isTold)} aria-expanded={isTold} data-testid="desk-show-history">
          {t(isTold ? 'desk.hideHistory' : 'desk.showHistory')}
        </Button>
      </div>
      <dl className={styles['facts']}>
        <Fact name={t('desk.column.state')}>{station.since === undefined ? stateWords(station) : t('desk.stateSince', { state: stateWords(station), time: sinceWords(station, here) })}</Fact>
        <Fact name={t('desk.column.user')}>
          <bdi>{userWords(station)}</bdi>
          {station.user === undefined ? null : <span className={styles['quiet']}> {roleWords(station.user.role)}</span>}
        </Fact>
        <Fact name={t('desk.column.site')}>
          <bdi>{siteWords(station)}</bdi>
        </Fact>
        <Fact name={t('desk.fact.unsent')}>{unsentSentence(station, here)}</Fact>
        <Fact name={t('desk.fact.contact')}>{station.isOnline ? t('desk.online') : station.lastContact === undefined ? t('desk.neverHeard') : when(station.lastContact)}</Fact>
        <Fact name={t('desk.fact.orders')}>{station.waiting === 0 ? t('desk.unsentNone') : station.waiting}</Fact>
        <Fact name={t('desk.column.app')}>{station.appVersion === '' ? t('desk.notTold') : station.appVersion}</Fact>
        <Fact name={t('desk.column.policy')}>{station.policyVersion === '' ? t('desk.notTold') : station.policyVersion}</Fact>
        <Fact name={t('desk.fact.registered')}>{when(station.registeredAt)}</Fact>
        <Fact name={t('desk.fact.code')}>{workstationCode(station.deviceId)}</Fact>
        <Fact name={t('desk.fact.id')}>{station.deviceId}</Fact>
      </dl>
      {isTold ? <History of={{ workstation: station.deviceId }} book={book} nameOf={nameOf} /> : null}
    </section>
  )
}
