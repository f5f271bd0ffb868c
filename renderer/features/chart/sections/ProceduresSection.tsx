import type { ReactNode } from 'react'
import { type ProcedureRow, readProcedures } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import type { SectionProps } from '../section-props.ts'
import { conceptWords } from '../words/words.ts'
import { DatedSection } from './DatedSection.tsx'
import styles from './sections.module.css'

/** What was done, and what was recorded as not done, told apart. */
export function ProceduresSection(props: SectionProps) {
  return (
    <DatedSection
      {...props}
      section="procedures"
      title={t('procedures.title')}
      heads={{ when: t('procedures.when'), what: t('procedures.name') }}
      read={readProcedures}
      whenOf={({ performed }) => performed}
      whatOf={whatOf}
    />
  )
}

function whatOf(row: ProcedureRow): ReactNode {
  return (
    <>
      {conceptWords(row.name)}
      {row.status === 'completed' ? null : (
        <span className={styles['status']}>
          {' '}
          {t(`procedures.status.${row.status}`)}
          {row.status === 'not-done' && row.statusReason.kind === 'recorded' ? `: ${row.statusReason.text}` : ''}
        </span>
      )}
    </>
  )
}
