import { useCallback } from 'react'
import { assertNever } from '../../../../shared/assert-never.ts'
import { type CodeStatus, readFlags } from '../../../../shared/clinical/index.ts'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { Retry } from '../../failure/index.ts'
import { useNewest, useSection } from '../load/use-section.ts'
import { conceptWords } from '../words/words.ts'
import styles from './Banner.module.css'
import { useNewestReading } from './use-newest-reading.ts'

/** Code status, in the record's own words, and what else warns about this patient. */
export function FlagLine({ patient }: { readonly patient: PatientId }) {
  const { clock, zone } = useServices()
  const found = useSection(patient, 'flags')
  const read = useCallback((resources: readonly unknown[]) => readFlags(resources, { now: clock.now(), zone }), [clock, zone])
  const flags = useNewestReading(found, useNewest(patient, 'flags'), read)
  if (found.state === 'failed') {
    return (
      <p className={styles['failed']}>
        {t('patient.codeStatus', { status: t(found.failure.kind === 'not-permitted' ? 'section.notPermitted' : 'section.failed') })}{' '}
        <Retry failure={found.failure} onRetry={found.retry} />
      </p>
    )
  }
  if (!flags) return <p>{t('patient.codeStatus', { status: t('section.loading') })}</p>
  return (
    <p className={styles['flags']} data-testid="banner-flags">
      <CodeStatusWords status={flags.read.codeStatus.kind === 'not-recorded' && flags.isPartial ? unreadable : flags.read.codeStatus} />
      {flags.read.alerts.map((alert, index) => (
        <span key={alert.id ?? index} className={styles['alert']}>
          <Icon name="warning" /> {alert.kind === 'malformed' ? t('words.malformedRow') : conceptWords(alert.name)}
        </span>
      ))}
    </p>
  )
}

/** "Not recorded" is for a whole answer: what was left out may be the code status. */
const unreadable: CodeStatus = { kind: 'unreadable' }

function CodeStatusWords({ status }: { readonly status: CodeStatus }) {
  switch (status.kind) {
    case 'recorded':
      return status.meaning === 'full' ? (
        <span>{t('patient.codeStatus', { status: conceptWords(status.flag.name) })}</span>
      ) : (
        <strong className={styles['mark']}>{t('patient.codeStatus', { status: conceptWords(status.flag.name) })}</strong>
      )
    case 'contradictory':
      return <strong className={styles['mark']}>{t('patient.codeStatusContradictory', { statuses: status.flags.map(({ name }) => conceptWords(name)).join(' / ') })}</strong>
    case 'not-recorded':
      return <span className={styles['quiet']}>{t('patient.codeStatus', { status: t('words.notRecorded') })}</span>
    case 'unreadable':
      return <strong className={styles['caution']}>{t('patient.codeStatus', { status: t('words.unreadable') })}</strong>
    default:
      return assertNever(status)
  }
}
