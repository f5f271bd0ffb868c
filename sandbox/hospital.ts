import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../shared/clock.ts'
import { type FhirStore, loadResources, openStore } from './fhir/index.ts'
import { generateHospital } from './people/index.ts'
import { readJson, type StateFolder, writeJson } from './state.ts'

/** Which synthetic people there are: the same seed and number give the same. */
export interface Population {
  seed: number
  patients: number
}

const Marker = z.object({ seed: z.number(), patients: z.number() })

/** Opens the records kept in the state folder, or generates them: at the first start, and when another population is asked. */
export async function openHospital(folder: StateFolder, population: Population, clock: Clock): Promise<FhirStore> {
  const file = join(folder.path, 'fhir.db')
  const marker = Marker.safeParse(await readJson(folder, 'hospital.json'))
  const isKept = marker.success && marker.data.seed === population.seed && marker.data.patients === population.patients
  // The marker is written last: without it, a database here is of another population, or of a start that was cut off.
  if (!isKept) await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${file}${suffix}`, { force: true })))

  const store = openStore({ file, clock })
  if (!isKept) {
    const today = new Date(clock.now()).toISOString().slice(0, 10)
    loadResources(store, generateHospital({ ...population, today }))
    await writeJson(folder, 'hospital.json', population)
  }
  return store
}
