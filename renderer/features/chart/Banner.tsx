import { useCallback, useMemo } from 'react'
import { assertNever } from '../../../shared/assert-never.ts'
import { type Allergies, type CodeStatus, type PatientIdentity, readAllergies, readFlags, readPatient } from '../../../shared/clinical/index.ts'
import type { PatientId } from '../../../shared/contract/index.ts'
import { failureWords, t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import styles from './Banner.module.css'
import { CriticalMark } from './CriticalMark.tsx'
import { useHead } from './heads.ts'
import { bornWords, headName, headNumber, markWords, sexWords } from './head-words.ts'
import { reactionWords } from './reaction-words.ts'
import { type SectionState, useNewest, useSection } from './use-section.ts'
import { conceptWords } from './words.ts'

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
          <Button kind="plain" onClick={found.retry}>
            {t('app.retry')}
          </Button>
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

/** The newest there is: what is held back elsewhere, so that nothing moves, is shown here at once. */
function useRead<V>(found: SectionState, newest: readonly unknown[] | undefined, read: (resources: readonly unknown[]) => V): V | undefined {
  const resources = found.state === 'ready' ? (newest ?? found.resources) : undefined
  return useMemo(() => (resources ? read(resources) : undefined), [resources, read])
}

const mostAllergies = 8

function AllergyLine({ patient }: { readonly patient: PatientId }) {
  const found = useSection(patient, 'allergies')
  const allergies = useRead(found, useNewest(patient, 'allergies'), readAllergies)
  if (found.state === 'failed') {
    return (
      <p className={styles['failed']} data-testid="banner-allergies">
        <Icon name="warning" /> {t('allergies.failed')}: {failureWords[found.failure.kind].what}{' '}
        <Button kind="plain" onClick={found.retry}>
          {t('app.retry')}
        </Button>
      </p>
    )
  }
  return (
    <p className={styles['allergies']} data-testid="banner-allergies">
      {allergies ? <AllergyWords allergies={allergies} isOld={found.state === 'ready' && found.freshness.source === 'cache'} /> : t('allergies.loading')}
    </p>
  )
}

function AllergyWords({ allergies: { state, active, assertions, contradictory }, isOld }: { readonly allergies: Allergies; readonly isOld: boolean }) {
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
          {contradictory ? <span className={styles['caution']}>{t('allergies.contradictory')}</span> : null}
          {isOld ? <span className={styles['caution']}>{t('patient.kept')}</span> : null}
        </>
      )
    case 'asserted-none':
    case 'asserted-none-in-part':
      return <strong>{assertions.map(({ scope }) => t(`allergies.assertion.${scope}`)).join(', ')}</strong>
    case 'not-known':
      return <strong className={styles['caution']}>{t('allergies.notKnownShort')}</strong>
    case 'unreadable':
      return <strong className={styles['caution']}>{t('allergies.unreadableShort')}</strong>
    case 'none-recorded':
      return t('allergies.noneRecordedShort')
    default:
      return assertNever(state)
  }
}

function FlagLine({ patient }: { readonly patient: PatientId }) {
  const { clock, zone } = useServices()
  const found = useSection(patient, 'flags')
  const read = useCallback((resources: readonly unknown[]) => readFlags(resources, { now: clock.now(), zone }), [clock, zone])
  const flags = useRead(found, useNewest(patient, 'flags'), read)
  if (found.state === 'failed') {
    return (
      <p className={styles['failed']}>
        {t('patient.codeStatus', { status: t('section.failed') })}{' '}
        <Button kind="plain" onClick={found.retry}>
          {t('app.retry')}
        </Button>
      </p>
    )
  }
  if (!flags) return <p>{t('patient.codeStatus', { status: t('section.loading') })}</p>
  return (
    <p className={styles['flags']} data-testid="banner-flags">
      <CodeStatusWords status={flags.codeStatus} />
      {flags.alerts.map((alert, index) => (
        <span key={alert.id ?? index} className={styles['alert']}>
          <Icon name="warning" /> {alert.kind === 'malformed' ? t('words.malformedRow') : conceptWords(alert.name)}
        </span>
      ))}
    </p>
  )
}

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
