import type { FocusEvent } from 'react'

/**
 * Gives the focus that a click put on a line (`data-index`) to the list itself. The list alone hears the keys, and a line that had the focus would take it
 * out of the page with it once it is no longer near the view.
 */
export function keepFocus({ target, currentTarget }: FocusEvent<HTMLElement>): void {
  if (target !== currentTarget && target.closest('[data-index]') !== null) currentTarget.focus({ preventScroll: true })
}
