import { assertNever } from '../../../../shared/assert-never.ts'
import { type Concept, elapsed, formatDate, formatDateTime, formatElapsed, formatQuantity, type PartialDate, type Recorded, type Viewpoint, type When } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'

/** What a coded thing is called; what has no name says so, and shows its code. */
export function conceptWords(concept: Concept): string {
  switch (concept.kind) {
    case 'recorded':
      return concept.text
    case 'code-only':
      return t('words.codeOnly', { code: concept.code })
    default:
      return nothingWords(concept.kind)
  }
}

/** What a record says, or in words which kind of nothing it says. */
export function recordedWords<T>(entry: Recorded<T>, say: (value: T) => string): string {
  return entry.kind === 'recorded' ? say(entry.value) : nothingWords(entry.kind)
}

/** Which kind of nothing a record says. */
function nothingWords(kind: 'not-recorded' | 'not-known' | 'malformed'): string {
  switch (kind) {
    case 'not-recorded':
      return t('words.notRecorded')
    case 'not-known':
      return t('words.notKnown')
    case 'malformed':
      return t('words.unreadable')
    default:
      return assertNever(kind)
  }
}

/** When something was or began, as exactly as it is known. */
export function whenWords(when: When, zone: string): string {
  switch (when.kind) {
    case 'date':
      return formatDate(when.date, zone)
    case 'period':
      return periodWords(when.start, when.end, zone)
    case 'age':
      return t('words.atAge', { age: formatQuantity(when.age) })
    case 'age-range':
      return t('words.atAge', { age: [when.low, when.high].flatMap((age) => (age ? formatQuantity(age) : [])).join(' – ') })
    case 'text':
      return when.text
    default:
      return nothingWords(when.kind)
  }
}

function periodWords(start: PartialDate | undefined, end: PartialDate | undefined, zone: string): string {
  const [from, to] = [start, end].map((date) => (date ? formatDate(date, zone) : undefined))
  if (from === undefined) return to === undefined ? t('words.notRecorded') : t('words.until', { date: to })
  return to === undefined ? t('words.since', { date: from }) : from === to ? from : `${from} – ${to}`
}

/** A date; with its time where that is known and asked for. */
export function dateWords(date: PartialDate | undefined, zone: string, withTime = false): string {
  if (!date) return t('words.notRecorded')
  return withTime ? formatDateTime(date, zone) : formatDate(date, zone)
}

/** How long ago: stands beside a date, never instead of it. */
export function agoWords(date: PartialDate | undefined, at: Viewpoint): string {
  return date ? formatElapsed(elapsed(date, at)) : ''
}
