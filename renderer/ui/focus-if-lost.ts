import { focusFirst } from './focus-first.ts'

/** A ref for what takes the place of something that may have had the focus: it has the focus then, and takes it from nothing else. */
export function focusIfLost(element: HTMLElement | null): void {
  if (document.activeElement === null || document.activeElement === document.body) focusFirst(element)
}
