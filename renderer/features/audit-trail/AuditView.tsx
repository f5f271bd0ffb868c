import { useMemo, useState } from 'react'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import type { AuditFilter } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import styles from './AuditView.module.css'
import { Disclosures } from './Disclosures.tsx'
import { EntryDetails } from './EntryDetails.tsx'
import { FilterBar } from './FilterBar.tsx'
import { type Asked, filterOf, firstQuestion } from './question.ts'
import { TrailPart } from './TrailPart.tsx'
import { TrailTable } from './TrailTable.tsx'
import { useTrail } from './use-trail.ts'

const parts = ['trail', 'disclosures'] as const

/** What was done with records, and what left, for who reviews it: no chart opens from here. */
export function AuditView() {
  const [part, setPart] = useState<(typeof parts)[number]>('trail')
  return (
    <main className={styles['page']} data-testid="audit-view">
      <header className={styles['head']}>
        <h1 className={styles['title']}>{t(part === 'trail' ? 'audit.title' : 'disclosures.title')}</h1>
        <nav className={styles['parts']} aria-label={t('audit.parts')}>
          {parts.map((each) => (
            <button key={each} type="button" className={styles['part']} aria-current={part === each ? 'page' : undefined} data-testid={`audit-part-${each}`} onClick={() => setPart(each)}>
              {t(each === 'trail' ? 'audit.title' : 'disclosures.title')}
            </button>
          ))}
        </nav>
      </header>
      <p className={styles['lead']}>{t(part === 'trail' ? 'audit.lead' : 'disclosures.lead')}</p>
      {part === 'trail' ? <TrailView /> : <Disclosures />}
    </main>
  )
}

function TrailView() {
  const { clock, zone } = useServices()
  const [asked, setAsked] = useState<Asked>(firstQuestion)
  // Made when it is asked: a period until now ends then.
  const [filter, setFilter] = useState<AuditFilter>(() => filterOf(firstQuestion, clock.now(), zone) ?? { from: 0, to: 0 })
  const ask = (question: Asked) => {
    const next = filterOf(question, clock.now(), zone)
    if (next === undefined) return
    setAsked(question)
    setFilter(next)
  }
  return (
    <>
      <FilterBar key={JSON.stringify(asked)} asked={asked} onAsk={ask} />
      <Trail filter={filter} onNarrow={(more) => ask({ ...asked, ...more })} />
    </>
  )
}

function Trail({ filter, onNarrow }: { readonly filter: AuditFilter; readonly onNarrow: (more: Partial<Asked>) => void }) {
  const trail = useTrail(filter)
  const [chosen, choose] = useState<string>()
  const rows = trail.loaded?.rows
  const row = useMemo<AuditRow | undefined>(() => rows?.find(({ id }) => id === chosen), [rows, chosen])
  return (
    <>
      <TrailPart trail={trail} filter={filter} />
      {trail.loaded && trail.loaded.rows.length > 0 ? (
        <>
          <TrailTable rows={trail.loaded.rows} total={trail.loaded.total} order={trail.order} onOrder={trail.sortBy} chosen={row?.id} onChoose={choose} />
          <EntryDetails row={row} onNarrow={onNarrow} />
        </>
      ) : null}
    </>
  )
}
