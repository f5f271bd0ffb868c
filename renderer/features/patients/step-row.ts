/** Moves the focus from row to row of the patient lists; up from the first row it goes back to the search. True when it moved. */
export function stepRow(page: HTMLElement, by: 1 | -1): boolean {
  const stops = [...page.querySelectorAll<HTMLElement>('#patient-search, [data-testid="patient-row"] button')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  const next = at < 0 ? undefined : stops[at + by]
  next?.focus()
  return next !== undefined
}
