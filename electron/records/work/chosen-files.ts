import { ChartkeepError } from '../../../shared/errors.ts'

/** The files that the person has chosen in `main`'s dialog, each for one use. */
export interface ChosenFiles {
  grant(name: string, path: string): void
  /** Throws `stale` for one that was not granted, or was used. */
  take(name: string): string
}

/** One that was chosen and not used is given up for newer ones. */
const mostWaiting = 4

export function createChosenFiles(): ChosenFiles {
  const paths = new Map<string, string>()
  return {
    grant(name, path) {
      paths.set(name, path)
      for (const oldest of paths.keys()) {
        if (paths.size <= mostWaiting) break
        paths.delete(oldest)
      }
    },
    take(name) {
      const path = paths.get(name)
      paths.delete(name)
      if (path === undefined) throw new ChartkeepError('stale')
      return path
    },
  }
}
