import type { HumanName, Practitioner, Reference, Resource } from '@medplum/fhirtypes'
import type { Recorded } from './recorded.ts'
import { notRecorded, recorded, unreadable } from './recorded.ts'
import { fields, isAbsent, items, line } from './untrusted.ts'

/** The name of a person or organisation behind a reference: its display, else that of the contained resource. Never an id. */
export function readActor(reference: unknown, contained?: unknown): Recorded<string> {
  if (isAbsent(reference)) return notRecorded
  const read = fields<Reference>(reference)
  if (read === undefined) return unreadable
  const display = line(read.display)
  if (display !== undefined) return recorded(display)
  const target = containedIn(contained, read.reference)
  const name = target === undefined ? undefined : nameOf(target)
  return name === undefined ? notRecorded : recorded(name)
}

/** The first of several that has a name. */
export function readFirstActor(references: unknown, contained?: unknown): Recorded<string> {
  const actors = Array.isArray(references) ? references.map((reference: unknown) => readActor(reference, contained)) : []
  return actors.find((actor) => actor.kind === 'recorded') ?? actors[0] ?? notRecorded
}

/** The contained resource that `#id` points to. */
export function containedIn(contained: unknown, reference: unknown): { readonly [K in keyof Resource]?: unknown } | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#') || reference.length === 1) return undefined
  return items<Resource>(contained).find(({ id }) => id === reference.slice(1))
}

function nameOf(target: object): string | undefined {
  const { name } = fields<Practitioner>(target) ?? {}
  if (!Array.isArray(name)) return line(name)
  return items<HumanName>(name)
    .map(({ text, given, family, suffix }) => line(text) ?? [given, family, suffix].flat().flatMap((part) => line(part) ?? []).join(' '))
    .find((text) => text !== '')
}
