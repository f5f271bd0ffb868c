import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { PatientId } from '../../../shared/contract/index.ts'
import { useChartAccess } from './access.ts'
import { chartSections } from './open-chart.ts'
import { chartKey, sectionQuery } from './section-load.ts'

/**
 * Marks `chart:painted` on the performance timeline once every section has been answered, well or not, and is on the
 * screen: two frames after the answer. The mark says nothing but that; the bench reads it.
 */
export function usePaintedMark(patient: PatientId): void {
  const access = useChartAccess()
  const fetching = useIsFetching({ queryKey: [...chartKey(access.epoch, patient), 'section'] })
  const marked = useRef(false)
  useEffect(() => {
    if (fetching > 0) return undefined
    const settled = chartSections.every((section) => {
      const status = access.client.getQueryState(sectionQuery(access, patient, section).queryKey)?.status
      return status === 'success' || status === 'error'
    })
    if (marked.current || !settled) return undefined
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        marked.current = true
        performance.mark('chart:painted')
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [access, patient, fetching])
}
