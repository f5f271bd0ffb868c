import type { FhirStore } from '../fhir/index.ts'
import { madeUpTrail, type TrailSetting } from './made-up.ts'

/** Files a made-up trail about the patients of a store, up to its own now. Gives how many entries it has. */
export function fileMadeUpTrail(store: FhirStore, setting: Omit<TrailSetting, 'patients' | 'until'>): number {
  const rows = store.statements.all("SELECT id FROM record WHERE type = 'Patient' AND deleted = 0 ORDER BY key LIMIT 200")
  const patients = rows.flatMap(({ id }) => (typeof id === 'string' ? [id] : []))
  return store.atomically(() => {
    let filed = 0
    for (const event of madeUpTrail({ ...setting, patients, until: store.clock.now() })) {
      store.put(event)
      filed += 1
    }
    return filed
  })
}
