import { assertNever } from '../../../../shared/assert-never.ts'
import { type Allergies, readAllergies } from '../../../../shared/clinical/index.ts'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { failureWords, t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices } from '../../../services/index.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { Retry } from '../../failure/index.ts'
import { CriticalMark } from '../results/CriticalMark.tsx'
import { reactionWords } from '../words/reaction-words.ts'
import { useNewest, useSection } from '../load/use-section.ts'
import { conceptWords } from '../words/words.ts'
import styles from './Banner.module.css'
import { useNewestReading } from './use-newest-reading.ts'

const mostAllergies = 8

/** What the patient must not be given: never blank, also while it loads or when it cannot be loaded. */
export function AllergyLine({ patient }: { readonly patient: PatientId }) {
  const found = useSection(patient, 'allergies')
  const allergies = useNewestReading(found, useNewest(patient, 'allergies'), readAllergies)
  if (found.state === 'failed') {
    return (
      <p className={styles['failed']} data-testid="banner-allergies">
        <Icon name="warning" /> {found.failure.kind === 'not-permitted' ? t('allergies.title') : t('allergies.failed')}: {failureWords[found.failure.kind].what}{' '}
        <Retry failure={found.failure} onRetry={found.retry} />
      </p>
    )
  }
  return (
    <p className={styles['allergies']} data-testid="banner-allergies">
      {allergies ? <AllergyWords allergies={allergies.read} isPartial={allergies.isPartial} keptAt={found.state === 'ready' && found.freshness.source === 'cache' && !found.refreshing ? found.freshness.asOf : undefined} /> : t('allergies.loading')}
    </p>
  )
}

interface AllergyWordsProps {
  readonly allergies: Allergies
  readonly isPartial: boolean
  /** When the EHR last confirmed it (epoch milliseconds), where that was not just now and nobody is asking. */
  readonly keptAt: number | undefined
}

function AllergyWords({ allergies: { state, active, assertions, contradictory }, isPartial, keptAt }: AllergyWordsProps) {
  const { clock, zone } = useServices()
  const rows = active.flatMap((row) => (row.kind === 'allergy' ? [row] : []))
  const unreadable = active.length - rows.length
  switch (state) {
    case 'listed':
      return (
        <>
          <strong className={styles['label']}>{t('allergies.title')}</strong>
          {rows.slice(0, mostAllergies).map((row, index) => (
            <span key={row.id ?? index} className={styles['allergy']}>
              {row.criticality === 'high' ? <CriticalMark>{conceptWords(row.agent)}</CriticalMark> : <strong>{conceptWords(row.agent)}</strong>} {reactionWords(row)}
            </span>
          ))}
          {rows.length > mostAllergies ? <span className={styles['allergy']}>{t('allergies.bannerMore', { count: rows.length - mostAllergies })}</span> : null}
          {unreadable > 0 ? <span className={styles['caution']}>{t('section.refusedMalformed', { count: unreadable })}</span> : null}
          {isPartial ? <span className={styles['caution']}>{t('allergies.notAll')}</span> : null}
          {contradictory ? <span className={styles['caution']}>{t('allergies.contradictory')}</span> : null}
          {keptAt === undefined ? null : <span className={styles['caution']}>{t('patient.kept', { time: clockTime(keptAt, clock.now(), zone) })}</span>}
        </>
      )
    case 'asserted-none':
    case 'asserted-none-in-part':
      return (
        <>
          <strong>{assertions.map(({ scope }) => t(`allergies.assertion.${scope}`)).join(', ')}</strong>
          {isPartial ? <strong className={styles['caution']}> {t('allergies.notAll')}</strong> : null}
        </>
      )
    case 'not-known':
      return <strong className={styles['caution']}>{t('allergies.notKnownShort')}</strong>
    case 'unreadable':
      return <strong className={styles['caution']}>{t('allergies.unreadableShort')}</strong>
    case 'none-recorded':
      // "None" is for a whole answer without an entry.
      return isPartial ? <strong className={styles['caution']}>{t('allergies.unreadableShort')}</strong> : t('allergies.noneRecordedShort')
    default:
      return assertNever(state)
  }
}
