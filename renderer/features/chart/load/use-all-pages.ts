import { useEffect } from 'react'
import type { SectionState } from './use-section.ts'

/** Follows the pages of a section to the end, one after the other; stops at one that fails, until it is tried again. */
export function useAllPages(found: SectionState): void {
  const more = found.state === 'ready' && found.hasMore && !found.isLoadingMore && found.moreFailure === undefined ? found.loadMore : undefined
  useEffect(() => more?.(), [more])
}
