import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import type { RowAddress, Rows } from '../cache/rows.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Purpose } from '../keys/purposes.ts'
import { type FileContext, type RecipientKey, unwrapWithVault } from './file-key.ts'
import { type ReadHeader, readHeader } from './header.ts'
import { openFile, type OpenedFile } from './open-file.ts'
import { beginFile, headerFor } from './seal-file.ts'
import { chunkBytes, chunksOf, sealedChunkBytes, tagBytes } from './stream.ts'

/** Plain bytes of a part: what is kept, and read, at once. */
export const partBytes = 4 * chunkBytes
const sealedPartBytes = 4 * sealedChunkBytes

/** What is known of a file without opening it. `facts` are whoever's it is. */
export const Head = z.strictObject({ id: z.uuid(), bytes: z.number().int().nonnegative(), header: z.base64(), isWhole: z.boolean(), facts: z.unknown() })
type Head = z.infer<typeof Head>

/** Where a file is kept: as for a row, whose name this becomes. */
export type FileAddress = RowAddress

export interface KeptFile {
  readonly facts: unknown
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly asOf: number
  /** A part in clear. Throws `vault-corrupt` where it is not there any more, or not the one that belongs there. */
  part(number: number): Buffer
}

/**
 * Sealed files among the rows of a vault: the file's header in one row, its chunks in rows of four. So the manifest answers for them, the bounds of the
 * cache count them, and whatever removes the rows removes them (ADR 0110).
 */
export interface FileShelf {
  /** Whether a file may be kept for this purpose: not before the vault is open, nor for a purpose whose key was not given. */
  mayKeep(purpose: Purpose): boolean
  /** Begins a file of so many bytes, in the place of what was there. Rejects `vault-unavailable`, `not-permitted`, `disk-*`. */
  begin(address: FileAddress, file: { readonly bytes: number; readonly facts: unknown; readonly asOf: number }): Promise<FileWriter>
  /** One that is there whole. Throws `vault-corrupt` for one that does not open. */
  find(address: FileAddress): KeptFile | undefined
  /** The file as it lies here, with its key wrapped for this recipient and nobody else. Rejects `not-found`, and as `find` throws. */
  handOver(address: FileAddress, recipient: RecipientKey): Promise<HandedOver>
  /** Whole or not. */
  remove(address: FileAddress): void
}

/** A sealed file on its way to somebody else. */
export interface HandedOver {
  /** Of all its pieces. */
  readonly bytes: number
  /** In their order; read as they are wanted. Throws `vault-corrupt` where one is not there any more. */
  pieces(): Iterable<Buffer>
}

/** Takes the parts of one file in their order; each is sealed and on disk when it returns. */
export interface FileWriter {
  /** `partBytes` bytes, or the rest. Throws `invalid-input` for any other number of bytes, `disk-*`. */
  part(plain: Buffer): void
  /** From here on the file is there. Throws `invalid-input` where some of it is missing, `conflict` where the keys were replaced meanwhile, `disk-*`. */
  finish(): void
  /** Removes what there is of it. Never throws. */
  abandon(): void
}

export interface FileShelfParts {
  readonly rows: Rows
  readonly keyring: () => Keyring | undefined
  /** Of the DEK before, while what is under it is moved. */
  readonly olderKeyring?: () => Keyring | undefined
  /** Opaque key of the user. */
  readonly user: string
}

