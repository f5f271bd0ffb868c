import { setImmediate as otherTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Anchor } from './verdict.ts'
import { type FileWalk, walkFile } from './walk.ts'

/** What all threads share: each takes the next file that nobody has, until there is none. */
export interface Errands {
  readonly paths: readonly { readonly file: number; readonly path: string }[]
  readonly anchor: Anchor | undefined
  /** The place in `paths` of the next file, in memory that the threads share. */
  readonly next: Int32Array
}

/** What became of one file. */
export interface Walked {
  readonly index: number
  /** Or the words of the file system's error. */
  readonly walk: FileWalk | string
}

/** Walks the next file that nobody has. Undefined: there is none. */
export function walkNext({ paths, anchor, next }: Errands): Walked | undefined {
  const index = Atomics.add(next, 0, 1)
  const at = paths[index]
  if (at === undefined) return undefined
  try {
    return { index, walk: walkFile(at.path, at.file, anchor) }
  } catch (error) {
    return { index, walk: error instanceof Error ? error.message : 'The file could not be read.' }
  }
}

/**
 * Walks files in so many threads, and gives them on in their order until `take` says that it is enough. A file proves
 * itself from what its first entry claims, so that who comes first does not matter; what was seen of it waits, in a few hundred bytes. This
 * thread is one of them, and begins before the others have started. Rejects with the file system's words.
 */
export async function walkFiles(paths: Errands['paths'], anchor: Anchor | undefined, threads: number, take: (walk: FileWalk) => boolean): Promise<void> {
  const errands: Errands = { paths, anchor, next: new Int32Array(new SharedArrayBuffer(4)) }
  const walked = new Map<number, FileWalk | string>()
  let broken: unknown
  let wake = () => {}
  const workers = Array.from({ length: Math.min(threads, paths.length) - 1 }, () => new Worker(new URL('./walker.ts', import.meta.url), { workerData: errands }))
  for (const worker of workers) {
    worker.on('message', ({ index, walk }: Walked) => {
      walked.set(index, walk)
      wake()
    })
    worker.on('error', (error) => {
      broken = error
      wake()
    })
  }
  try {
    for (let index = 0; index < paths.length; index += 1) {
      while (!walked.has(index)) {
        if (broken !== undefined) throw broken
        const own = walkNext(errands)
        if (own) walked.set(own.index, own.walk)
        // Lets in what the others have found; or waits for it, where nothing is left to do.
        await (own ? otherTurn() : new Promise<void>((resolve) => { wake = resolve }))
      }
      const walk = walked.get(index)
      walked.delete(index)
      if (walk === undefined || typeof walk === 'string') throw new Error(walk)
      if (take(walk)) return
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
