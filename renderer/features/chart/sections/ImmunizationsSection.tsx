import type { ReactNode } from 'react'
import { type ImmunizationRow, readImmunizations } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import type { SectionProps } from '../section-props.ts'
import { conceptWords } from '../words/words.ts'
import { DatedSection } from './DatedSection.tsx'
import styles from './sections.module.css'

/** What was given, and what was recorded as not given, told apart. */
export function ImmunizationsSection(props: SectionProps) {
  return (
    <DatedSection
      {...props}
      section="immunizations"
      title={t('immunizations.title')}
      heads={{ when: t('immunizations.when'), what: t('immunizations.vaccine') }}
      read={readImmunizations}
      whenOf={({ occurrence }) => occurrence}
      whatOf={whatOf}
    />
  )
}

function whatOf(row: ImmunizationRow): ReactNode {
  const notDone = row.status === 'not-done' ? t('immunizations.notDone', { reason: conceptWords(row.reasonNotDone) }) : row.status === 'unknown' ? t('immunizations.unknown') : ''
  const said = [notDone, row.isSubpotent ? t('immunizations.subpotent') : '', row.primarySource === false ? t('immunizations.reported') : ''].filter((part) => part !== '')
  return (
    <>
      {conceptWords(row.vaccine)}
      {row.doseNumber === undefined ? '' : ` · ${t('immunizations.dose', { number: row.doseNumber })}`}
      {said.length > 0 ? <span className={styles['status']}> {said.join(', ')}</span> : null}
    </>
  )
}
