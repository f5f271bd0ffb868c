import { type Deed, type Trouble, type TroubleInput, Troubles } from './trouble.ts'

/** The troubles that are set, and how often each has been met. */
export interface TroubleBook {
  /** In the place of those before. Throws a ZodError. */
  set(troubles: readonly TroubleInput[]): void
  current(): readonly Trouble[]
  /** How many requests each of them was for, whether it met them or let them pass. */
  counts(): readonly number[]
  /** What this request meets. Counts. */
  meet(method: string, path: string): readonly Deed[]
}

const fhirApi = '/fhir/R4/'

/** Whether a request is one that a trouble is for, whatever its number. Pure. */
export function isFor({ type, path, method }: Trouble['for'], askedMethod: string, asked: string): boolean {
  if (method !== undefined && method !== askedMethod) return false
  if (path !== undefined && !asked.startsWith(path)) return false
  if (path === undefined && !asked.startsWith(fhirApi)) return false
  return type === undefined || new RegExp(`^${fhirApi}${type}(?:[/?]|$)`).test(asked)
}

export function troubleBook(): TroubleBook {
  let set: { readonly trouble: Trouble; asked: number }[] = []
  return {
    set(troubles) {
      set = Troubles.parse(troubles).map((trouble) => ({ trouble, asked: 0 }))
    },
    current: () => set.map(({ trouble }) => trouble),
    counts: () => set.map(({ asked }) => asked),
    meet(method, path) {
      const deeds: Deed[] = []
      for (const entry of set) {
        const { for: scope, deed } = entry.trouble
        if (!isFor(scope, method, path)) continue
        entry.asked += 1
        if (entry.asked >= scope.from && entry.asked < scope.from + (scope.times ?? Infinity)) deeds.push(deed)
      }
      return deeds
    },
  }
}
