import { useMemo, useState } from 'react'
import type { PatientId } from '../../../../shared/contract/index.ts'
import { type NoteRow, readNotes, type WithdrawnNote } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import { Notice } from '../../../ui/Notice.tsx'
import { DocumentFile } from '../../documents/index.ts'
import { FailureNotice } from '../../failure/index.ts'
import { bodyWords, noteStatus, noteTitle } from '../words/note-words.ts'
import { Age, type ReadySection, Refused } from '../SectionPanel.tsx'
import { useAllPages } from '../load/use-all-pages.ts'
import { useDocumentPort } from '../load/use-document-port.ts'
import { useSection } from '../load/use-section.ts'
import { agoWords, dateWords, recordedWords } from '../words/words.ts'
import styles from './NotesView.module.css'
import type { ViewProps } from './view-props.ts'

/** The notes by date, and the one that is being read beside them. */
export function NotesView({ patient }: ViewProps) {
  const found = useSection(patient, 'notes')
  useAllPages(found)
  if (found.state === 'loading') return <p aria-busy="true">{t('section.loading')}</p>
  if (found.state === 'failed') return <FailureNotice failure={found.failure} onRetry={found.retry} />
  return <Notes patient={patient} ready={found} />
}

function Notes({ patient, ready }: { readonly patient: PatientId; readonly ready: ReadySection }) {
  const { zone } = useServices()
  const rows = useMemo(() => readNotes(ready.resources, zone), [ready.resources, zone])
  const notes = rows.flatMap((row) => (row.kind === 'malformed' ? [] : [row]))
  const unreadable = rows.length - notes.length
  const [chosen, setChosen] = useState<string>()
  const open = notes.find((note) => note.id === chosen) ?? notes.find((note) => note.kind === 'note')
  return (
    <section aria-label={t('notes.title')} data-holds-still>
      <Age ready={ready} />
      <Refused ready={ready} />
      {unreadable > 0 ? <Notice tone="caution">{t('section.refusedMalformed', { count: unreadable })}</Notice> : null}
      {ready.moreFailure ? <FailureNotice failure={ready.moreFailure} onRetry={ready.loadMore} role="alert" /> : null}
      {notes.length === 0 ? (
        <p>{t(ready.isPartial ? 'section.nothingReadable' : 'section.noneRecorded')}</p>
      ) : (
        <div className={styles['notes']}>
          <ul className={styles['list']} aria-label={t('notes.list')}>
            {notes.map((note, index) => (
              <li key={note.id ?? index}>
                <button type="button" className={styles['item']} aria-current={note === open ? 'true' : undefined} onClick={() => setChosen(note.id)}>
                  <span className={styles['title']}>{noteTitle(note)}</span>
                  <span className={styles['quiet']}>
                    {dateWords(note.date, zone)} {note.kind === 'note' ? authors(note) : ''}
                  </span>
                  <span className={styles['status']}>{noteStatus(note)}</span>
                </button>
              </li>
            ))}
          </ul>
          {open ? <Reader key={open.id ?? ''} patient={patient} note={open} zone={zone} /> : null}
        </div>
      )}
    </section>
  )
}

function Reader({ patient, note, zone }: { readonly patient: PatientId; readonly note: NoteRow | WithdrawnNote; readonly zone: string }) {
  const { clock } = useServices()
  const status = noteStatus(note)
  return (
    <article className={styles['reader']} aria-labelledby="note-open">
      <h2 id="note-open" className={styles['heading']}>
        {noteTitle(note)}
      </h2>
      <p className={styles['quiet']}>
        {dateWords(note.date, zone, true)} ({agoWords(note.date, { now: clock.now(), zone })}) {note.kind === 'note' ? `· ${authors(note)}` : ''}
        {note.kind === 'note' && note.signedBy.kind === 'recorded' ? ` · ${t('notes.signedBy', { name: note.signedBy.value })}` : ''}
      </p>
      {status === '' ? null : <Notice tone="caution">{status}</Notice>}
      {note.kind === 'note' ? (
        <>
          {note.hasUnknownModifier ? <Notice tone="caution">{t('words.modifier')}</Notice> : null}
          <Body patient={patient} note={note} />
        </>
      ) : null}
    </article>
  )
}

/** What there is to read of a note: its text, or the file that it names. */
function Body({ patient, note }: { readonly patient: PatientId; readonly note: NoteRow }) {
  const port = useDocumentPort(patient, note.id)
  const { body } = note
  if (port !== undefined && (body.kind === 'elsewhere' || body.kind === 'unsupported')) return <DocumentFile port={port} title={noteTitle(note)} contentType={body.contentType} />
  return (
    <>
      {bodyWords(body) === '' ? null : <Notice tone="caution">{bodyWords(body)}</Notice>}
      {/* Plain text, whatever it came as: nothing of a note is ever markup here. */}
      {body.kind === 'text' ? (
        <div className={styles['text']} dir="auto">
          {body.text}
        </div>
      ) : null}
    </>
  )
}

function authors({ authors: all }: NoteRow): string {
  return all.length > 0 ? all.map((author) => recordedWords(author, (name) => name)).join(', ') : t('notes.noAuthor')
}
