export interface Kept<T> {
  /** As the list last had it; absent where it has it no more. */
  readonly listed: T | undefined
  readonly seen: T | undefined
}

export const nothingKept = { listed: undefined, seen: undefined } as const

/** What stands beside a list when the list or the choice may have changed. A line that the list tells anew is as the list says; one that it no longer has stays as it was last seen. */
export function keptAfter<T extends { readonly id: string }>(before: Kept<T>, lines: readonly T[] | undefined, chosen: string | undefined): Kept<T> {
  const listed = lines?.find(({ id }) => id === chosen)
  const seen = before.seen?.id === chosen ? before.seen : undefined
  if (listed === before.listed && seen === before.seen) return before
  return { listed, seen: listed === undefined || listed === before.listed ? seen : listed }
}
