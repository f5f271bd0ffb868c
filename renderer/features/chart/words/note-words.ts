import { assertNever } from '../../../../shared/assert-never.ts'
import type { NoteBody, NoteRow, WithdrawnNote } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { conceptWords } from './words.ts'

/** What a note is called: its title, else its type. */
export function noteTitle(note: NoteRow | WithdrawnNote): string {
  return note.kind === 'note' && note.title !== undefined ? note.title : conceptWords(note.type)
}

/** Everything but a final, current note is said. */
export function noteStatus(note: NoteRow | WithdrawnNote): string {
  if (note.kind === 'withdrawn-note') return t('notes.withdrawn')
  const said = [
    note.status === 'superseded' ? t('notes.superseded') : note.status === 'unknown' ? t('notes.statusUnknown') : '',
    note.docStatus === 'preliminary' ? t('notes.preliminary') : note.docStatus === 'amended' ? t('notes.amended') : '',
  ]
  return said.filter((word) => word !== '').join(', ')
}

/** Why there is no text to read; nothing where there is. */
export function bodyWords(body: NoteBody): string {
  switch (body.kind) {
    case 'text':
      return body.damaged ? t('notes.damaged') : ''
    case 'elsewhere':
      return t('notes.elsewhere')
    case 'unsupported':
      return t('notes.unsupported', { type: body.contentType ?? t('words.notRecorded') })
    case 'too-large':
      return t('notes.tooLarge')
    case 'not-recorded':
      return t('notes.noText')
    case 'malformed':
      return t('words.unreadable')
    default:
      return assertNever(body)
  }
}
