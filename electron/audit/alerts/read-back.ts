import { setImmediate as breath } from 'node:timers/promises'
import type { ChainDisk } from '../disk.ts'

/** Entries read before others get a turn: a few milliseconds. */
const entriesAtOnce = 100
/** The files of the chain that are read back: about ten thousand entries each. */
const filesBack = 2

/**
 * The entries of the last files of the chain, oldest first, as they lie there: proving them is the writer's and the
 * verifier's. What is no entry is passed over.
 */
export async function* readBack(disk: Pick<ChainDisk, 'numbers' | 'read'>): AsyncGenerator<{ readonly fields: Readonly<Record<string, unknown>>; readonly file: number }> {
  let read = 0
  for (const file of (await disk.numbers()).slice(-filesBack)) {
    const lines = (await disk.read(file)).toString('utf8').split('\n')
    // What follows the last line feed is being written, or was torn.
    for (const line of lines.slice(0, -1)) {
      read += 1
      if (read % entriesAtOnce === 0) await breath()
      const fields = entryOf(line)
      if (fields) yield { fields, file }
    }
  }
}

/** Behind its hash; the first form of the chain had the hash inside. */
function entryOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line.startsWith('{') ? line : line.slice(65))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
