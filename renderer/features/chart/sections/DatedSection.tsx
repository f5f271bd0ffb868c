import { type ReactNode, useCallback } from 'react'
import type { Malformed, When } from '../../../../shared/clinical/index.ts'
import type { SectionName } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { whenWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

interface Dated {
  readonly kind: string
  readonly id: string | undefined
  readonly hasUnknownModifier: boolean
}

interface DatedSectionProps<Row extends Dated> extends SectionProps {
  readonly section: SectionName
  readonly title: string
  /** For who hears the table read out. */
  readonly heads: { readonly when: string; readonly what: string }
  /** FHIR → what a clinician reads. Must be the same function at every rendering. */
  readonly read: (resources: readonly unknown[], zone: string) => readonly (Row | Malformed)[]
  readonly whenOf: (row: Row) => When
  readonly whatOf: (row: Row) => ReactNode
}

/** A section whose lines say when, and what. The whole of it is in the history. */
export function DatedSection<Row extends Dated>({ patient, limit, onShow, section, title, heads, read, whenOf, whatOf }: DatedSectionProps<Row>) {
  const { zone } = useServices()
  const readHere = useCallback((resources: readonly unknown[]) => read(resources, zone), [read, zone])
  return (
    <SectionPanel
      patient={patient}
      section={section}
      title={title}
      read={readHere}
      count={(rows) => rows.length}
      isEmpty={(rows) => rows.length === 0}
      empty={t('section.noneRecorded')}
    >
      {(rows) => (
        <>
          <table className={table['table']}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{heads.when}</th>
                <th scope="col">{heads.what}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map((row, index) =>
                isMalformed(row) ? (
                  <MalformedRow key={row.id ?? index} columns={2} />
                ) : (
                  <tr key={row.id ?? index}>
                    <td className={styles['date']}>{whenWords(whenOf(row), zone)}</td>
                    <th scope="row">
                      {whatOf(row)}
                      <Modifier of={row} />
                    </th>
                  </tr>
                ),
              )}
            </tbody>
          </table>
          <ShowAll shown={limit} of={rows.length} onShow={onShow && (() => onShow('history'))} />
        </>
      )}
    </SectionPanel>
  )
}

const isMalformed = (row: { readonly kind: string }): row is Malformed => row.kind === 'malformed'
