/**
 * A ref for what has the focus when it appears: the one field of a lock screen, the safe answer of a question.
 * A stable function, so that it runs once. Nowhere else: a focus that jumps is a trap.
 */
export function focusFirst(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}