export function createFileShelf({ rows, keyring, olderKeyring = () => undefined, user }: FileShelfParts): FileShelf {
  const partsOf = (bytes: number) => Math.max(1, Math.ceil(bytes / partBytes))
  const partAddress = ({ purpose, patient }: FileAddress, id: string, number: number): RowAddress => ({ purpose, patient, what: `file/${id}/${number}` })
  const contextOf = ({ purpose, patient }: FileAddress, id: string): FileContext => ({ user, purpose, patient, id })

  function head(address: FileAddress) {
    const row = rows.get(address)
    if (row === undefined) return undefined
    const read = Head.safeParse(parsedJson(row.plain.toString('utf8')))
    if (!read.success) throw new ChartkeepError('vault-corrupt')
    return { ...read.data, asOf: row.asOf }
  }

  function headOrNone(address: FileAddress) {
    try {
      return head(address)
    } catch {
      // A head that does not open is out of the way by now.
      return undefined
    }
  }

  function remove(address: FileAddress): void {
    const old = headOrNone(address)
    rows.write([
      { do: 'remove', address },
      ...(old === undefined ? [] : Array.from({ length: partsOf(old.bytes) }, (_, number) => ({ do: 'remove', address: partAddress(address, old.id, number) }) as const)),
    ])
  }

  /** By the keys that it was begun with. */
  function underEither<T>(keys: Keyring, act: (keyring: Keyring) => T): T {
    const older = olderKeyring()
    try {
      return act(keys)
    } catch (error) {
      if (older === undefined || kindOf(error) !== 'vault-corrupt') throw error
      return act(older)
    }
  }

  const opened = (keys: Keyring, context: FileContext, header: ReadHeader): OpenedFile => underEither(keys, (keyring) => openFile(keyring, context, header))

  function sealedPart(address: FileAddress, id: string, number: number): Buffer {
    const row = rows.get(partAddress(address, id, number))
    if (row === undefined || row.plain.length > sealedPartBytes) throw new ChartkeepError('vault-corrupt')
    return row.plain
  }

  /** One that is there whole. */
  function whole(address: FileAddress) {
    const found = head(address)
    const keys = keyring()
    if (found === undefined || keys === undefined || !found.isWhole) return undefined
    const header = readHeader(Buffer.from(found.header, 'base64'))
    if (header === undefined) throw new ChartkeepError('vault-corrupt')
    return { ...found, keys, header }
  }

  return {
    mayKeep: (purpose) => keyring()?.has(purpose) === true,
    async begin(address, { bytes, facts, asOf }) {
      const keys = keyring()
      if (keys === undefined) throw new ChartkeepError('vault-unavailable')
      const id = randomUUID()
      const begun = await beginFile({ context: contextOf(address, id), keyring: keys, recipients: [], now: asOf })
      const putHead = (isWhole: boolean) => {
        const head: Head = { id, bytes, header: begun.header.toString('base64'), isWhole, facts }
        rows.put(address, Buffer.from(JSON.stringify(head)), asOf)
      }
      let number = 0
      let chunk = 0
      try {
        remove(address)
        // First, so that what is left of a file that was not finished can be found and removed.
        putHead(false)
      } catch (error) {
        begun.forget()
        throw error
      }
      return {
        part(plain) {
          if (number >= partsOf(bytes) || plain.length !== Math.min(partBytes, bytes - number * partBytes)) throw new ChartkeepError('invalid-input')
          const next = number + 1
          const sealed: Buffer[] = []
          for (let from = 0; from < plain.length || plain.length === 0; from += chunkBytes) {
            sealed.push(...begun.chunks.next(plain.subarray(from, from + chunkBytes), chunk === chunksOf(bytes) - 1))
            chunk += 1
            if (plain.length === 0) break
          }
          const to = partAddress(address, id, number)
          // One that the disk did not take is not tried again: its chunks have been counted.
          number = Number.POSITIVE_INFINITY
          rows.put(to, Buffer.concat(sealed), asOf)
          number = next
        },
        finish() {
          if (number !== partsOf(bytes)) throw new ChartkeepError('invalid-input')
          // Its header is under the keys that it was begun with: among what is under others nothing would ever open it.
          if (keyring() !== keys) throw new ChartkeepError('conflict')
          begun.forget()
          putHead(true)
        },
        abandon() {
          begun.forget()
          try {
            remove(address)
          } catch {
            // The disk takes nothing just now: it is no file, and goes with the next one that takes its place.
          }
        },
      }
    },
    find(address) {
      const found = whole(address)
      if (found === undefined) return undefined
      const { id, bytes, facts, asOf, keys, header } = found
      return {
        facts,
        bytes,
        asOf,
        part(number) {
          if (!Number.isInteger(number) || number < 0 || number >= partsOf(bytes)) throw new ChartkeepError('invalid-input')
          const sealed = sealedPart(address, id, number)
          const file = opened(keys, contextOf(address, id), header)
          try {
            const chunks: Buffer[] = []
            for (let index = number * 4; index < Math.min(chunksOf(bytes), (number + 1) * 4); index += 1) {
              const from = (index - number * 4) * sealedChunkBytes
              chunks.push(file.chunk(index, index === chunksOf(bytes) - 1, sealed.subarray(from, from + sealedChunkBytes)))
            }
            return Buffer.concat(chunks)
          } finally {
            file.forget()
          }
        },
      }
    },
    async handOver(address, recipient) {
      const found = whole(address)
      if (found === undefined) throw new ChartkeepError('not-found')
      const { id, bytes, keys, header } = found
      const context = contextOf(address, id)
      const fileKey = underEither(keys, (keyring) => unwrapWithVault(keyring, context, header.header.wrapped))
      if (fileKey === undefined) throw new ChartkeepError('vault-corrupt')
      try {
        const start = await headerFor(header, context, fileKey, [recipient])
        return {
          bytes: start.length + bytes + chunksOf(bytes) * tagBytes,
          *pieces() {
            yield start
            for (let number = 0; number < partsOf(bytes); number += 1) yield sealedPart(address, id, number)
          },
        }
      } finally {
        fileKey.fill(0)
      }
    },
    remove,
  }
}

/** Keeps a file that is there whole. Rejects as `begin` does; then nothing of it is kept. */
export async function keepWhole(shelf: FileShelf, address: FileAddress, plain: Buffer, facts: unknown, asOf: number): Promise<void> {
  const writer = await shelf.begin(address, { bytes: plain.length, facts, asOf })
  try {
    for (let from = 0; from < plain.length || from === 0; from += partBytes) writer.part(plain.subarray(from, from + partBytes))
    writer.finish()
  } catch (error) {
    writer.abandon()
    throw error
  }
}
