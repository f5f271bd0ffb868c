import { randomBytes } from 'node:crypto'
import type { Keyring } from '../keys/keyring.ts'
import { chunkContext, contentKey, type FileContext, newFileKey, type RecipientKey, type Wrapped, wrapForRecipient, wrapForVault } from './file-key.ts'
import { type ReadHeader, writeHeader } from './header.ts'
import { chunkBytes, type ChunkSealer, chunkSealer, prefixBytes } from './stream.ts'

export interface SealFileParts {
  readonly context: FileContext
  /** Whose vault opens it again; absent where nobody here is to. */
  readonly keyring: Keyring | undefined
  /** Who else opens it. */
  readonly recipients: readonly RecipientKey[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** Seals one file as its bytes come. Holds no more than a chunk of it in clear. */
export interface FileSealer {
  readonly header: Buffer
  /** What of the sealed file is ready by now, in its order after the header; often nothing. */
  take(plain: Uint8Array): Buffer[]
  /** The last chunk. Nothing comes after it. */
  end(): readonly Buffer[]
  /** Wipes what is in clear; for a file that is given up, too. */
  forget(): void
}

/** A file whose chunks are to be sealed in their order. */
export interface BegunFile {
  readonly header: Buffer
  readonly chunks: ChunkSealer
  /** Wipes the key. */
  forget(): void
}

/**
 * Begins a file, with a key and a nonce prefix that are drawn here and are nobody's to choose: a file that was begun is never gone on with, only begun
 * anew, so that no pair of key and nonce seals twice. Throws `not-permitted` without the key of the purpose.
 */
export async function beginFile({ context, keyring, recipients, now }: SealFileParts): Promise<BegunFile> {
  const fileKey = newFileKey()
  try {
    const prefix = randomBytes(prefixBytes)
    const wrapped: Wrapped[] = keyring === undefined ? [] : [wrapForVault(keyring, context, fileKey, now)]
    for (const recipient of recipients) wrapped.push(await wrapForRecipient(recipient, context, fileKey))
    const header = writeHeader({ id: context.id, suite: 'A256GCM-STREAM', chunk: chunkBytes, prefix: prefix.toString('base64url'), wrapped }, fileKey)
    const key = contentKey(fileKey)
    return { header, chunks: chunkSealer({ key, prefix, context: chunkContext(context, chunkBytes) }), forget: () => void key.fill(0) }
  } finally {
    fileKey.fill(0)
  }
}

/** The same for bytes that come in pieces of any length, to an end that is not known before. */
export async function sealFile(parts: SealFileParts): Promise<FileSealer> {
  const { header, chunks, forget: forgetKey } = await beginFile(parts)
  const held = Buffer.alloc(chunkBytes)
  let filled = 0

  function forget(): void {
    forgetKey()
    held.fill(0)
  }

  return {
    header,
    take(plain) {
      const ready: Buffer[] = []
      let at = 0
      while (at < plain.length) {
        // A whole chunk waits for the next byte: only then is it known not to be the last.
        if (filled === chunkBytes) {
          ready.push(...chunks.next(held, false))
          filled = 0
        }
        // Straight from what came, where it is whole there and more comes.
        if (filled === 0 && plain.length - at > chunkBytes) {
          ready.push(...chunks.next(plain.subarray(at, at + chunkBytes), false))
          at += chunkBytes
          continue
        }
        const some = plain.subarray(at, at + chunkBytes - filled)
        held.set(some, filled)
        filled += some.length
        at += some.length
      }
      return ready
    },
    end() {
      try {
        return chunks.next(held.subarray(0, filled), true)
      } finally {
        forget()
      }
    },
    forget,
  }
}

/** The header of a file for these recipients and nobody else: its chunks stay as they are. `fileKey` is the caller's to wipe. */
export async function headerFor({ header }: ReadHeader, context: FileContext, fileKey: Buffer, recipients: readonly RecipientKey[]): Promise<Buffer> {
  const wrapped: Wrapped[] = []
  for (const recipient of recipients) wrapped.push(await wrapForRecipient(recipient, context, fileKey))
  return writeHeader({ ...header, wrapped }, fileKey)
}
