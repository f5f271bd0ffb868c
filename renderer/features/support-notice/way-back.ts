import { focusIfLost } from '../../ui/focus-if-lost.ts'

/** Where somebody was before they came to a notice: it goes with its button, and who was about to type the PIN goes on there. */
export interface WayBack {
  /** The focus came into the notice, from there if from anywhere. */
  cameFrom(element: EventTarget | null): void
  /** The notice is gone. A focus that is elsewhere by now stays there. */
  goBack(): void
}

export function wayBack(): WayBack {
  let from: HTMLElement | null = null
  return {
    cameFrom(element) {
      if (element instanceof HTMLElement) from = element
    },
    goBack: () => focusIfLost(from),
  }
}
