import { isUtf8 } from 'node:buffer'
import type { DeclaredKind, FileKind } from '../../../shared/clinical/index.ts'
import { ChartkeepError } from '../../../shared/errors.ts'

/** A file as it is to be shown. */
export interface SniffedFile {
  readonly kind: FileKind
  /** Of the bytes, not of what was said of them. */
  readonly contentType: string
}

const at = (bytes: Buffer, text: string, from = 0) => bytes.toString('latin1', from, from + text.length) === text

/** What a file is by its beginning: for one that is not shown whole, or not yet. `other` is not shown here. */
export function sniffHead(head: Buffer): SniffedFile | { readonly kind: 'other'; readonly contentType: string } {
  // The beginning may end inside of a character, which is no damage.
  const end = [0, 1, 2, 3].find((cut) => isUtf8(head.subarray(0, head.length - cut))) ?? 0
  return sniffed(head.subarray(0, head.length - end)) ?? { kind: 'other', contentType: 'application/octet-stream' }
}

/** By the bytes that each format begins with; text is what is all UTF-8 without control characters. */
function sniffed(bytes: Buffer): SniffedFile | undefined {
  if (at(bytes, '%PDF-')) return { kind: 'pdf', contentType: 'application/pdf' }
  if (at(bytes, '\x89PNG\r\n\x1a\n')) return { kind: 'image', contentType: 'image/png' }
  if (at(bytes, '\xff\xd8\xff')) return { kind: 'image', contentType: 'image/jpeg' }
  if (at(bytes, 'GIF87a') || at(bytes, 'GIF89a')) return { kind: 'image', contentType: 'image/gif' }
  if (at(bytes, 'RIFF') && at(bytes, 'WEBP', 8)) return { kind: 'image', contentType: 'image/webp' }
  const head = bytes.subarray(0, 4096)
  // Tabs, line ends and form feeds are text's own.
  const isBinary = head.some((byte) => byte < 9 || (byte > 13 && byte < 32)) || !isUtf8(bytes)
  return isBinary ? undefined : { kind: 'text', contentType: 'text/plain' }
}

/**
 * What a file is: by its bytes, which must be what was declared. A page that calls itself a PDF is refused, not shown as either.
 * Throws `malformed` where the two differ, `not-viewable` for what is not shown here.
 */
export function sniff(bytes: Buffer, declared: DeclaredKind): SniffedFile {
  if (declared === 'other') throw new ChartkeepError('not-viewable')
  const found = sniffed(bytes)
  if (declared === 'unsaid') {
    if (found === undefined) throw new ChartkeepError('not-viewable')
    return found
  }
  if (found?.kind !== declared) throw new ChartkeepError('malformed')
  return found
}
