import type { ChainDisk } from './disk.ts'
import { beginningOf, endOf } from './file-proof.ts'

/** Files looked at together: more would wait for each other, and hold as many open. */
const filesAtOnce = 16

/**
 * The first of these files that does not follow the one before it; undefined where all do. What is looked at are the lines where they meet: a file that was taken out of the middle is missed although the later ones
 * were given other numbers, and so is one that was cut short, or that is of another chain. A line that was changed within one is the verifier's, which reads everything.
 */
export async function findBrokenJoin(disk: Pick<ChainDisk, 'edges'>, numbers: readonly number[]): Promise<number | undefined> {
  let before: ReturnType<typeof endOf>
  for (let at = 0; at < numbers.length; at += filesAtOnce) {
    const files = numbers.slice(at, at + filesAtOnce)
    const edges = await Promise.all(files.map((file) => disk.edges(file)))
    for (const [index, { first, last }] of edges.entries()) {
      const begins = beginningOf(first)
      const isFirst = at + index === 0
      if (!isFirst && (begins === undefined || begins.seq !== before?.seq || begins.hash !== before.hash)) return files[index]
      before = endOf(last)
    }
  }
  return undefined
}
