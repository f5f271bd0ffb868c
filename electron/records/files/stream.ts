import { createCipheriv, createDecipheriv } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'

/**
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015)
 * over AES-256-GCM. Each chunk has a nonce of its own: prefix (7) ‖ number (4) ‖ whether it is the last (1). A chunk in another place, one too many, one too few,
 * or an end that comes early has the wrong nonce and does not open.
 */
export const prefixBytes = 7
export const tagBytes = 16
/** Plain bytes of every chunk but the last: at 64 KiB setting up each cipher takes as long as using it (`npm run bench -- files`). */
export const chunkBytes = 256 * 1024
export const sealedChunkBytes = chunkBytes + tagBytes
/** The counter does not come round. */
const mostChunks = 2 ** 32

/** What the chunks of one file have in common. */
export interface StreamSecret {
  /** 32 bytes, for this file alone. */
  readonly key: Buffer
  readonly prefix: Buffer
  /** What was said of the file when it was sealed, and has to be said again. */
  readonly context: Buffer
}

/** Seals the chunks of one file in their order. It counts by itself: nobody else chooses a nonce. */
export interface ChunkSealer {
  /** Ciphertext and tag, to be written one after the other: to put them together here would copy the file once more. After the last one it throws. */
  next(plain: Uint8Array, isLast: boolean): readonly [Buffer, Buffer]
}

export function chunkSealer({ key, prefix, context }: StreamSecret): ChunkSealer {
  let number = 0
  let ended = false
  return {
    next(plain, isLast) {
      if (ended || number >= mostChunks) throw new Error('this file has ended')
      if (plain.length > chunkBytes || (!isLast && plain.length !== chunkBytes)) throw new Error('a chunk is whole, or the last')
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(prefix, number, isLast)).setAAD(context)
      number += 1
      ended = isLast
      // GCM gives as many bytes as it takes, and none at the end.
      const sealed = cipher.update(plain)
      cipher.final()
      return [sealed, cipher.getAuthTag()]
    },
  }
}

/** The plain bytes of the chunk that belongs in this place, and of no other. Throws `vault-corrupt`. */
export function openChunk({ key, prefix, context }: StreamSecret, number: number, isLast: boolean, sealed: Uint8Array): Buffer {
  if (sealed.length < tagBytes || sealed.length > sealedChunkBytes || (!isLast && sealed.length !== sealedChunkBytes)) throw new ChartkeepError('vault-corrupt')
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(prefix, number, isLast), { authTagLength: tagBytes }).setAAD(context).setAuthTag(sealed.subarray(end))
  try {
    const plain = decipher.update(sealed.subarray(0, end))
    // Throws if any of it was changed: until then nothing of it is anybody's to see.
    decipher.final()
    return plain
  } catch (cause) {
    throw new ChartkeepError('vault-corrupt', {}, { cause })
  }
}

function nonceOf(prefix: Buffer, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.set(prefix, 0)
  nonce.writeUInt32BE(number, prefixBytes)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** How many chunks a file of so many plain bytes has: an empty one has an empty chunk. */
export function chunksOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / chunkBytes))
}
