/**
 * What a copy of ours carries beside its text: nothing but the fact. Chromium keeps it where `main` finds it without
 * reading the text (electron/windows/forget-clipboard.ts), so that a lock clears our copies and nobody else's.
 */
const mark = 'application/x-chartkeep'

/** The part of a copy event that is used. */
export interface CopyEvent {
  readonly clipboardData: Pick<DataTransfer, 'setData'> | null
  preventDefault(): void
}

/**
 * Puts the text alone on the clipboard, with the mark. Formatted text is not copied: markup of a chart is of no use
 * elsewhere. Does nothing without a selection. Returns whether it copied.
 */
export function copyMarked(event: CopyEvent, selected: string): boolean {
  if (selected === '' || !event.clipboardData) return false
  event.clipboardData.setData('text/plain', selected)
  event.clipboardData.setData(mark, '1')
  event.preventDefault()
  return true
}

/** Marks every copy and cut in the page. */
export function markCopies(page: Document): void {
  page.addEventListener('copy', (event) => void copyMarked(event, selectedText(page)))
  page.addEventListener('cut', (event) => {
    // The only command that deletes a selection so that it can be undone; deprecated, with nothing in its place.
    if (isWritable(page.activeElement) && copyMarked(event, selectedText(page))) page.execCommand('delete')
  })
}

function selectedText(page: Document): string {
  const field = page.activeElement
  if (!isField(field)) return page.getSelection()?.toString() ?? ''
  // A PIN is never copied, as in any browser.
  if (field.type === 'password') return ''
  return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)
}

const isField = (element: Element | null): element is HTMLInputElement | HTMLTextAreaElement => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
const isWritable = (element: Element | null): boolean => isField(element) && !element.readOnly && !element.disabled
