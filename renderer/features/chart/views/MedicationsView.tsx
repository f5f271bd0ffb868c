import { AllergiesSection } from '../sections/AllergiesSection.tsx'
import { MedicationsSection } from '../sections/MedicationsSection.tsx'
import styles from './SummaryView.module.css'
import type { ViewProps } from './view-props.ts'

/** All medications, with the allergies above them: who reads the one needs the other. */
export function MedicationsView({ patient }: ViewProps) {
  return (
    <div className={styles['column']} data-holds-still>
      <AllergiesSection patient={patient} />
      <MedicationsSection patient={patient} />
    </div>
  )
}
