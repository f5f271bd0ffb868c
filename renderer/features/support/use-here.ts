import { useMemo } from 'react'
import { useServices } from '../../services/index.ts'
import type { Here } from './stations/station-words.ts'

const minute = 60_000

/** Now and here, to the minute, which is as fine as lists say it: the same object until the next one, so that no line is drawn again without need. */
export function useHere(): Here {
  const { clock, zone } = useServices()
  const now = Math.floor(clock.now() / minute) * minute
  return useMemo(() => ({ now, zone }), [now, zone])
}
