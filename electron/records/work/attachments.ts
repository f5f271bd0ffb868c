import { randomUUID } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { Attachment } from '../../../shared/contract/index.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import type { RowAddress, Rows } from '../cache/rows.ts'
import { diskFailure } from '../cache/disk-failure.ts'
import { sniffHead } from '../documents/sniff.ts'
import type { RecipientKey } from '../files/file-key.ts'
import { type FileAddress, type FileShelf, type FileWriter, type HandedOver, type KeptFile, partBytes } from '../files/shelf.ts'

/** How far a file is sealed, in bytes. */
interface Progress {
  readonly attachment: string
  readonly done: number
  readonly bytes: number
}

/** What is known of a file here; where it is on its way into the record is the outbox's. */
export type AttachedFile = Omit<Attachment, 'upload'>

/** The files that are attached to notes which are being written: sealed as they are read, and kept with the work. */
export interface Attachments {
  /** Oldest first. Throws `vault-corrupt` once if what was kept does not open. */
  list(patient: string): readonly AttachedFile[]
  /** Begins to seal the file at this path. Rejects `too-large`, `not-found`, `invalid-input` for what is no file or beyond the most, `vault-unavailable`, `disk-*`. */
  add(patient: string, path: string): Promise<Progress>
  /** Seals the next part; on disk when it resolves. A failure ends it, and nothing of the file is kept. */
  step(patient: string, attachment: string): Promise<Progress>
  remove(patient: string, attachment: string): void
  /** Throws `not-found`. */
  find(patient: string, attachment: string): KeptFile & { readonly about: AttachedFile }
  /** Sealed for this recipient. Rejects `not-found`, `vault-corrupt`. */
  handOver(patient: string, attachment: string, recipient: RecipientKey): Promise<HandedOver>
  /** Gives up what is under way: at the lock. */
  settle(): void
}

export interface AttachmentsParts {
  readonly rows: Rows
  readonly shelf: FileShelf
  readonly clock: Clock
}

/** As a document that is read (ADR 0110). */
const mostBytes = 25 * 1024 * 1024
const mostFiles = 10
/** What a file begins with tells its kind. */
const headBytes = 4096

const Index = z.array(z.uuid()).max(mostFiles)
const Facts = Attachment.omit({ id: true, bytes: true, upload: true })

interface UnderWay {
  readonly patient: string
  readonly handle: FileHandle
  readonly writer: FileWriter
  readonly bytes: number
  /** When it was changed last, as it was begun. Epoch milliseconds. */
  readonly changedAt: number
  done: number
  /** One step at a time. */
  isBusy: boolean
}

