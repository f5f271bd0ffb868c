import { useCallback } from 'react'
import { assertNever } from '../../../../shared/assert-never.ts'
import { type DrugName, type MedicationRow, type Medications, readMedications } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Disclosure } from '../../../ui/Disclosure.tsx'
import table from '../../../ui/table.module.css'
import { directionWords } from '../words/direction-words.ts'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { dateWords, recordedWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** What is taken now; on demand what was, what is only planned, and what must not be given. Names whole, never cut. */
export function MedicationsSection({ patient, limit, onShow }: SectionProps) {
  const { clock, zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readMedications(resources, { now: clock.now(), zone }), [clock, zone])
  return (
    <SectionPanel patient={patient} section="medications" title={t('medications.title')} read={read} count={(found) => found.current.length} isEmpty={isEmpty} empty={t('section.noneRecorded')}>
      {({ current, past, planned, prohibited }) => (
        <>
          {prohibited.length > 0 ? (
            <>
              <h3 className={styles['status']}>{t('medications.prohibited')}</h3>
              <MedicationTable rows={prohibited} zone={zone} />
            </>
          ) : null}
          {current.length > 0 ? <MedicationTable rows={current.slice(0, limit)} zone={zone} /> : <p>{t('medications.noneCurrent')}</p>}
          <ShowAll shown={limit} of={current.length} onShow={onShow && (() => onShow('medications'))} />
          {planned.length > 0 ? (
            <Disclosure label={t('medications.planned', { count: planned.length })}>
              <MedicationTable rows={planned} zone={zone} />
            </Disclosure>
          ) : null}
          {past.length > 0 ? (
            <Disclosure label={t('medications.past', { count: past.length })}>
              <MedicationTable rows={past} zone={zone} />
            </Disclosure>
          ) : null}
        </>
      )}
    </SectionPanel>
  )
}

function isEmpty({ current, past, planned, prohibited }: Medications): boolean {
  return current.length + past.length + planned.length + prohibited.length === 0
}

function MedicationTable({ rows, zone }: { readonly rows: Medications['current']; readonly zone: string }) {
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('medications.name')}</th>
          <th scope="col">{t('medications.since')}</th>
          <th scope="col">{t('medications.prescriber')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) =>
          row.kind === 'malformed' ? (
            <MalformedRow key={row.id ?? index} columns={3} />
          ) : (
            <tr key={row.id ?? index}>
              <th scope="row">
                <bdi className={table['strong']}>{drugWords(row.name)}</bdi>
                <Qualifiers row={row} />
                <span className={styles['detail']}>{directionWords(row.directions)}</span>
                {row.directions.some((line) => line.risky.length > 0) ? <span className={styles['status']}>{t('medications.risky')}</span> : null}
                <Modifier of={row} />
              </th>
              <td className={styles['when']}>{dateWords(row.since, zone)}</td>
              <td className={table['quiet']}>{recordedWords(row.prescriber, (name) => name)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}

/** Generic name first, whole; the author's other words beside it. */
function drugWords(name: DrugName): string {
  switch (name.kind) {
    case 'recorded':
      return name.asWritten === undefined ? name.display : `${name.display} (${name.asWritten})`
    case 'code-only':
      return t('words.codeOnly', { code: name.code })
    case 'not-recorded':
      return t('words.notRecorded')
    case 'not-known':
      return t('words.notKnown')
    default:
      return assertNever(name)
  }
}

/** What makes a medication other than plainly active and ordered here. */
function Qualifiers({ row }: { readonly row: MedicationRow }) {
  const said = [
    row.status === 'active' ? '' : t(`medications.status.${row.status}`),
    row.intent === 'plan' ? t('medications.plan') : '',
    row.reported ? t('medications.reported') : '',
    row.isPastItsEnd ? t('medications.pastItsEnd') : '',
  ].filter((word) => word !== '')
  return said.length === 0 ? null : <span className={styles['status']}> {said.join(', ')}</span>
}
