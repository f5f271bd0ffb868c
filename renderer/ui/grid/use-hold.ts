import { type FocusEvent, type RefObject, useRef } from 'react'

/** Tells when somebody points into the lines, or moves in them by keys: then no line may move (ADR 0117). */
export function useHold(onHold: ((isHeld: boolean) => void) | undefined, lines: RefObject<HTMLElement | null>) {
  const isByKeys = useRef(false)
  return {
    byKeys: () => {
      if (isByKeys.current) return
      isByKeys.current = true
      onHold?.(true)
    },
    entered: () => onHold?.(true),
    left: () => (isByKeys.current ? undefined : onHold?.(false)),
    blurred: ({ relatedTarget, currentTarget }: FocusEvent) => {
      // From the grid to a line that is clicked, and back: between the two no line may move.
      if (relatedTarget === currentTarget || lines.current?.contains(relatedTarget) === true) return
      isByKeys.current = false
      onHold?.(false)
    },
  }
}
