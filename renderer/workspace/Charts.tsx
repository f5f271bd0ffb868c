import { type Dispatch, type RefObject, useMemo } from 'react'
import type { Hold } from '../../shared/alerts.ts'
import type { PatientId } from '../../shared/contract/index.ts'
import { Chart, headName, likenessOf, useHeads } from '../features/chart/index.ts'
import { HoldPanel } from '../features/hold/index.ts'
import { Patients } from '../features/patients/index.ts'
import type { Tabs, TabsEvent } from './tabs.ts'
import { TabStrip } from './TabStrip.tsx'
import styles from './Workspace.module.css'

interface ChartsProps {
  readonly tabs: Tabs
  readonly dispatch: Dispatch<TabsEvent>
  readonly searchField: RefObject<HTMLInputElement | null>
  /** The questions that stand before a chart; none: it is shown. */
  readonly holdsOf: (patient: PatientId) => readonly Hold[]
  readonly onOpen: (patient: PatientId) => void
  readonly onClose: (patient: PatientId) => void
}

/** The strip of open charts, and the one in front: the patient list or a chart. */
export function Charts({ tabs, dispatch, searchField, holdsOf, onOpen, onClose }: ChartsProps) {
  const { open } = tabs
  const patients = useMemo(() => open.map((tab) => tab.patient), [open])
  const heads = useHeads(patients)
  const alike = useMemo(() => likenessOf([...heads.values()]), [heads])
  const inFront = open.find((tab) => tab.patient === tabs.front)
  const holds = inFront === undefined ? [] : holdsOf(inFront.patient)
  const headInFront = inFront === undefined ? undefined : heads.get(inFront.patient)
  return (
    <>
      <TabStrip tabs={tabs} heads={heads} alike={alike} onFront={(patient) => dispatch({ type: 'front', patient })} onClose={onClose} />
      <main className={styles['main']}>
        {/* Kept, not remade: coming back to the list finds the same search. Who types in it has chosen it. */}
        <div className={styles['page']} hidden={inFront !== undefined} onInput={() => dispatch({ type: 'front', patient: undefined })}>
          <Patients searchField={searchField} onOpen={onOpen} />
        </div>
        {inFront && holds.length > 0 ? (
          <HoldPanel key={inFront.patient} patient={inFront.patient} name={headInFront && headName(headInFront)} holds={holds} onClose={() => onClose(inFront.patient)} />
        ) : null}
        {inFront && holds.length === 0 ? (
          <Chart
            key={inFront.patient}
            patient={inFront.patient}
            view={inFront.view}
            note={inFront.note}
            scroll={inFront.scroll}
            namesake={alike.get(inFront.patient)}
            onView={(view) => dispatch({ type: 'view', patient: inFront.patient, view })}
            onNote={(isOpen) => dispatch({ type: 'note', patient: inFront.patient, open: isOpen })}
            onScroll={(scroll) => dispatch({ type: 'scroll', patient: inFront.patient, scroll })}
          />
        ) : null}
      </main>
    </>
  )
}
