import { randomUUID } from 'node:crypto'
import { ChartkeepError } from '../../../shared/errors.ts'
import { partBytes } from '../files/shelf.ts'

/** A file that a page reads by its parts. */
export interface OpenFile {
  readonly bytes: number
  /** In clear. Throws `vault-corrupt`, `invalid-input`. */
  part(number: number): Buffer
}

/** The files that pages have open, each for one patient's chart. They end with this process, at every lock. */
export interface OpenFiles {
  /** Gives the name by which the page asks for it: random, so that nobody names another's. */
  open(patient: string, file: OpenFile): string
  /** Throws `stale` for one that is not open, or is another patient's. */
  find(patient: string, name: string): OpenFile
  close(patient: string, name: string): void
}

/** A page shows one at a time, and there are some tabs; one that was left open is given up for a newer one. */
const mostOpen = 4

export function createOpenFiles(): OpenFiles {
  const files = new Map<string, { readonly patient: string; readonly file: OpenFile }>()
  return {
    open(patient, file) {
      const name = randomUUID()
      files.set(name, { patient, file })
      for (const oldest of files.keys()) {
        if (files.size <= mostOpen) break
        files.delete(oldest)
      }
      return name
    },
    find(patient, name) {
      const found = files.get(name)
      if (found?.patient !== patient) throw new ChartkeepError('stale')
      return found.file
    },
    close(patient, name) {
      if (files.get(name)?.patient === patient) files.delete(name)
    },
  }
}

/** One that is in memory, where it may not be kept or was just read. */
export function inMemory(bytes: Buffer): OpenFile {
  return {
    bytes: bytes.length,
    part(number) {
      if (!Number.isInteger(number) || number < 0 || (number > 0 && number * partBytes >= bytes.length)) throw new ChartkeepError('invalid-input')
      return bytes.subarray(number * partBytes, (number + 1) * partBytes)
    },
  }
}
