import { useMemo } from 'react'
import type { Section } from '../../../../shared/contract/index.ts'
import { isPartial, type SectionState } from '../load/use-section.ts'

/** What the banner has read. `isPartial`: that something is not listed does not mean that it is not there. */
export interface NewestReading<V> {
  readonly read: V
  readonly isPartial: boolean
}

/** A reading of the newest there is: what is held back elsewhere, so that nothing moves, is shown in the banner at once. */
export function useNewestReading<V>(found: SectionState, newest: Section | undefined, read: (resources: readonly unknown[]) => V): NewestReading<V> | undefined {
  const resources = found.state === 'ready' ? (newest?.resources ?? found.resources) : undefined
  const isShort = found.state === 'ready' && (newest ? isPartial(newest) || newest.next !== undefined : found.isPartial || found.hasMore)
  return useMemo(() => (resources ? { read: read(resources), isPartial: isShort } : undefined), [resources, isShort, read])
}
