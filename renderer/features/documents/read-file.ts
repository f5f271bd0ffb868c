import type { OpenDocument } from '../../../shared/contract/documents.ts'

/** How the file of one document is read: over the port of its chart. */
export interface DocumentPort {
  /** Recorded as an access. Fails as `document.open` does. */
  open(): Promise<OpenDocument>
  /** base64. */
  part(file: string, part: number): Promise<string>
  close(file: string): void
}

export interface ReadFile {
  readonly opened: OpenDocument
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Parts that are asked for at the same time: they are recorded together. */
const atOnce = 4

/** Reads all of a file. `progress`: from 0 to 1. Fails as the port does; once the signal aborts, nothing more is asked for. */
export async function readFile(port: DocumentPort, signal: AbortSignal, progress: (share: number) => void): Promise<ReadFile> {
  const opened = await port.open()
  try {
    const bytes = new Uint8Array(opened.bytes)
    const parts = Math.max(1, Math.ceil(opened.bytes / opened.partBytes))
    for (let first = 0; first < parts; first += atOnce) {
      signal.throwIfAborted()
      const numbers = Array.from({ length: Math.min(atOnce, parts - first) }, (_, index) => first + index)
      await Promise.all(numbers.map(async (number) => put(bytes, number * opened.partBytes, await port.part(opened.file, number))))
      progress(Math.min(1, (first + atOnce) / parts))
    }
    return { opened, bytes }
  } finally {
    port.close(opened.file)
  }
}

/** A loop over places: an iterator over the characters takes ten times as long. */
function put(bytes: Uint8Array, at: number, base64: string): void {
  const binary = atob(base64)
  for (let place = 0; place < binary.length; place += 1) bytes[at + place] = binary.charCodeAt(place)
}
