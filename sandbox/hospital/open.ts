import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { type FhirStore, keptSetting, openBulkLoad, openStore } from '../fhir/index.ts'
import type { StateFolder } from '../state.ts'
import { makePopulation } from './makers.ts'
import { assertRoom, NoRoom } from './room.ts'

/** Which synthetic people there are: the same seed and number give the same. */
interface Population {
  seed: number
  patients: number
}

/** How far the making of a population is. */
export interface Progress {
  readonly patients: number
  readonly of: number
  readonly records: number
}

export interface HospitalOptions {
  readonly folder: StateFolder
  readonly population: Population
  readonly clock: Clock
  onProgress?: ((progress: Progress) => void) | undefined
  /** Gives up the making of a population; one that is kept opens all the same. */
  readonly signal?: AbortSignal | undefined
}

const Kept = z.object({ seed: z.number(), patients: z.number() })

/** Where the population is named in the file of its records. */
const populationSetting = 'population'

function isKept(file: string, { seed, patients }: Population): boolean {
  if (!existsSync(file)) return false
  const kept = Kept.safeParse(JSON.parse(keptSetting(file, populationSetting) ?? 'null'))
  return kept.success && kept.data.seed === seed && kept.data.patients === patients
}

const removeDatabase = (file: string) => Promise.all(['', '-wal', '-shm', '-journal'].map((suffix) => rm(`${file}${suffix}`, { force: true })))

/** Makes what was written outlive a power cut, before anything is said to be there. */
async function flushed(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isFull = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === 13

/** Makes the population in a draft, which takes its name when it is whole: what is interrupted, by kill -9 too, is made anew. */
async function make(file: string, { folder, population, clock, onProgress, signal }: HospitalOptions): Promise<void> {
  const draft = `${file}.draft`
  await removeDatabase(draft)
  await removeDatabase(file)
  await assertRoom(folder.path, population.patients)
  const now = clock.now()
  const today = new Date(now).toISOString().slice(0, 10)
  const began = performance.now()
  const load = openBulkLoad({ file: draft, clock })
  try {
    let records = 0
    for await (const part of makePopulation({ ...population, today }, now)) {
      signal?.throwIfAborted()
      load.add(part.records)
      records += part.records.length
      onProgress?.({ patients: part.to, of: population.patients, records })
    }
    load.build()
    const seconds = Math.round(performance.now() - began) / 1000
    // What it took is kept with it: whoever measures need not make it again. Of the whole process, its threads among it.
    const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024)
    load.keep(populationSetting, JSON.stringify({ ...population, today, records, seconds, peakMegabytes }))
    load.close()
    await flushed(draft)
    await rename(draft, file)
    await flushed(folder.path)
  } catch (error) {
    load.close()
    await removeDatabase(draft)
    throw isFull(error) ? new NoRoom(`The disk of ${folder.path} is full. What was written was removed.`, { cause: error }) : error
  }
}

/**
 * Opens the records kept in the state folder, or makes them: at the first start, and when another population is asked.
 * @throws NoRoom where the disk is too small; the signal's reason where it is aborted in the making.
 */
export async function openHospital(options: HospitalOptions): Promise<FhirStore> {
  const file = join(options.folder.path, 'fhir.db')
  if (!isKept(file, options.population)) await make(file, options)
  return openStore({ file, clock: options.clock })
}
