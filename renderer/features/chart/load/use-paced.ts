import { useEffect, useRef, useState } from 'react'

/**
 * A value that follows another one at most every so many milliseconds: for what is costly to read and comes in many parts.
 * The last one is never left out; `isLast` lets it through at once.
 */
export function usePaced<T>(value: T, milliseconds: number, isLast: boolean): T {
  const [paced, setPaced] = useState(value)
  const due = useRef(0)
  useEffect(() => {
    if (isLast || Object.is(value, paced)) return undefined
    const timer = setTimeout(
      () => {
        due.current = performance.now() + milliseconds
        setPaced(() => value)
      },
      Math.max(0, due.current - performance.now()),
    )
    return () => clearTimeout(timer)
  }, [value, paced, milliseconds, isLast])
  return isLast ? value : paced
}
