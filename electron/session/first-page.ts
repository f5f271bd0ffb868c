import type { Log } from '../diagnostics/log.ts'

/** Far longer than a page takes to load on the slowest workstation. Milliseconds. */
export const longestFirstPage = 20_000

export interface FirstPageParts {
  /** The first page has loaded; rejects when it cannot. */
  readonly loaded: Promise<void>
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  /** The page stands. Called later than this resolves when the page is late, and not at all when it never stands. */
  painted(): void
  readonly log: Pick<Log, 'event'>
}

/**
 * Resolves when the first page stands, so that what a start leaves until then takes nothing of it. A page that hangs is waited for this long and no longer: what the
 * start recorded, and orders that lock somebody out, do not hang on it. Rejects when the page fails before that.
 */
export async function firstPage({ loaded, within, painted, log }: FirstPageParts): Promise<void> {
  if ((await within(loaded, longestFirstPage)) === 'done') {
    painted()
    return
  }
  log.event('window.late', {})
  loaded.then(painted, () => undefined)
}
