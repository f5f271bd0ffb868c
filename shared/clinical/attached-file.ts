import type { Attachment, DocumentReference, DocumentReferenceContent } from '@medplum/fhirtypes'
import { fields, isAbsent, items, line, resource, type Untrusted } from './untrusted.ts'

/** How a file can be shown here. */
export type FileKind = 'pdf' | 'image' | 'text'

/** What a media type promises: `unsaid` where it says no more than that there are bytes, `other` for what is not shown here. */
export type DeclaredKind = FileKind | 'unsaid' | 'other'

/** The file that a document names, as the document describes it. */
export interface AttachedFile {
  readonly at: { readonly kind: 'inside'; readonly data: string } | { readonly kind: 'elsewhere'; readonly url: string }
  readonly declared: DeclaredKind
}

const images = /^image\/(?:png|jpe?g|gif|webp)$/
/** HTML, XML and SVG are shown as the text that they are: nothing of a file is ever mark-up here. */
const texts = /^(?:text\/[\w.+-]+|application\/(?:xml|json|xhtml\+xml|fhir\+(?:xml|json)|hl7-[\w.+-]+)|image\/svg\+xml)$/

export function declaredKind(contentType: unknown): DeclaredKind {
  const type = line(contentType)?.toLowerCase().split(';')[0]?.trim()
  if (type === undefined || type === 'application/octet-stream' || type === 'binary/octet-stream') return 'unsaid'
  if (type === 'application/pdf' || type === 'application/x-pdf') return 'pdf'
  if (images.test(type)) return 'image'
  return texts.test(type) && type !== 'text/rtf' ? 'text' : 'other'
}

/** The one that can be shown best, of all that a document says it is; undefined where it names none, or is no document. */
export function attachedFile(document: unknown): AttachedFile | undefined {
  const read = resource<DocumentReference>(document, 'DocumentReference')
  const files = items<DocumentReferenceContent>(read?.content).flatMap(({ attachment }) => fileOf(fields<Attachment>(attachment)) ?? [])
  const order: readonly DeclaredKind[] = ['pdf', 'image', 'text', 'unsaid', 'other']
  return order.map((kind) => files.find(({ declared }) => declared === kind)).find((file) => file !== undefined)
}

function fileOf(attachment: Untrusted<Attachment> | undefined): AttachedFile | undefined {
  if (attachment === undefined) return undefined
  const declared = declaredKind(attachment.contentType)
  if (typeof attachment.data === 'string' && attachment.data !== '') return { at: { kind: 'inside', data: attachment.data }, declared }
  const url = line(attachment.url)
  return isAbsent(url) ? undefined : { at: { kind: 'elsewhere', url }, declared }
}
