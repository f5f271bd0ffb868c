import { useCallback } from 'react'
import { readNotes } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import table from '../../../ui/table.module.css'
import { noteTitle, noteStatus } from '../words/note-words.ts'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { ShowAll } from '../ShowAll.tsx'
import { dateWords, recordedWords } from '../words/words.ts'
import { MalformedRow } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** The newest notes by title; they are read in the notes view. */
export function NotesSection({ patient, limit, onShow }: SectionProps) {
  const { zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readNotes(resources, zone), [zone])
  return (
    <SectionPanel patient={patient} section="notes" title={t('notes.title')} read={read} count={(rows) => rows.length} isEmpty={(rows) => rows.length === 0} empty={t('section.noneRecorded')}>
      {(rows, { hasMore }) => (
        <>
          <table className={table['table']}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{t('notes.date')}</th>
                <th scope="col">{t('notes.name')}</th>
                <th scope="col">{t('notes.author')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, limit).map((row, index) =>
                row.kind === 'malformed' ? (
                  <MalformedRow key={row.id ?? index} columns={3} />
                ) : (
                  <tr key={row.id ?? index}>
                    <td className={styles['date']}>{dateWords(row.date, zone)}</td>
                    <th scope="row">
                      {onShow && row.kind === 'note' ? (
                        <Button kind="plain" onClick={() => onShow('notes')}>
                          {noteTitle(row)}
                        </Button>
                      ) : (
                        noteTitle(row)
                      )}
                      <span className={styles['status']}> {noteStatus(row)}</span>
                    </th>
                    <td className={table['quiet']}>{row.kind === 'note' ? row.authors.map((author) => recordedWords(author, (name) => name)).join(', ') : ''}</td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
          <ShowAll shown={hasMore ? 0 : limit} of={rows.length} onShow={onShow && (() => onShow('notes'))} />
        </>
      )}
    </SectionPanel>
  )
}
