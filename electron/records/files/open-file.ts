import { ChartkeepError } from '../../../shared/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { chunkContext, contentKey, type FileContext, unwrapWithVault } from './file-key.ts'
import { isHeaderOf, type ReadHeader, readHeader } from './header.ts'
import { chunkBytes, openChunk, sealedChunkBytes, type StreamSecret } from './stream.ts'

/** The way to the chunks of one file. */
export interface OpenedFile {
  /** Where the chunks begin. */
  readonly headerBytes: number
  /** The plain bytes of a chunk. Throws `vault-corrupt` for one that is not the one that belongs there. */
  chunk(number: number, isLast: boolean, sealed: Uint8Array): Buffer
  /** Wipes the key. */
  forget(): void
}

/**
 * Opens a file by its header, for the very context that it was sealed for. Throws `vault-corrupt` where it is another file's, damaged or not for this vault,
 * `vault-newer`, `not-permitted`.
 */
export function openFile(keyring: Keyring, context: FileContext, header: ReadHeader): OpenedFile {
  if (header.header.id !== context.id) throw new ChartkeepError('vault-corrupt')
  const fileKey = unwrapWithVault(keyring, context, header.header.wrapped)
  if (fileKey === undefined) throw new ChartkeepError('vault-corrupt')
  try {
    return openWithKey(fileKey, context, header)
  } finally {
    fileKey.fill(0)
  }
}

/** The same for who has the file's key. */
export function openWithKey(fileKey: Buffer, context: FileContext, header: ReadHeader): OpenedFile {
  if (header.header.id !== context.id || !isHeaderOf(fileKey, header)) throw new ChartkeepError('vault-corrupt')
  const secret: StreamSecret = { key: contentKey(fileKey), prefix: Buffer.from(header.header.prefix, 'base64url'), context: chunkContext(context, chunkBytes) }
  return {
    headerBytes: header.bytes,
    chunk: (number, isLast, sealed) => openChunk(secret, number, isLast, sealed),
    forget: () => void secret.key.fill(0),
  }
}

/** Opens a sealed file as its bytes come. Holds no more than a header and a chunk of it. */
export interface FileReader {
  /** Plain bytes that are known to be the file's, from its beginning. That there is more to come is not known before `end`. */
  take(sealed: Uint8Array): Buffer[]
  /** The last chunk. Throws `vault-corrupt` where it is not: the file was cut off. */
  end(): Buffer
}

/** `open`: how a header is opened, `openFile` or `openWithKey`. */
export function fileReader(open: (header: ReadHeader) => OpenedFile): FileReader {
  let start = Buffer.alloc(0)
  let file: OpenedFile | undefined
  let number = 0
  const held = Buffer.alloc(sealedChunkBytes)
  let filled = 0

  function take(sealed: Uint8Array): Buffer[] {
    if (file !== undefined) return chunks(file, sealed)
    start = Buffer.concat([start, sealed])
    const header = readHeader(start)
    if (header === undefined) return []
    file = open(header)
    return chunks(file, start.subarray(header.bytes))
  }

  function chunks(from: OpenedFile, sealed: Uint8Array): Buffer[] {
    const plain: Buffer[] = []
    let at = 0
    while (at < sealed.length) {
      // A whole chunk waits for the next byte: only then is it known not to be the last.
      if (filled === sealedChunkBytes) {
        plain.push(from.chunk(number, false, held))
        number += 1
        filled = 0
      }
      const some = sealed.subarray(at, at + sealedChunkBytes - filled)
      held.set(some, filled)
      filled += some.length
      at += some.length
    }
    return plain
  }

  return {
    take(sealed) {
      try {
        return take(sealed)
      } catch (error) {
        file?.forget()
        throw error
      }
    },
    end() {
      if (file === undefined) throw new ChartkeepError('vault-corrupt')
      try {
        return file.chunk(number, true, held.subarray(0, filled))
      } finally {
        file.forget()
      }
    },
  }
}
