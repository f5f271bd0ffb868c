import { AllergiesSection } from '../sections/AllergiesSection.tsx'
import { CareTeamSection } from '../sections/CareTeamSection.tsx'
import { EncountersSection } from '../sections/EncountersSection.tsx'
import { ImmunizationsSection } from '../sections/ImmunizationsSection.tsx'
import { LaboratorySection } from '../sections/LaboratorySection.tsx'
import { MedicationsSection } from '../sections/MedicationsSection.tsx'
import { NotesSection } from '../sections/NotesSection.tsx'
import { ProblemsSection } from '../sections/ProblemsSection.tsx'
import { ProceduresSection } from '../sections/ProceduresSection.tsx'
import { VitalsSection } from '../sections/VitalsSection.tsx'
import styles from './SummaryView.module.css'
import type { ViewProps } from './view-props.ts'

/** The whole picture on one page: what is dangerous and what is treated on the left, what was measured on the right. */
export function SummaryView({ patient, onShow }: ViewProps) {
  const props = { patient, ...(onShow ? { onShow } : {}) }
  return (
    <div className={styles['summary']} data-holds-still>
      <div className={styles['column']}>
        <AllergiesSection {...props} />
        <ProblemsSection {...props} limit={10} />
        <MedicationsSection {...props} limit={12} />
        <EncountersSection {...props} limit={5} />
        <CareTeamSection {...props} />
      </div>
      <div className={styles['column']}>
        <LaboratorySection {...props} limit={12} />
        <VitalsSection {...props} />
        <NotesSection {...props} limit={5} />
        <ImmunizationsSection {...props} limit={5} />
        <ProceduresSection {...props} limit={5} />
      </div>
    </div>
  )
}
