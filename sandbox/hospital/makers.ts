import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { PreparedRecord } from '../fhir/index.ts'
import type { Population } from '../people/index.ts'
import type { MakerData, Part } from './maker.worker.ts'

/** Patients that a maker makes at a time: few enough that what is under way takes little memory. */
const partSize = 5

/** The largest chart is a tenth of it. Without a limit a thread takes what it can get before it collects. */
const resourceLimits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32 }

/** One thread that makes patients, one part at a time. */
function startMaker(data: MakerData) {
  const worker = new Worker(new URL('./maker.worker.ts', import.meta.url), { workerData: data, resourceLimits })
  return {
    make: async (part: Part): Promise<readonly PreparedRecord[]> => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(part)
      // `once` rejects where the worker fails instead of answering.
      const [records] = await once(worker, 'message')
      return records as readonly PreparedRecord[]
    },
    end: () => worker.terminate(),
  }
}

/**
 * Makes a population on every core, and gives it part by part in its order: the same records in the same order however many cores there
 * are. A maker that is ahead waits until its part was taken, so that memory does not grow with the population.
 * @throws what a maker throws.
 */
export async function* makePopulation(population: Population, now: number): AsyncGenerator<{ to: number; records: readonly PreparedRecord[] }> {
  const parts = Math.ceil(population.patients / partSize)
  const partAt = (place: number): Part => ({ from: place * partSize, to: Math.min((place + 1) * partSize, population.patients) })
  const makers = Array.from({ length: Math.max(1, Math.min(4, availableParallelism(), parts)) }, () => startMaker({ population, now }))
  try {
    // A hospital without patients has its institution still.
    const last = Math.max(1, parts)
    const begun = makers.map((maker, place) => maker.make(partAt(place)))
    // Whoever is asked for later may fail sooner: that is heard when it is asked for.
    for (const each of begun) each.catch(() => {})
    for (let place = 0; place < last; place += 1) {
      const which = place % makers.length
      const records = await begun[which]
      const maker = makers[which]
      if (records === undefined || maker === undefined) throw new Error('A part without a maker.')
      const next = place + makers.length
      if (next < last) {
        const coming = maker.make(partAt(next))
        coming.catch(() => {})
        begun[which] = coming
      }
      yield { to: partAt(place).to, records }
    }
  } finally {
    await Promise.all(makers.map((maker) => maker.end()))
  }
}
