import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { Purpose } from '../keys/purposes.ts'
import { isSensitive } from './security-labels.ts'

/** What of a chart is sealed apart from the rest, under keys that not everybody gets. */
export const apart = ['identifiers', 'notes', 'sensitive'] as const satisfies readonly Purpose[]
export type Apart = (typeof apart)[number]

/** Where something was taken out: a whole resource, or one element of it. */
export const Piece = z.strictObject({ at: z.number().int().nonnegative(), element: z.string().optional(), value: z.unknown() })
export type Piece = z.infer<typeof Piece>

export interface Divided {
  /** In their order, with what was taken out missing; `null` for a whole resource. */
  readonly rest: readonly unknown[]
  readonly pieces: ReadonlyMap<Apart, readonly Piece[]>
}

/** The identifiers of 45 CFR 164.514(b)(2) that a Patient carries. */
const ofPatient = new Set(['identifier', 'name', 'telecom', 'birthDate', '_birthDate', 'deceasedDateTime', 'address', 'photo', 'contact', 'extension'])
/** Who a resource is about, which may name them. */
const subjects = new Set(['subject', 'patient', 'beneficiary', 'for'])
/** What a person wrote, or what says everything once more in words. */
const written = new Set(['text', 'note', 'contained'])
const ofDocument = new Set(['description', 'content'])

/** Takes out of the resources what is sealed apart. Changes none of them. */
export function divide(resources: readonly Resource[]): Divided {
  const pieces = new Map<Apart, Piece[]>()
  const take = (from: Apart, piece: Piece) => {
    const list = pieces.get(from)
    if (list === undefined) pieces.set(from, [piece])
    else list.push(piece)
  }
  const rest = resources.map((resource, at): unknown => {
    if (isSensitive(resource)) {
      take('sensitive', { at, value: resource })
      return null
    }
    return Object.fromEntries(
      Object.entries(resource).filter(([element, value]) => {
        const goes = placeOf(resource.resourceType, element, value)
        if (goes !== undefined) take(goes, { at, element, value })
        return goes === undefined
      }),
    )
  })
  return { rest, pieces }
}

/** Puts them together again; undefined where they do not fit. Elements may change their order, which FHIR's JSON gives no meaning. */
export function unite(rest: readonly unknown[], pieces: readonly Piece[]): readonly unknown[] | undefined {
  const whole = [...rest]
  for (const { at, element, value } of pieces) {
    const found = whole[at]
    if (element === undefined) whole[at] = value
    else if (typeof found === 'object' && found !== null) whole[at] = { ...found, [element]: value }
    else return undefined
  }
  return whole
}

function placeOf(type: string, element: string, value: unknown): Apart | undefined {
  if (type === 'Patient' && ofPatient.has(element)) return 'identifiers'
  if (subjects.has(element) && names(value)) return 'identifiers'
  if (written.has(element) || (type === 'DocumentReference' && ofDocument.has(element))) return 'notes'
  return undefined
}

function names(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('display' in value || 'identifier' in value)
}
