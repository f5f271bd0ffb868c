import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ChartkeepError } from '../../shared/errors.ts'

/** Takes a body as it comes, so that what is too much is refused before it is held. */
export interface BodyReader<T> {
  /** `enough`: the rest is not read. Throws to end the exchange. */
  take(piece: Buffer): 'more' | 'enough'
  end(): T
}

/** Keeps a whole body, up to `maxBytes`; beyond it throws `too-large`. */
export function collected(maxBytes: number): BodyReader<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  return {
    take(piece) {
      size += piece.length
      if (size > maxBytes) throw new ChartkeepError('too-large')
      pieces.push(piece)
      return 'more'
    },
    end: () => Buffer.concat(pieces, size),
  }
}

/** Keeps the first `maxBytes` of a body that nobody depends on. */
export function beginningOf(maxBytes: number): BodyReader<Buffer> {
  const pieces: Buffer[] = []
  let left = maxBytes
  return {
    take(piece) {
      pieces.push(piece.subarray(0, left))
      left -= piece.length
      return left > 0 ? 'more' : 'enough'
    },
    end: () => Buffer.concat(pieces),
  }
}

/** One name since HTTP/1.1, one from before; in any case of letters (RFC 9110 §8.4.1.3). */
const gzip = /^(?:x-)?gzip$/i

/**
 * The body as it was before it was packed, piece by piece: a bomb is noticed while it goes off, not after. `maxBytes` bounds what is
 * on the wire, since much may be packed that unpacks to nothing. Throws `server` on a packing not asked for; the stream errs with `too-large`.
 */
export function unpacked(body: Readable, encoding: string | undefined, maxBytes: number): Readable {
  if (encoding === undefined || encoding === 'identity') return body
  if (!gzip.test(encoding)) throw new ChartkeepError('server')
  const plain = createGunzip()
  let size = 0
  body.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > maxBytes) plain.destroy(new ChartkeepError('too-large'))
  })
  // Not `pipeline`: it would end the exchange with an error of its own where the reader has had enough.
  body.on('error', (error) => plain.destroy(error))
  plain.on('close', () => body.destroy())
  return body.pipe(plain)
}

/** Feeds a reader until the body or the reader ends. What is left unread ends the connection. */
export async function readBody<T>(body: Readable, reader: BodyReader<T>): Promise<T> {
  for await (const piece of body as AsyncIterable<Buffer>) if (reader.take(piece) === 'enough') break
  return reader.end()
}
