import { useMemo, useState } from 'react'
import type { AuditRow } from '../../../shared/audit-trail/row.ts'
import type { AuditFilter } from '../../../shared/contract/index.ts'
import { t } from '../../messages/index.ts'
import { useServices } from '../../services/index.ts'
import { PartedPage } from '../../ui/PartedPage.tsx'
import text from '../../ui/text.module.css'
import { Disclosures } from './Disclosures.tsx'
import { EntryDetails } from './EntryDetails.tsx'
import { FilterBar } from './FilterBar.tsx'
import { type Asked, filterOf, firstQuestion } from './question.ts'
import { TrailPart } from './TrailPart.tsx'
import { TrailTable } from './TrailTable.tsx'
import { useTrail } from './use-trail.ts'

const parts = ['trail', 'disclosures'] as const
const titleOf = (part: (typeof parts)[number]) => t(part === 'trail' ? 'audit.title' : 'disclosures.title')

/** What was done with records, and what left, for who reviews it: no chart opens from here. */
export function AuditView() {
  const [part, setPart] = useState<(typeof parts)[number]>('trail')
  return (
    <PartedPage testId="audit-view" title={titleOf(part)} partsLabel={t('audit.parts')} parts={parts.map((id) => ({ id, label: titleOf(id) }))} shown={part} onShow={setPart} partTestId="audit-part">
      <p className={text['quiet']} data-print="never">
        {t(part === 'trail' ? 'audit.lead' : 'disclosures.lead')}
      </p>
      {part === 'trail' ? <TrailView /> : <Disclosures />}
    </PartedPage>
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
