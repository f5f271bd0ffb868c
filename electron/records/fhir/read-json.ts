import { isUtf8 } from 'node:buffer'
import { parseFhirJson } from '../../../shared/clinical/decimal.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { BodyReader } from '../../transport/index.ts'
import { type JsonBounds, JsonPieces } from './json-pieces.ts'

/** One page of a search, or one resource. A note with its PDF inside is the largest thing that is one entry. */
export const pageBounds: JsonBounds = {
  bytes: 16 * 1024 * 1024,
  entryBytes: 8 * 1024 * 1024,
  frameBytes: 8 * 1024 * 1024,
  entries: 2_000,
  depth: 64,
  values: 1_000_000,
  pieceValues: 50_000,
}

/** What stands for an entry that could not be read: it has no resource, and is counted as malformed by who reads the bundle. */
const unreadable = Object.freeze({})

/**
 * Parses a FHIR document as it comes in, entry by entry, so that neither its bytes nor its text are ever held whole and nothing
 * else waits for a long parse. An entry that is too large, too deep, not UTF-8 or hostile is left out alone.
 * `read` is told the bytes as they come. Throws `too-large` beyond a bound, `malformed` if it is not JSON.
 */
export function fhirJsonReader(bounds: JsonBounds = pageBounds, read: (bytes: number) => void = () => undefined): BodyReader<unknown> {
  const entries: unknown[] = []
  const pieces = new JsonPieces(bounds, {
    entry: (bytes) => void entries.push(isUtf8(bytes) ? withoutTraps(parsed(bytes.toString('utf8'))) ?? unreadable : unreadable),
    unread: () => void entries.push(unreadable),
  })
  return {
    take(piece) {
      read(piece.length)
      pieces.take(piece)
      return 'more'
    },
    end() {
      const { frame, entries: count } = pieces.end()
      if (!isUtf8(frame)) throw new ChartkeepError('malformed')
      const document = withoutTraps(parsed(withoutMark(frame).toString('utf8')))
      if (document === undefined) throw new ChartkeepError('malformed')
      if (count === 0) return document
      // A second `entry`, or one in another spelling: which of them counts is anybody's guess.
      const stands = typeof document === 'object' && document !== null && 'entry' in document ? document.entry : undefined
      if (!Array.isArray(stands) || stands.length !== count || stands.some((stand) => stand !== 0)) throw new ChartkeepError('malformed')
      return { ...document, entry: entries }
    },
  }
}

/** RFC 8259 §8.1 lets a reader pass over a byte order mark. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function parsed(text: string): { readonly text: string; readonly value: unknown } {
  try {
    return { text, value: parseFhirJson(text) }
  } catch {
    // The parser's message quotes the text, which is PHI: it is not kept as the cause.
    throw new ChartkeepError('malformed')
  }
}

/**
 * A `__proto__` key is one for JSON.parse and a prototype for whatever copies it: what was checked would not be what is shown.
 * Undefined for what has one. Looked for only where the text could spell it; depth is bounded by then.
 */
function withoutTraps({ text, value }: { readonly text: string; readonly value: unknown }): unknown {
  return /__proto__|\\u00/.test(text) && hasTrap(value) ? undefined : value
}

function hasTrap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasTrap)
}
