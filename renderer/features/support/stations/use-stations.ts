import { useCallback, useEffect, useReducer, useRef } from 'react'
import { useServices } from '../../../services/index.ts'
import { followStations } from './follow-stations.ts'
import { nextStations, noStations, type StationEvent, type StationList } from './station-list.ts'

export interface LiveStations {
  readonly list: StationList
  readonly tell: (event: StationEvent) => void
  /** Reads the list now, instead of when its turn comes. */
  readonly again: () => void
}

/** The workstations, live for as long as somebody looks at the desk. */
export function useStations(): LiveStations {
  const { bridge, clock } = useServices()
  const [list, tell] = useReducer(nextStations, noStations)
  const stop = useRef<() => void>(undefined)
  const start = useCallback(() => {
    const leaving = new AbortController()
    const left = leaving.signal
    void followStations({
      part: (after) => bridge.callUntil(left, 'desk.workstations', after === undefined ? {} : { after }),
      changes: (revision) => bridge.callUntil(left, 'desk.changes', { revision }),
      now: () => clock.now(),
      pause: (milliseconds) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          left.addEventListener('abort', () => {
            clearTimeout(timer)
            resolve()
          }, { once: true })
        }),
      tell,
      left,
    })
    stop.current = () => leaving.abort()
  }, [bridge, clock])
  useEffect(() => {
    start()
    return () => stop.current?.()
  }, [start])
  return {
    list,
    tell,
    again() {
      tell({ type: 'again' })
      stop.current?.()
      start()
    },
  }
}
