import { useCallback, useEffect, useState } from 'react'
import { type Hold, holdsOf } from '../../shared/alerts.ts'
import type { PatientId } from '../../shared/contract/index.ts'
import { useServices } from '../services/index.ts'

/** The questions that stand before charts. Told by `records`, which gives nothing of those charts whatever is shown here. */
export function useHolds(): (patient: PatientId) => readonly Hold[] {
  const { bridge } = useServices()
  const [holds, setHolds] = useState<readonly Hold[]>([])
  useEffect(() => bridge.onHolds(setHolds), [bridge])
  return useCallback((patient) => holdsOf(holds, patient), [holds])
}
