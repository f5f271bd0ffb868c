import { parentPort, workerData } from 'node:worker_threads'
import { type Errands, walkNext } from './walk-files.ts'

/** A thread that walks files as long as there are any. What it is given is ours: `walkFiles` started it. */
const errands = workerData as Errands
for (let walked = walkNext(errands); walked; walked = walkNext(errands)) parentPort?.postMessage(walked, [])
