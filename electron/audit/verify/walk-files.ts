import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Anchor } from './verdict.ts'
import { type FileWalk, walkFile } from './walk.ts'

/** What a thread is asked to walk. */
export interface Errand {
  readonly path: string
  readonly file: number
  readonly anchor: Anchor | undefined
}

/**
 * Walks files, so many at once, and gives them on in their order until `take` says that it is enough. A file proves
 * itself from what its first entry claims, so that who comes first does not matter. Rejects with the file system's errors.
 */
export async function walkFiles(paths: readonly { readonly file: number; readonly path: string }[], anchor: Anchor | undefined, threads: number, take: (walk: FileWalk) => boolean): Promise<void> {
  if (threads < 2 || paths.length < 2) {
    for (const { file, path } of paths) if (take(await walkFile(path, file, anchor))) return
    return
  }
  const workers = Array.from({ length: Math.min(threads, paths.length) }, () => new Worker(new URL('./walker.ts', import.meta.url)))
  try {
    const walks = new Map<number, Promise<FileWalk>>()
    const busy = workers.map(() => Promise.resolve())
    for (const [index, { file, path }] of paths.entries()) {
      // A worker has one errand at a time, and no more results wait than there are workers.
      for (let ahead = index; ahead < Math.min(index + workers.length, paths.length); ahead += 1) {
        const next = paths[ahead]
        const worker = workers[ahead % workers.length]
        if (next && worker && !walks.has(ahead)) {
          const walk = (busy[ahead % workers.length] ?? Promise.resolve()).then(() => ask(worker, { ...next, anchor }))
          busy[ahead % workers.length] = walk.then(() => undefined, () => undefined)
          walks.set(ahead, walk)
        }
      }
      const walk = await (walks.get(index) ?? walkFile(path, file, anchor))
      walks.delete(index)
      if (take(walk)) return
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function ask(worker: Worker, errand: Errand): Promise<FileWalk> {
  const answered = once(worker, 'message')
  worker.postMessage(errand, [])
  const [answer] = await answered
  const { walk, failure } = answer as { readonly walk?: FileWalk; readonly failure?: string }
  if (walk === undefined) throw new Error(failure)
  return walk
}
