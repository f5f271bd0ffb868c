import { notifyManager } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { PatientId } from '../../../shared/contract/index.ts'
// Not by the index: that would bring the contract's parser into the page (ADR 0064).
import { sections } from '../../../shared/contract/sections.ts'
import { type ChartAccess, useChartAccess } from './access.ts'
import { sectionQuery } from './section-load.ts'

/**
 * Marks `chart:painted` on the performance timeline once every section has been answered, well or not, and is on the
 * screen: at the frame after the one that painted the last answer. The mark says nothing but that; the bench reads it.
 * Renders nothing anew: each answer is its own section's matter.
 */
export function usePaintedMark(patient: PatientId): void {
  const access = useChartAccess()
  useEffect(() => {
    let frame: number | undefined
    let isDone = false
    let hasStopped = false
    const look = () => {
      if (isDone || !isAnswered(access, patient)) return
      isDone = true
      // Behind the news of the last answer, which is rendered and painted in a frame of its own (workspace/by-frame.ts).
      notifyManager.schedule(() => {
        if (hasStopped) return
        frame = requestAnimationFrame(() => performance.mark('chart:painted'))
      })
    }
    const stop = access.client.getQueryCache().subscribe(look)
    look()
    return () => {
      hasStopped = true
      stop()
      if (frame !== undefined) cancelAnimationFrame(frame)
    }
  }, [access, patient])
}

function isAnswered(access: ChartAccess, patient: PatientId): boolean {
  return sections.every((section) => {
    const status = access.client.getQueryState(sectionQuery(access, patient, section).queryKey)?.status
    return status === 'success' || status === 'error'
  })
}
