import { useState } from 'react'
import { formatDateTime } from '../../../../shared/clinical/partial-date.ts'
import { workstationCode } from '../../../../shared/workstation-code.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Details, NoDetails } from '../../../ui/Details.tsx'
import { Fact, Facts } from '../../../ui/Facts.tsx'
import text from '../../../ui/text.module.css'
import { History } from '../history/History.tsx'
import { roleWords, sinceWords, siteWords, stateWords, unsentSentence, userWords, waitingSentence } from './station-words.ts'
import styles from './StationDetails.module.css'
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
  if (station === undefined) return <NoDetails>{t('desk.details.none')}</NoDetails>
  const when = (epochMs: number) => formatDateTime({ precision: 'instant', epochMs }, zone)
  const here = { now: clock.now(), zone }
  return (
    <Details
      label={t('desk.details')}
      testId="desk-details"
      title={<bdi>{station.displayName}</bdi>}
      isLong={isTold}
      actions={
        <Button onClick={() => tellHistory(!isTold)} aria-expanded={isTold} data-testid="desk-show-history">
          {t(isTold ? 'desk.hideHistory' : 'desk.showHistory')}
        </Button>
      }
    >
      <Facts>
        <Fact name={t('desk.column.state')}>{station.since === undefined ? stateWords(station) : t('desk.stateSince', { state: stateWords(station), time: sinceWords(station, here) })}</Fact>
        <Fact name={t('desk.column.user')}>
          <bdi>{userWords(station)}</bdi>
          {station.user === undefined ? null : <span className={text['quiet']}> {roleWords(station.user.role)}</span>}
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
        <Fact name={t('desk.fact.waiting')} isWide>
          {station.waitingSessions === undefined ? (
            t('desk.notTold')
          ) : station.waitingSessions.length === 0 ? (
            t('desk.nobody')
          ) : (
            <ul className={styles['waiting']} data-testid="desk-waiting">
              {station.waitingSessions.map((session) => (
                <li key={session.user.sub}>
                  <bdi>{session.user.name}</bdi> <span className={text['quiet']}>{waitingSentence(session, here)}</span>
                </li>
              ))}
            </ul>
          )}
        </Fact>
      </Facts>
      {isTold ? <History of={{ workstation: station.deviceId }} book={book} nameOf={nameOf} /> : null}
    </Details>
  )
}
