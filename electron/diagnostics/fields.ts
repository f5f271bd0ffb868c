import { assertNever } from '../../shared/assert-never.ts'

/**
 * What a field of a log event may hold. There is no kind for free text: a message, a path or an answer of a server
 * may hold a name, and then the log holds PHI (164.312(a)(2)(iv): nothing of a patient stays on the disk in clear).
 */
export type Field =
  | { readonly kind: 'whole'; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'one-of'; readonly words: readonly string[] }
  | { readonly kind: 'correlation' }
  | { readonly kind: 'version' }

export type FieldValue<F extends Field> = F extends { readonly kind: 'whole' }
  ? number
  : F extends { readonly kind: 'flag' }
    ? boolean
    : F extends { readonly kind: 'one-of'; readonly words: readonly (infer W)[] }
      ? W
      : string

/** A whole number from 0 to `max`. The bound is as tight as the meaning allows: a record number is a number too. */
export const whole = (max: number) => ({ kind: 'whole', max }) as const
/** Milliseconds, up to a day. */
export const milliseconds = whole(86_400_000)
/** How many of something that no workstation has a million of. */
export const count = whole(999_999)
export const flag = { kind: 'flag' } as const
export const oneOf = <const W extends readonly string[]>(words: W) => ({ kind: 'one-of', words }) as const
/** 8 hex digits (correlation.ts). */
export const correlation = { kind: 'correlation' } as const
/** Three numbers of up to three digits. */
export const version = { kind: 'version' } as const

/** Whether a value that came from anywhere may stand in this field. */
export function admits(field: Field, value: unknown): value is string | number | boolean {
  switch (field.kind) {
    case 'whole':
      return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= field.max
    case 'flag':
      return typeof value === 'boolean'
    case 'one-of':
      return typeof value === 'string' && field.words.includes(value)
    case 'correlation':
      return typeof value === 'string' && /^[0-9a-f]{8}$/.test(value)
    case 'version':
      return typeof value === 'string' && /^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(value)
    default:
      return assertNever(field)
  }
}
