import { parentPort } from 'node:worker_threads'
import type { Errand } from './walk-files.ts'
import { walkFile } from './walk.ts'

/** A thread that walks the files it is given, one at a time. */
parentPort?.on('message', ({ path, file, anchor }: Errand) => {
  walkFile(path, file, anchor).then(
    (walk) => parentPort?.postMessage({ walk }, []),
    (error: unknown) => parentPort?.postMessage({ failure: error instanceof Error ? error.message : 'The file could not be read.' }, []),
  )
})
