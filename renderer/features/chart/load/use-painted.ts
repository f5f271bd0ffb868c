import { hashKey, notifyManager } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { PatientId } from '../../../../shared/contract/index.ts'
// Not by the index: that would bring the contract's parser into the page (ADR 0064).
import { sections } from '../../../../shared/contract/sections.ts'
import { useChartAccess } from './access.ts'
import { sectionQuery } from './section-load.ts'

/**
 * Marks `chart:painted` on the performance timeline once every section has been answered, well or not, and is on the
 * screen: at the frame after the one that painted the last answer. The mark says nothing but that; the bench reads it.
 * Renders nothing anew: each answer is its own section's matter.
 */
export function usePaintedMark(patient: PatientId): void {
  const access = useChartAccess()
  useEffect(() => {
    const queries = access.client.getQueryCache()
    const unanswered = new Set(sections.map((section) => hashKey(sectionQuery(access, patient, section).queryKey)))
    let frame: number | undefined
    let hasStopped = false
    const look = () => {
      for (const hash of unanswered) {
        const status = queries.get(hash)?.state.status
        if (status === 'success' || status === 'error') unanswered.delete(hash)
      }
      if (unanswered.size > 0) return
      stop()
      // Behind the news of the last answer (workspace/by-frame.ts): the next frame paints it, the one after that comes when it is painted.
      notifyManager.schedule(() => {
        if (hasStopped) return
        frame = requestAnimationFrame(() => {
          frame = requestAnimationFrame(() => performance.mark('chart:painted'))
        })
      })
    }
    const stop = queries.subscribe(({ query }) => {
      if (unanswered.has(query.queryHash)) look()
    })
    look()
    return () => {
      hasStopped = true
      stop()
      if (frame !== undefined) cancelAnimationFrame(frame)
    }
  }, [access, patient])
}
