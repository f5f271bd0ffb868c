import { useCallback } from 'react'
import { type ProblemRow, type Problems, readProblems } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Disclosure } from '../../../ui/Disclosure.tsx'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { conceptWords, whenWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'

/** The problem list: what is current, and on demand what is past or was ruled out. */
export function ProblemsSection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readProblems(resources, zone), [zone])
  return (
    <SectionPanel patient={patient} section="problems" title={t('problems.title')} read={read} count={(found) => found.active.length} isEmpty={isEmpty} empty={t('section.noneRecorded')}>
      {({ active, past, refuted }) => (
        <>
          {active.length > 0 ? <ProblemTable rows={active.slice(0, limit)} zone={zone} /> : <p>{t('section.noneRecorded')}</p>}
          <ShowAll shown={limit} of={active.length} onShow={onShow && (() => onShow('history'))} />
          {past.length > 0 ? (
            <Disclosure label={t('problems.past', { count: past.length })}>
              <ProblemTable rows={past} zone={zone} />
            </Disclosure>
          ) : null}
          {refuted.length > 0 ? (
            <Disclosure label={t('problems.refuted', { count: refuted.length })}>
              <ProblemTable rows={refuted} zone={zone} />
            </Disclosure>
          ) : null}
        </>
      )}
    </SectionPanel>
  )
}

function isEmpty({ active, past, refuted }: Problems): boolean {
  return active.length + past.length + refuted.length === 0
}

function ProblemTable({ rows, zone }: { readonly rows: Problems['active']; readonly zone: string }) {
  return (
    <table className={table['table']}>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('problems.name')}</th>
          <th scope="col">{t('problems.since')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) =>
          row.kind === 'malformed' ? (
            <MalformedRow key={row.id ?? index} columns={2} />
          ) : (
            <tr key={row.id ?? index}>
              <th scope="row">
                <bdi>{conceptWords(row.name)}</bdi>
                <span className={table['quiet']}>{qualifiers(row)}</span>
                <Modifier of={row} />
              </th>
              <td className={table['number']}>
                <span className={table['quiet']}>{whenWords(row.onset, zone)}</span>
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}

/** What makes a problem other than plainly active and confirmed. */
function qualifiers({ clinicalStatus, verification }: ProblemRow): string {
  const status = clinicalStatus === 'active' ? [] : [t(`problems.status.${clinicalStatus}`)]
  const certainty = verification === 'confirmed' || verification === 'not-recorded' ? [] : [t(`problems.verification.${verification}`)]
  return [...status, ...certainty].map((word) => ` · ${word}`).join('')
}
