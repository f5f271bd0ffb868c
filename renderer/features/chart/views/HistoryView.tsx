import { CareTeamSection } from '../sections/CareTeamSection.tsx'
import { ImmunizationsSection } from '../sections/ImmunizationsSection.tsx'
import { ProblemsSection } from '../sections/ProblemsSection.tsx'
import { ProceduresSection } from '../sections/ProceduresSection.tsx'
import styles from './SummaryView.module.css'
import type { ViewProps } from './view-props.ts'

/** Problems, procedures and immunizations, whole. */
export function HistoryView({ patient }: ViewProps) {
  return (
    <div className={styles['summary']} data-holds-still>
      <div className={styles['column']}>
        <ProblemsSection patient={patient} />
        <ProceduresSection patient={patient} />
      </div>
      <div className={styles['column']}>
        <ImmunizationsSection patient={patient} />
        <CareTeamSection patient={patient} />
      </div>
    </div>
  )
}