export function createAttachments({ rows, shelf, clock }: AttachmentsParts): Attachments {
  const underWay = new Map<string, UnderWay>()
  /** Entered, and not under way yet. */
  const beginning = new Set<string>()
  const indexAddress = (patient: string): RowAddress => ({ purpose: 'draft', patient, what: 'attachments' })
  const addressOf = (patient: string, attachment: string): FileAddress => ({ purpose: 'draft', patient, what: `attachment/${attachment}` })

  function index(patient: string): readonly string[] {
    const row = rows.get(indexAddress(patient))
    if (row === undefined) return []
    const read = Index.safeParse(parsedJson(row.plain.toString('utf8')))
    if (!read.success) throw new ChartkeepError('vault-corrupt')
    return read.data
  }

  function putIndex(patient: string, ids: readonly string[]): void {
    if (ids.length === 0) rows.remove(indexAddress(patient))
    else rows.put(indexAddress(patient), Buffer.from(JSON.stringify(ids)), clock.now())
  }

  /** Those beside which there is room for another. Throws `invalid-input` where there is none. */
  function othersOf(patient: string): readonly string[] {
    const ids = index(patient)
    if (ids.length >= mostFiles) throw new ChartkeepError('invalid-input')
    return ids
  }

  function attached(patient: string, id: string): (KeptFile & { readonly about: AttachedFile }) | undefined {
    const file = shelf.find(addressOf(patient, id))
    if (file === undefined) return undefined
    const facts = Facts.safeParse(file.facts)
    if (!facts.success) throw new ChartkeepError('vault-corrupt')
    return { ...file, part: (number) => file.part(number), about: { id, bytes: file.bytes, ...facts.data } }
  }

  /** The file and its entry, whatever there is of them. */
  function drop(patient: string, id: string): void {
    shelf.remove(addressOf(patient, id))
    putIndex(patient, index(patient).filter((each) => each !== id))
  }

  function end(id: string, { handle, patient, writer }: UnderWay, isAttached: boolean): void {
    underWay.delete(id)
    // What was read is read: that a file cannot be closed changes nothing.
    handle.close().catch(() => undefined)
    if (isAttached) return
    writer.abandon()
    try {
      putIndex(patient, index(patient).filter((each) => each !== id))
    } catch {
      // The disk takes nothing just now: `list` finds an entry without a file, and removes it.
    }
  }

  return {
    list(patient) {
      return index(patient).flatMap((id) => {
        if (underWay.has(id) || beginning.has(id)) return []
        const file = attached(patient, id)
        // It was not finished when the workstation stopped: what there is of it goes.
        if (file === undefined) drop(patient, id)
        return file === undefined ? [] : [file.about]
      })
    },
    async add(patient, path) {
      othersOf(patient)
      const handle = await openChosen(path)
      try {
        const { size, mtimeMs } = await handle.stat()
        const head = Buffer.alloc(Math.min(headBytes, size))
        await handle.read(head, 0, head.length, 0)
        const id = randomUUID()
        const facts: z.infer<typeof Facts> = { name: basename(path).slice(0, 255), ...sniffHead(head), addedAt: clock.now() }
        // The entry first: a file that is not finished is found by it. Others may have been added while this one was looked at.
        putIndex(patient, [...othersOf(patient), id])
        beginning.add(id)
        try {
          const writer = await shelf.begin(addressOf(patient, id), { bytes: size, facts, asOf: facts.addedAt })
          underWay.set(id, { patient, handle, writer, bytes: size, changedAt: mtimeMs, done: 0, isBusy: false })
        } catch (error) {
          putIndex(patient, index(patient).filter((each) => each !== id))
          throw error
        } finally {
          beginning.delete(id)
        }
        return { attachment: id, done: 0, bytes: size }
      } catch (error) {
        await handle.close().catch(() => undefined)
        throw diskFailure(error)
      }
    },
    async step(patient, attachment) {
      const file = underWay.get(attachment)
      if (file === undefined || file.patient !== patient || file.isBusy) throw new ChartkeepError('stale')
      file.isBusy = true
      try {
        const plain = Buffer.alloc(Math.min(partBytes, file.bytes - file.done))
        const { bytesRead } = await file.handle.read(plain, 0, plain.length, file.done)
        // Removed, or locked, while it was read.
        if (underWay.get(attachment) !== file) throw new ChartkeepError('cancelled')
        // It became shorter while it was read: half a file must not pass for a whole one.
        if (bytesRead !== plain.length) throw new ChartkeepError('conflict')
        file.writer.part(plain)
        plain.fill(0)
        file.done += bytesRead
        if (file.done === file.bytes) {
          const { size, mtimeMs } = await file.handle.stat()
          if (underWay.get(attachment) !== file) throw new ChartkeepError('cancelled')
          // Nor may one that became longer, or was written to: half of it would be of before.
          if (size !== file.bytes || mtimeMs !== file.changedAt) throw new ChartkeepError('conflict')
          file.writer.finish()
          end(attachment, file, true)
        }
        return { attachment, done: file.done, bytes: file.bytes }
      } catch (error) {
        if (underWay.get(attachment) === file) end(attachment, file, false)
        throw diskFailure(error)
      } finally {
        file.isBusy = false
      }
    },
    remove(patient, attachment) {
      const file = underWay.get(attachment)
      if (file !== undefined && file.patient !== patient) throw new ChartkeepError('not-found')
      if (file !== undefined) end(attachment, file, false)
      else if (index(patient).includes(attachment)) drop(patient, attachment)
    },
    find(patient, attachment) {
      const file = index(patient).includes(attachment) && !underWay.has(attachment) ? attached(patient, attachment) : undefined
      if (file === undefined) throw new ChartkeepError('not-found')
      return file
    },
    handOver: (patient, attachment, recipient) => shelf.handOver(addressOf(patient, attachment), recipient),
    settle() {
      for (const [id, file] of underWay) end(id, file, false)
    },
  }
}

/** A plain file of a size that is taken. What the file system says becomes a kind of ours: never a path. */
async function openChosen(path: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    throw isMissing(error) ? new ChartkeepError('not-found') : new ChartkeepError('invalid-input', {}, { cause: kindOf(error) })
  }
  const about = await handle.stat().catch(() => undefined)
  if (about?.isFile() === true && about.size <= mostBytes) return handle
  await handle.close().catch(() => undefined)
  throw new ChartkeepError(about?.isFile() === true ? 'too-large' : 'invalid-input')
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
