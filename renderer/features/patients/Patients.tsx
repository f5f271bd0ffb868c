import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { OutputOf, PatientId } from '../../../shared/contract/index.ts'
import { failureOf } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useSession } from '../../services/index.ts'
import { focusFirst } from '../../ui/focus-first.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PatientList } from './PatientList.tsx'
import styles from './Patients.module.css'
import { shortestSearch, useMyPatients, usePatientSearch, useRecentPatients } from './queries.ts'
import { stepRow } from './step-row.ts'
import { useSettled } from './use-settled.ts'

interface PatientsProps {
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly onOpen: (patient: PatientId) => void
}

/** Who has not typed for so long wants what stands there; Enter does not wait. Milliseconds. */
const searchAfter = 200

/** Several patients, hence no banner: search, those in whose care team one is, and those opened here lately. */
export function Patients({ searchField, onOpen }: PatientsProps) {
  const { session } = useSession()
  const page = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const wanted = typed.trim().replace(/\s+/g, ' ')
  const [settled, settle] = useSettled(wanted, searchAfter)
  const maySearch = session.permissions.includes('patient:search')
  const mayOpen = session.permissions.includes('chart:read')
  useEffect(() => focusFirst(searchField.current), [searchField])
  const searchNow = ({ key, nativeEvent }: KeyboardEvent) => {
    // While a word is being composed, Enter ends the composing: it says nothing about the search.
    if (key === 'Enter' && !nativeEvent.isComposing) settle()
  }
  const move = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : undefined
    if (by !== undefined && page.current && stepRow(page.current, by)) event.preventDefault()
  }
  return (
    <div ref={page} className={styles['patients']} onKeyDown={move} role="presentation">
      <h1 className={styles['title']}>{t('patients.title')}</h1>
      <search className={styles['search']}>
        <label htmlFor="patient-search">{t('patients.search')}</label>
        <div className={styles['field']}>
          <Icon name="search" />
          <input
            ref={searchField}
            id="patient-search"
            type="search"
            autoComplete="off"
            autoCorrect="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={100}
            aria-describedby="patient-search-hint"
            data-testid="patient-search"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={searchNow}
          />
        </div>
        <p id="patient-search-hint" className={styles['hint']}>
          {wanted.length > 0 && wanted.length < shortestSearch ? t('patients.tooShort') : t('patients.searchHint')}
        </p>
      </search>
      {mayOpen ? null : <Notice tone="quiet">{t('patients.mayNotOpen')}</Notice>}
      {wanted.length >= shortestSearch ? (
        <Found text={settled === wanted ? wanted : ''} mayOpen={mayOpen} onOpen={onOpen} />
      ) : (
        <Own maySearch={maySearch} mayOpen={mayOpen} onOpen={onOpen} />
      )}
    </div>
  )
}

interface ListProps {
  readonly mayOpen: boolean
  readonly onOpen: (patient: PatientId) => void
}

/** `text` is empty until what is typed has settled. */
function Found({ text, ...list }: ListProps & { readonly text: string }) {
  const search = usePatientSearch(text)
  const answer = search.data
  return (
    <PatientList
      {...list}
      title={t('patients.results')}
      testId="found"
      answer={answer}
      failure={search.error ? failureOf(search.error) : undefined}
      onRetry={() => void search.refetch()}
      busy={t('patients.searching')}
      empty={
        <>
          <strong>{t('patients.noneFound')}</strong> {t('patients.noneFoundNext')}
        </>
      }
      search={text}
      summary={(count) => summaryOf(answer, count)}
    />
  )
}

function summaryOf(answer: OutputOf<'patients.search'> | undefined, count: number): string {
  return answer?.cut ? t('patients.cut', { count }) : t('patients.found', { count })
}

function Own({ maySearch, ...list }: ListProps & { readonly maySearch: boolean }) {
  const mine = useMyPatients(maySearch)
  const recent = useRecentPatients(maySearch)
  return (
    <>
      <PatientList
        {...list}
        title={t('patients.mine')}
        testId="mine"
        answer={mine.data}
        failure={mine.error ? failureOf(mine.error) : undefined}
        onRetry={() => void mine.refetch()}
        busy={t('section.loading')}
        empty={t('patients.mineNone')}
        summary={(count) => (mine.data?.cut ? t('patients.cut', { count }) : '')}
      />
      <PatientList
        {...list}
        title={t('patients.recent')}
        testId="recent"
        answer={recent.data}
        failure={recent.error ? failureOf(recent.error) : undefined}
        onRetry={() => void recent.refetch()}
        busy={t('section.loading')}
        empty={t('patients.recentNone')}
      />
    </>
  )
}
