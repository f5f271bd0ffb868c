/**
 * FHIR JSON as it came from outside: the field names are FHIR's and checked by the compiler, every value is unknown
 * until it was looked at. Nothing here throws.
 */
export type Untrusted<T> = { readonly [K in keyof T]?: unknown }

/** The fields of a JSON object; undefined for anything else (null, array, string, number). */
export function fields<T extends object>(value: unknown): Untrusted<T> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  // True by the type's own meaning: any object has each field as `unknown`, or has it not.
  return value
}

/** The objects in a JSON array, in order; what is not an object is left out, what is not an array is empty. */
export function items<T extends object>(value: unknown): readonly Untrusted<T>[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    const read = fields<T>(entry)
    return read === undefined ? [] : [read]
  })
}

/** The fields of a resource of this type; undefined where it is another type or none. */
export function resource<T extends { readonly resourceType: string }>(
  value: unknown,
  type: T['resourceType'],
): Untrusted<T> | undefined {
  const read = fields<T>(value)
  return read?.resourceType === type ? read : undefined
}

/**
 * Controls, and the invisible marks that reorder text: in a one-line label they can only mislead (a name that reads
 * backwards, Unicode TR36 §2.3). ZWJ and ZWNJ stay: Persian and Indic names need them.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is being removed
const misleading = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu

/** No name, dose or place is longer, in UTF-16 units; what is would fill the screen, and hide what stands below. */
const longestLine = 1_000
/** Stands where a line was cut: half a line must not read as a whole one. */
const cut = ' […]'

/**
 * A one-line label: trimmed, white space made single, no control or bidi-override character, and cut, visibly, beyond any honest
 * length; undefined when nothing is left.
 */
export function line(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // Four times as much as is kept: what is cleaned away must not decide what is cut.
  const isLong = value.length > 4 * longestLine
  const clean = (isLong ? value.slice(0, 4 * longestLine) : value).replace(misleading, ' ').replace(/\s+/gu, ' ').trim()
  if (clean === '') return undefined
  return isLong || clean.length > longestLine ? clean.slice(0, longestLine).replace(/[\uD800-\uDBFF]$/, '') + cut : clean
}

/** The value, if it is one of the listed; else undefined. */
export function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((entry) => entry === value)
}

/** A resource that could not be read: shown as a row that says so, never dropped. */
export type Malformed = { readonly kind: 'malformed'; readonly id: string | undefined; readonly resourceType: string | undefined }

export function malformed(value: unknown): Malformed {
  const read = fields<{ id: string; resourceType: string }>(value)
  return { kind: 'malformed', id: line(read?.id), resourceType: line(read?.resourceType) }
}

/** JSON's two ways to say nothing. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/**
 * True when the element says that an extension changes its meaning: FHIR R4 §2.4.1 forbids reading on as if it were
 * not there (https://hl7.org/fhir/R4/extensibility.html#modifierExtension). The row must say so.
 */
export function hasUnknownModifier(element: { readonly modifierExtension?: unknown; readonly implicitRules?: unknown }): boolean {
  const { modifierExtension, implicitRules } = element
  const isModified = Array.isArray(modifierExtension) ? modifierExtension.length > 0 : !isAbsent(modifierExtension)
  return isModified || !isAbsent(implicitRules)
}
