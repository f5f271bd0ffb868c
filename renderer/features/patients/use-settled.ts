import { useEffect, useState } from 'react'

/** A value once it has not changed for so many milliseconds, and the way to take it as it is now. */
export function useSettled<T>(value: T, milliseconds: number): readonly [settled: T, settle: () => void] {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return [settled, () => setSettled(value)]
}
