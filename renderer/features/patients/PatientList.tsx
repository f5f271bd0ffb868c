import { type ReactNode, useMemo } from 'react'
import { type PatientIdentity, readPatient } from '../../../shared/clinical/index.ts'
import type { OutputOf, PatientId } from '../../../shared/contract/index.ts'
import type { ShownFailure } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'
import { useServices } from '../../services/index.ts'
import { Notice } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import table from '../../ui/table.module.css'
import { likenessOf } from '../chart/index.ts'
import { FailureNotice } from '../failure/index.ts'
import { PatientRow } from './PatientRow.tsx'
import styles from './Patients.module.css'

interface PatientListProps {
  readonly title: string
  readonly testId: string
  /** Absent while it is on its way. */
  readonly answer: OutputOf<'patients.search'> | undefined
  readonly failure: ShownFailure | undefined
  readonly onRetry: () => void
  readonly busy: string
  readonly empty: ReactNode
  /** What was searched for, to be marked in the rows. */
  readonly search?: string
  /** What is said of the list as a whole. */
  readonly summary?: (count: number) => string
  readonly mayOpen: boolean
  readonly onOpen: (patient: PatientId) => void
}

/** Several patients in one table. Names that could be taken for each other say so, on both rows. */
export function PatientList({ title, testId, answer, failure, onRetry, busy, empty, search = '', summary, mayOpen, onOpen }: PatientListProps) {
  const { clock, zone } = useServices()
  const now = clock.now()
  const patients = answer?.patients
  const heads = useMemo(() => (patients ?? []).map((resource) => readPatient(resource, { now: clock.now(), zone })), [patients, clock, zone])
  const readable = heads.flatMap((head) => (head.kind === 'patient' && head.id !== undefined ? [head] : []))
  const alike = useMemo(() => likenessOf(heads.flatMap((head) => (head.kind === 'patient' ? [head] : []))), [heads])
  const unreadable = heads.length - readable.length
  const list = `list-${testId}`

  if (failure) {
    return (
      <Panel title={title} testId={list} state="failed">
        <FailureNotice failure={failure} onRetry={onRetry} role="alert" />
      </Panel>
    )
  }
  if (!answer) {
    return (
      <Panel title={title} testId={list} state="loading">
        <output className={styles['quiet']}>{busy}</output>
      </Panel>
    )
  }
  const kept = answer.freshness.source === 'cache' && testId !== 'recent'
  const state = kept ? 'stale' : readable.length === 0 ? 'empty' : 'data'
  return (
    <Panel title={title} testId={list} state={state} aside={kept ? t('patients.asOf', { time: clockTime(answer.freshness.asOf, now, zone) }) : undefined}>
      {unreadable > 0 ? <Notice tone="caution">{t('patients.unreadable', { count: unreadable })}</Notice> : null}
      {readable.length === 0 ? <p className={styles['quiet']}>{empty}</p> : null}
      {summary && readable.length > 0 ? (
        <output className={styles['quiet']} data-cut={answer.cut}>
          {summary(readable.length)}
        </output>
      ) : null}
      {readable.length > 0 ? <Rows title={title} heads={readable} alike={alike} search={search} mayOpen={mayOpen} onOpen={onOpen} zone={zone} /> : null}
    </Panel>
  )
}

interface RowsProps extends Pick<PatientListProps, 'title' | 'mayOpen' | 'onOpen'> {
  readonly heads: readonly PatientIdentity[]
  readonly alike: ReturnType<typeof likenessOf>
  readonly search: string
  readonly zone: string
}

function Rows({ title, heads, alike, search, mayOpen, onOpen, zone }: RowsProps) {
  return (
    <table className={`${table['table']} ${styles['list']}`} aria-label={title} aria-rowcount={heads.length + 1}>
      <thead>
        <tr>
          <th scope="col" className={styles['name']}>
            {t('patients.column.name')}
          </th>
          <th scope="col" className={styles['born']}>
            {t('patients.column.born')}
          </th>
          <th scope="col" className={styles['sex']}>
            {t('patients.column.sex')}
          </th>
          <th scope="col" className={styles['numberHead']}>
            {t('patients.column.mrn')}
          </th>
          <th scope="col">{t('patients.column.flags')}</th>
        </tr>
      </thead>
      <tbody>
        {heads.map((head) => (
          <PatientRow key={head.id} head={head} likeness={head.id === undefined ? undefined : alike.get(head.id)} search={search} zone={zone} {...(mayOpen ? { onOpen } : {})} />
        ))}
      </tbody>
    </table>
  )
}
