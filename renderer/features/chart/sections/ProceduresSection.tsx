import { useCallback } from 'react'
import { type Malformed, type ProcedureRow, readProcedures } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { conceptWords, whenWords } from '../words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** What was done, and what was recorded as not done, told apart. */
export function ProceduresSection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readProcedures(resources, zone), [zone])
  return (
    <SectionPanel
      patient={patient}
      section="procedures"
      title={t('procedures.title')}
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
                <th scope="col">{t('procedures.when')}</th>
                <th scope="col">{t('procedures.name')}</th>
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

function Row({ row, zone }: { readonly row: ProcedureRow | Malformed; readonly zone: string }) {
  if (row.kind === 'malformed') return <MalformedRow columns={2} />
  return (
    <tr>
      <td className={styles['date']}>{whenWords(row.performed, zone)}</td>
      <th scope="row">
        {conceptWords(row.name)}
        {row.status === 'completed' ? null : (
          <span className={styles['status']}>
            {' '}
            {t(`procedures.status.${row.status}`)}
            {row.status === 'not-done' && row.statusReason.kind === 'recorded' ? `: ${row.statusReason.text}` : ''}
          </span>
        )}
        <Modifier of={row} />
      </th>
    </tr>
  )
}
