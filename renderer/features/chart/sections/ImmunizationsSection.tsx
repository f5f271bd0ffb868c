import { useCallback } from 'react'
import { type ImmunizationRow, type Malformed, readImmunizations } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { conceptWords, whenWords } from '../words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** What was given, and what was recorded as not given, told apart. */
export function ImmunizationsSection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readImmunizations(resources, zone), [zone])
  return (
    <SectionPanel
      patient={patient}
      section="immunizations"
      title={t('immunizations.title')}
      read={read}
      count={(rows) => rows.length}
      isEmpty={(rows) => rows.length === 0}
      empty={t('section.noneRecorded')}
    >
      {(rows) => (
        <>
          <table className={table['table']}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{t('immunizations.when')}</th>
                <th scope="col">{t('immunizations.vaccine')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map((row, index) => (
                <Row key={row.id ?? index} row={row} zone={zone} />
              ))}
            </tbody>
          </table>
          <ShowAll shown={limit} of={rows.length} onShow={onShow && (() => onShow('history'))} />
        </>
      )}
    </SectionPanel>
  )
}

function Row({ row, zone }: { readonly row: ImmunizationRow | Malformed; readonly zone: string }) {
  if (row.kind === 'malformed') return <MalformedRow columns={2} />
  const notDone = row.status === 'not-done' ? t('immunizations.notDone', { reason: conceptWords(row.reasonNotDone) }) : row.status === 'unknown' ? t('immunizations.unknown') : ''
  const said = [notDone, row.isSubpotent ? t('immunizations.subpotent') : '', row.primarySource === false ? t('immunizations.reported') : ''].filter((part) => part !== '')
  return (
    <tr>
      <td className={styles['date']}>{whenWords(row.occurrence, zone)}</td>
      <th scope="row">
        {conceptWords(row.vaccine)}
        {row.doseNumber === undefined ? '' : ` · ${t('immunizations.dose', { number: row.doseNumber })}`}
        {said.length > 0 ? <span className={styles['status']}> {said.join(', ')}</span> : null}
        <Modifier of={row} />
      </th>
    </tr>
  )
}
