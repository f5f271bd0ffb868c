import { parentPort, workerData } from 'node:worker_threads'
import { preparedRecord } from '../fhir/index.ts'
import { hospitalPart, type Population } from '../people/index.ts'

/** What a maker is given at its start, by `makers.ts` alone. */
export interface MakerData {
  readonly population: Population
  /** Nothing of what it makes was written later, epoch milliseconds. */
  readonly now: number
}

/** Patients from one place up to another. */
export interface Part {
  readonly from: number
  readonly to: number
}

// A worker's data and messages are typed by nobody: `makers.ts` starts it and sends these.
const { population, now } = workerData as MakerData

parentPort?.on('message', ({ from, to }: Part) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(Array.from(hospitalPart(population, from, to), (resource) => preparedRecord(resource, now)))
})
