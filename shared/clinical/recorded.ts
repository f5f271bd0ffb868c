/** What a record says, or which kind of nothing it says. The words for the nothings are the catalogue's. */
export type Recorded<T> =
  | { readonly kind: 'recorded'; readonly value: T }
  /** Nobody wrote it down. */
  | { readonly kind: 'not-recorded' }
  /** Somebody wrote down that it is not known. */
  | { readonly kind: 'not-known' }
  /** Something is there that cannot be read. */
  | { readonly kind: 'malformed' }

export const notRecorded = { kind: 'not-recorded' } as const
export const notKnown = { kind: 'not-known' } as const
export const unreadable = { kind: 'malformed' } as const

export function recorded<T>(value: T): { readonly kind: 'recorded'; readonly value: T } {
  return { kind: 'recorded', value }
}

/** The value where there is one. */
export function valueOf<T>(entry: Recorded<T>): T | undefined {
  return entry.kind === 'recorded' ? entry.value : undefined
}
