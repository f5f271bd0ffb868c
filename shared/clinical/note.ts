import type { Attachment, DocumentReference, DocumentReferenceContent, DocumentReferenceRelatesTo, Reference } from '@medplum/fhirtypes'
import { readActor } from './actor.ts'
import type { Concept } from './coding.ts'
import { readConcept, readConcepts } from './coding.ts'
import { newestFirst } from './date-order.ts'
import { textOfHtml } from './html-text.ts'
import type { PartialDate } from './partial-date.ts'
import { readDateTime } from './partial-date.ts'
import type { Recorded } from './recorded.ts'
import type { Malformed, Untrusted } from './untrusted.ts'
import { fields, hasUnknownModifier, isAbsent, items, line, malformed, oneOf, resource } from './untrusted.ts'
import type { Zone } from './zone.ts'

/** What there is to read of a note. Text is plain text, whatever it came as. */
export type NoteBody =
  /** `damaged`: some bytes were not of the character set that the note claims; they are shown as �. */
  | { readonly kind: 'text'; readonly text: string; readonly damaged: boolean }
  /** Not in the record itself: to be fetched. */
  | { readonly kind: 'elsewhere'; readonly url: string; readonly contentType: string | undefined }
  /** There, and not of a kind that can be read here (PDF, CDA, RTF). */
  | { readonly kind: 'unsupported'; readonly contentType: string | undefined }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'malformed' }

export type NoteRow = {
  readonly kind: 'note'
  readonly id: string | undefined
  readonly title: string | undefined
  readonly type: Concept
  readonly categories: readonly Concept[]
  readonly status: 'current' | 'superseded' | 'unknown'
  /** Everything but `final` is to be said. */
  readonly docStatus: 'preliminary' | 'final' | 'amended' | 'not-recorded'
  readonly date: PartialDate | undefined
  readonly authors: readonly Recorded<string>[]
  readonly signedBy: Recorded<string>
  /** Ids of the notes that this one replaces or adds to. */
  readonly replaces: readonly string[]
  readonly appends: readonly string[]
  readonly body: NoteBody
  readonly hasUnknownModifier: boolean
}

/** Taken back: named, without its text. */
export type WithdrawnNote = { readonly kind: 'withdrawn-note'; readonly id: string | undefined; readonly type: Concept; readonly date: PartialDate | undefined }

/** Decoded text beyond this is not for a screen, and not for its memory. */
const largest = 5_000_000

/** Reads the DocumentReferences of one patient, newest first; unreadable ones first of all. */
export function readNotes(resources: readonly unknown[], zone: Zone): readonly (NoteRow | WithdrawnNote | Malformed)[] {
  return resources.map(readNote).sort((a, b) =>
    a.kind === 'malformed' || b.kind === 'malformed'
      ? Number(b.kind === 'malformed') - Number(a.kind === 'malformed')
      : newestFirst(a.date, b.date, zone),
  )
}

function readNote(entry: unknown): NoteRow | WithdrawnNote | Malformed {
  const read = resource<DocumentReference>(entry, 'DocumentReference')
  if (read === undefined) return malformed(entry)
  const type = readConcept(read.type)
  if (type.kind === 'malformed') return malformed(entry)
  const id = line(read.id)
  const date = readDateTime(read.date)
  if (read.status === 'entered-in-error' || read.docStatus === 'entered-in-error') return { kind: 'withdrawn-note', id, type, date }
  const attachments = items<DocumentReferenceContent>(read.content).flatMap(({ attachment }) => fields<Attachment>(attachment) ?? [])
  const related = items<DocumentReferenceRelatesTo>(read.relatesTo)
  const targets = (code: string): readonly string[] =>
    related.filter((relation) => relation.code === code).flatMap(({ target }) => line(fields<Reference>(target)?.reference)?.replace(/^.*DocumentReference\//, '') ?? [])
  return {
    kind: 'note',
    id,
    title: attachments.map(({ title }) => line(title)).find((title) => title !== undefined) ?? line(read.description),
    type,
    categories: readConcepts(read.category),
    status: oneOf(read.status, ['current', 'superseded']) ?? 'unknown',
    docStatus: oneOf(read.docStatus, ['preliminary', 'final', 'amended']) ?? 'not-recorded',
    date,
    authors: Array.isArray(read.author) ? read.author.map((author: unknown) => readActor(author, read.contained)) : [],
    signedBy: readActor(read.authenticator, read.contained),
    replaces: targets('replaces'),
    appends: targets('appends'),
    body: bodyOf(attachments),
    hasUnknownModifier: hasUnknownModifier(read),
  }
}

/** The best form there is: text, then HTML as text, then what lies elsewhere, then what is not for reading here. */
function bodyOf(attachments: readonly Untrusted<Attachment>[]): NoteBody {
  const bodies = attachments.map(readBody)
  const order = ['text', 'too-large', 'elsewhere', 'unsupported', 'malformed'] as const
  for (const kind of order) {
    const found = bodies.find((body) => body.kind === kind)
    if (found !== undefined) return found
  }
  return { kind: 'not-recorded' }
}

/** Reads one attachment: base64 of text/plain or of HTML. */
export function readBody(attachment: Untrusted<Attachment>): NoteBody {
  const contentType = line(attachment.contentType)?.toLowerCase()
  const [type = '', ...parameters] = contentType?.split(';').map((part) => part.trim()) ?? []
  const isHtml = type === 'text/html' || type === 'application/xhtml+xml'
  if (isAbsent(attachment.data)) {
    const url = line(attachment.url)
    return url === undefined ? { kind: 'not-recorded' } : { kind: 'elsewhere', url, contentType }
  }
  if (type !== 'text/plain' && !isHtml) return { kind: 'unsupported', contentType }
  if (typeof attachment.data !== 'string') return { kind: 'malformed' }
  if (attachment.data.length > largest * 1.4) return { kind: 'too-large' }
  const bytes = bytesOf(attachment.data)
  if (bytes === undefined) return { kind: 'malformed' }
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replace(/"/g, '')
  const decoder = decoderFor(charset ?? 'utf-8')
  if (decoder === undefined) return { kind: 'unsupported', contentType }
  const decoded = decoder.decode(bytes)
  return { kind: 'text', text: asPlainText(decoded, isHtml), damaged: decoded.includes('\ufffd') }
}

/** What a page or a text says, without mark-up, controls and direction overrides. It is to be shown as text alone. */
export function asPlainText(text: string, isHtml: boolean): string {
  return tidy(isHtml ? textOfHtml(text) : text)
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(base64)
    const bytes = new Uint8Array(binary.length)
    // A loop over places: an iterator over the characters of a chart's notes takes ten times as long.
    for (let place = 0; place < binary.length; place += 1) bytes[place] = binary.charCodeAt(place)
    return bytes
  } catch {
    return undefined // not base64: the only thing that atob throws at
  }
}

function decoderFor(charset: string): { decode(bytes: Uint8Array<ArrayBuffer>): string } | undefined {
  try {
    return new TextDecoder(charset)
  } catch {
    return undefined // a character set that the platform does not have
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what is being removed
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202d\u202e]/g

/** Lines end alike, no trailing blanks, at most one empty line; no control and no direction override. Nothing else is changed. The look-behind keeps a page of blanks linear. */
function tidy(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(unprintable, '')
    .replace(/(?<![ \t\u00a0])[ \t\u00a0]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
