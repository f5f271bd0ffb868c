import { useCallback } from 'react'
import { type EncounterRow, type Malformed, readEncounters } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { conceptWords, whenWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

type Rows = readonly (EncounterRow | Malformed)[]

/** When the patient was seen, where, by whom, and why. */
export function EncountersSection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readEncounters(resources, zone), [zone])
  return (
    <SectionPanel patient={patient} section="encounters" title={t('encounters.title')} read={read} count={(rows) => rows.length} isEmpty={(rows) => rows.length === 0} empty={t('section.noneRecorded')}>
      {(rows, { hasMore }) => (
        <>
          <EncounterTable rows={rows.slice(0, limit)} zone={zone} />
          <ShowAll shown={hasMore ? 0 : limit} of={rows.length} onShow={onShow && (() => onShow('encounters'))} />
        </>
      )}
    </SectionPanel>
  )
}

function EncounterTable({ rows, zone }: { readonly rows: Rows; readonly zone: string }) {
  return (
    <table className={table['table']}>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('encounters.when')}</th>
          <th scope="col">{t('encounters.what')}</th>
          <th scope="col">{t('encounters.who')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) =>
          row.kind === 'malformed' ? (
            <MalformedRow key={row.id ?? index} columns={3} />
          ) : (
            <tr key={row.id ?? index}>
              <td className={styles['date']}>{whenWords(row.period, zone)}</td>
              <th scope="row">
                {classWords(row)}
                {row.types.length > 0 ? ` · ${row.types.map(conceptWords).join(', ')}` : ''}
                {row.status === 'finished' ? null : <span className={styles['status']}> {t(`encounters.status.${row.status}`)}</span>}
                {row.reasons.length > 0 ? <span className={styles['detail']}>{row.reasons.map(conceptWords).join(', ')}</span> : null}
                <Modifier of={row} />
              </th>
              <td className={table['quiet']}>{whoAndWhere(row)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}

function classWords(row: EncounterRow): string {
  return row.class === 'other' ? conceptWords(row.className) : t(`encounters.class.${row.class}`)
}

function whoAndWhere({ practitioner, location, organization }: EncounterRow): string {
  const said = [practitioner, location.kind === 'recorded' ? location : organization].flatMap((entry) => (entry.kind === 'recorded' ? entry.value : []))
  return said.length > 0 ? said.join(', ') : t('words.notRecorded')
}
