import { useEffect, useRef } from 'react'
import { type Paced, paced } from './paced.ts'

/** The least between two readings, in ms: each is a question to the EHR and two entries in the chain, and in a hospital some workstation changes each second. */
const restMs = 5_000

/** Looks again when a workstation changed (`revision`: of them all), for as long as it `isWanted`. `look` must be the same from one drawing to the next. */
export function useLookAgain(revision: number, isWanted: boolean, look: () => void): void {
  const pace = useRef<Paced>(undefined)
  useEffect(() => {
    const made = paced(look, restMs)
    pace.current = made
    return () => made.stop()
  }, [look])
  const seen = useRef(revision)
  useEffect(() => {
    if (seen.current === revision) return
    seen.current = revision
    if (isWanted) pace.current?.ask()
  }, [revision, isWanted])
}
