import { type Laboratory, type Person, readLaboratory } from '../../../../shared/clinical/index.ts'
import { readOnce } from '../load/read-once.ts'

type Resources = readonly unknown[]

// Five thousand results take a tenth of a second to read: the summary and the list of all share it.
const readings = readOnce((resources: Resources) => {
  const zones = new Map<string, (person: Person) => Laboratory>()
  return (zone: string) => {
    const known = zones.get(zone) ?? readOnce((person: Person) => readLaboratory(resources, person, zone))
    zones.set(zone, known)
    return known
  }
})

/** `readLaboratory`, once for the same resources, person and zone. */
export function laboratoryOf(resources: Resources, person: Person, zone: string): Laboratory {
  return readings(resources)(zone)(person)
}
