import type { Practitioner } from '@medplum/fhirtypes'
import { readName } from '../../../shared/clinical/name.ts'
import type { Clock } from '../../../shared/clock.ts'
import { kindOf } from '../../../shared/errors.ts'
import { readBundle } from '../fhir/bundle.ts'
import type { FhirClient } from '../fhir/client.ts'

interface StaffEntry {
  readonly reference: string
  readonly name?: string
}

/** Who works at the hospital, from the EHR's directory: the trail names its people by reference alone. */
export interface StaffDirectory {
  /** Names of those whom the EHR knows, by reference. Never rejects but with `cancelled`: without names the trail stands all the same. */
  names(references: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Whom a typed text means: by id, or by name, at most twenty. Rejects with the kinds of the way to the EHR. */
  find(text: string, signal?: AbortSignal): Promise<readonly StaffEntry[]>
}

const idsAtOnce = 100
const mostFound = 20
const practitioner = /^Practitioner\/([A-Za-z0-9\-.]{1,64})$/
/** An id has a digit and no space; a name has neither rule, and is searched for as one too. */
const isId = (text: string) => /^[A-Za-z0-9\-.]{1,64}$/.test(text) && /\d/.test(text)
const anybody = { types: ['Practitioner'], belongs: () => 'yes' as const }

export function createStaffDirectory(client: FhirClient, clock: Clock): StaffDirectory {
  const known = new Map<string, string>()

  async function search(parameters: URLSearchParams, signal: AbortSignal | undefined): Promise<StaffEntry[]> {
    const page = readBundle(await client.search('Practitioner', parameters, { effort: client.effort(signal) }), anybody)
    return page.resources.flatMap((resource) => (resource.resourceType === 'Practitioner' && resource.id !== undefined ? [entryOf(resource, resource.id)] : []))
  }

  function entryOf(resource: Practitioner, id: string): StaffEntry {
    const reference = `Practitioner/${id}`
    // Staff are no patients: their names do not change by the zone of a reader.
    const name = readName(resource.name, { now: clock.now(), zone: 'UTC' })
    if (name.kind !== 'recorded') return { reference }
    known.set(reference, name.display)
    return { reference, name: name.display }
  }

  return {
    async names(references, signal) {
      const wanted = [...new Set(references)].filter((reference) => !known.has(reference)).flatMap((reference) => practitioner.exec(reference)?.[1] ?? [])
      try {
        for (let at = 0; at < wanted.length; at += idsAtOnce) {
          const group = wanted.slice(at, at + idsAtOnce)
          await search(new URLSearchParams({ _id: group.join(','), _count: String(idsAtOnce) }), signal)
        }
      } catch (error) {
        if (kindOf(error) === 'cancelled') throw error
      }
      return known
    },
    async find(text, signal) {
      const reference = practitioner.exec(text) === null ? (isId(text) ? `Practitioner/${text}` : undefined) : text
      if (reference !== undefined) {
        const name = (await this.names([reference], signal)).get(reference)
        return [{ reference, ...(name === undefined ? {} : { name }) }]
      }
      const parameters = new URLSearchParams()
      for (const word of text.split(/[\s,]+/).filter((each) => each !== '').slice(0, 6)) parameters.append('name', word.replace(/[\\,|$]/g, '\\$&'))
      parameters.append('_count', String(mostFound))
      return (await search(parameters, signal)).slice(0, mostFound)
    },
  }
}
