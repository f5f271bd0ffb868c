import type { Readable } from 'node:stream'

/** What is put in, as text, where it is no longer than `most` bytes; undefined, and not read to its end, where it is. Rejects where it cannot be read. */
export async function textIn(input: Readable, most: number): Promise<string | undefined> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    // Nobody has set an encoding: it gives bytes.
    const piece = Buffer.from(chunk as Uint8Array)
    pieces.push(piece)
    length += piece.length
    if (length > most) return undefined
  }
  return Buffer.concat(pieces).toString('utf8')
}
