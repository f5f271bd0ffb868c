import { useMemo } from 'react'
import { type Allergies, readAllergies } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { Disclosure } from '../../../ui/Disclosure.tsx'
import { Notice } from '../../../ui/Notice.tsx'
import table from '../../../ui/table.module.css'
import { CriticalMark } from '../results/CriticalMark.tsx'
import { reactionWords } from '../words/reaction-words.ts'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { conceptWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'

/** What the patient must not be given. "No known allergies" only where somebody said so. */
export function AllergiesSection({ patient }: SectionProps) {
  return (
    <SectionPanel patient={patient} section="allergies" title={t('allergies.title')} read={readAllergies} count={(found) => found.active.length} isEmpty={isEmpty} empty={t('allergies.noneRecorded')}>
      {(allergies) => <AllergyList allergies={allergies} />}
    </SectionPanel>
  )
}

/** Empty is the list about which nothing was said; an asserted "none" is something that was said. */
function isEmpty(allergies: Allergies): boolean {
  return allergies.state === 'none-recorded' && allergies.history.length === 0
}

function AllergyList({ allergies }: { readonly allergies: Allergies }) {
  const { active, history, assertions, state, contradictory } = allergies
  const said = useMemo(() => assertions.map(({ scope }) => t(`allergies.assertion.${scope}`)), [assertions])
  return (
    <>
      {contradictory ? <Notice tone="caution">{t('allergies.contradictory')}</Notice> : null}
      {state === 'not-known' ? <p>{t('allergies.notKnown')}</p> : null}
      {state === 'none-recorded' ? <p>{t('allergies.noneRecorded')}</p> : null}
      {said.length > 0 ? <p className={table['strong']}>{said.join(' · ')}</p> : null}
      {active.length > 0 ? <AllergyTable rows={active} /> : null}
      {history.length > 0 ? (
        <Disclosure label={t('allergies.past', { count: history.length })}>
          <AllergyTable rows={history} />
        </Disclosure>
      ) : null}
    </>
  )
}

function AllergyTable({ rows }: { readonly rows: Allergies['active'] }) {
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('allergies.agent')}</th>
          <th scope="col">{t('allergies.criticality')}</th>
          <th scope="col">{t('allergies.reaction')}</th>
          <th scope="col">{t('allergies.status')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) =>
          row.kind === 'malformed' ? (
            <MalformedRow key={row.id ?? index} columns={4} />
          ) : (
            <tr key={row.id ?? index}>
              <th scope="row" className={table['strong']}>
                <bdi>{conceptWords(row.agent)}</bdi>
                <Modifier of={row} />
              </th>
              <td>{row.criticality === 'high' ? <CriticalMark>{t('allergies.criticality.high')}</CriticalMark> : t(`allergies.criticality.${row.criticality}`)}</td>
              <td>{reactionWords(row)}</td>
              <td>
                {t(`allergies.status.${row.clinicalStatus}`)}, {t(`allergies.verification.${row.verification}`)}
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
