import { useMemo } from 'react'
import { type PatientIdentity, readPatient } from '../../../../shared/clinical/index.ts'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { failureWords, t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { Retry } from '../../failure/index.ts'
import { useHead } from '../heads.ts'
import { bornWords, headName, headNumber, markWords, sexWords } from '../words/head-words.ts'
import { useSection } from '../load/use-section.ts'
import { conceptWords } from '../words/words.ts'
import { AllergyLine } from './AllergyLine.tsx'
import styles from './Banner.module.css'
import { FlagLine } from './FlagLine.tsx'

interface BannerProps {
  readonly patient: PatientId
  readonly namesake: 'same' | 'similar' | undefined
}

/** Whose chart this is, and what must not be overlooked. On every screen of one patient, at the top, never covered (rule 1). */
export function Banner({ patient, namesake }: BannerProps) {
  return (
    <header className={styles['banner']} data-testid="chart-banner">
      <Identity patient={patient} />
      {namesake ? (
        <p className={styles['namesake']} role="note">
          <Icon name="warning" /> {t(`patient.namesake.${namesake}`)}
        </p>
      ) : null}
      <div className={styles['warnings']}>
        <AllergyLine patient={patient} />
        <FlagLine patient={patient} />
      </div>
    </header>
  )
}

function Identity({ patient }: { readonly patient: PatientId }) {
  const { clock, zone } = useServices()
  const found = useSection(patient, 'patient')
  const resource = found.state === 'ready' ? found.resources.find((entry) => entry.id === patient) : undefined
  const read = useMemo(() => (resource ? readPatient(resource, { now: clock.now(), zone }) : undefined), [resource, clock, zone])
  // Who was clicked is known from the list while the record is on its way.
  const listed = useHead(patient)
  const head = read?.kind === 'patient' ? read : listed
  return (
    <div className={styles['identity']}>
      {head ? <Who head={head} zone={zone} /> : <h1 className={styles['name']}>{found.state === 'loading' ? t('section.loading') : t('patient.unreadable')}</h1>}
      {found.state === 'failed' ? (
        <span className={styles['failed']}>
          {failureWords[found.failure.kind].what}{' '}
          <Retry failure={found.failure} onRetry={found.retry} />
        </span>
      ) : null}
    </div>
  )
}

function Who({ head, zone }: { readonly head: PatientIdentity; readonly zone: string }) {
  const called = head.name.kind === 'recorded' ? head.name.calledBy : undefined
  return (
    <>
      <h1 className={styles['name']}>
        <bdi>{headName(head)}</bdi>
      </h1>
      {called === undefined ? null : <span>{t('patient.called', { name: called })}</span>}
      {head.name.kind === 'recorded' && head.name.outdated ? <span className={styles['caution']}>{t('patient.outdatedName')}</span> : null}
      <span>{t('patient.born', { date: bornWords(head, zone) })}</span>
      <span>{sexWords(head.sex)}</span>
      <span className={styles['number']}>{headNumber(head)}</span>
      {markWords(head, zone).map((mark) => (
        <strong key={mark} className={styles['mark']}>
          {mark}
        </strong>
      ))}
      {head.needsInterpreter === true ? <span className={styles['caution']}>{t('patient.interpreter', { language: conceptWords(head.language) })}</span> : null}
      {head.hasUnknownModifier ? <span className={styles['caution']}>{t('words.modifier')}</span> : null}
    </>
  )
}
