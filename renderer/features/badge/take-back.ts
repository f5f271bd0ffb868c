/** Takes what a reader has just typed out of the field that had the focus. React, where it holds the field, hears of it as of any input. */
export function takeBack(focused: Element | null, typed: string): void {
  if (!(focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement) || !focused.value.endsWith(typed)) return
  const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(focused), 'value')
  own?.set?.call(focused, focused.value.slice(0, -typed.length))
  focused.dispatchEvent(new Event('input', { bubbles: true }))
}
