import { useMemo } from 'react'
import type { SectionState } from '../use-section.ts'

/** A reading of the newest there is: what is held back elsewhere, so that nothing moves, is shown in the banner at once. */
export function useNewestReading<V>(found: SectionState, newest: readonly unknown[] | undefined, read: (resources: readonly unknown[]) => V): V | undefined {
  const resources = found.state === 'ready' ? (newest ?? found.resources) : undefined
  return useMemo(() => (resources ? read(resources) : undefined), [resources, read])
}
