import type { Log } from '../diagnostics/log.ts'

/** Far longer than from a page that has loaded to its first screen; one that nobody can see draws none. Milliseconds. */
export const longestFirstPaint = 1_000
/** Far longer than a page takes to load on the slowest workstation. Milliseconds. */
export const longestFirstPage = 20_000
/** Longer than a disk takes that works. Milliseconds. */
export const longestRecord = 3_000

export interface FirstPageParts {
  /** The first page has loaded; rejects when it cannot. */
  readonly loaded: Promise<void>
  /** It has drawn something; that may never be. */
  readonly painted: Promise<void>
  within(work: Promise<unknown>, milliseconds: number): Promise<'done' | 'late'>
  /** The page stands, as far as anybody can see. Called later than this resolves when the page is late, and not at all when it never stands. */
  stands(): void
  /** Has the audit chain take what the start did; resolves when that is on the disk, or is refused. Never rejects. */
  record(): Promise<void>
  readonly log: Pick<Log, 'event'>
}

/**
 * Resolves when the first page is painted, so that what a start leaves until then takes nothing of it; what it did is being recorded by then. A page that hangs is waited
 * for this long and no longer: what the start recorded, and orders that lock somebody out, do not hang on it. Rejects when the page fails before that, once it is recorded:
 * a wipe that this start has finished is told by no other.
 */
export async function firstPage(parts: FirstPageParts): Promise<void> {
  try {
    await stood(parts)
  } catch (error) {
    await parts.within(parts.record(), longestRecord)
    throw error
  }
  void parts.record()
}

async function stood({ loaded, painted, within, stands, log }: FirstPageParts): Promise<void> {
  if ((await within(loaded, longestFirstPage)) === 'done') {
    await within(painted, longestFirstPaint)
    stands()
    return
  }
  log.event('window.late', {})
  loaded.then(stands, () => undefined)
}
