import type { Meta, Patient, Practitioner, Reference } from '@medplum/fhirtypes'
import type { Day } from '../calendar.ts'
import type { Person } from '../person.ts'
import { opaqueId } from '../random.ts'
import { type Colleague, titled } from '../staff.ts'

/** What every resource of one person needs: ids, the subject, the security label. */
export interface Scribe {
  readonly person: Person
  readonly subject: Reference<Patient>
  /** A new id; the n-th of a type is the same in every run. */
  newId(type: string): string
  /** `meta` with the US Core profile of that name, where the resource keeps to one. */
  meta(profile?: string): { meta?: Meta }
}

export function scribeFor(person: Person): Scribe {
  const written = new Map<string, number>()
  // v3-Confidentiality R: every resource of the record carries it, so that a search need not look up the patient.
  const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R', display: 'restricted' }]
  const label = person.profile.isRestricted === true ? { security } : {}
  return {
    person,
    subject: { reference: `Patient/${person.id}` },
    newId: (type) => {
      const place = written.get(type) ?? 0
      written.set(type, place + 1)
      return opaqueId(`${person.seed}/patient/${person.index}/${type}/${place}`)
    },
    meta: (profile) => {
      const profiles = profile === undefined ? {} : { profile: [`http://hl7.org/fhir/us/core/StructureDefinition/${profile}`] }
      const meta = { ...profiles, ...label }
      return Object.keys(meta).length === 0 ? {} : { meta }
    },
  }
}

export function practitioner(colleague: Colleague): Reference<Practitioner> {
  return { reference: `Practitioner/${colleague.practitioner}`, display: titled(colleague) }
}

/** The encounters of a person by day, every day of a stay in hospital included. */
export type EncounterIds = ReadonlyMap<Day, string>

/** A reference to the encounter of a day, where there was one. */
export function during(encounters: EncounterIds, day: Day): { encounter?: { reference: string } } {
  const id = encounters.get(day)
  return id === undefined ? {} : { encounter: { reference: `Encounter/${id}` } }
}
