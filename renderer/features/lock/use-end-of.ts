import { useEffect, useState } from 'react'

/** Whether a time that began when `what` came is over. Milliseconds; undefined: nothing has begun. */
export function useEndOf(validMs: number | undefined, what: string | undefined): boolean {
  const [ended, setEnded] = useState<string>()
  useEffect(() => {
    if (validMs === undefined || what === undefined) return undefined
    const timer = setTimeout(() => setEnded(what), validMs)
    return () => clearTimeout(timer)
  }, [validMs, what])
  return what !== undefined && ended === what
}
