import type { WebContents } from 'electron'

/** Ctrl+L, on macOS Cmd+L, locks even when the page does not answer. */
export function lockOnShortcut(contents: WebContents, lock: () => void): void {
  contents.on('before-input-event', (event, input) => {
    const modifier = process.platform === 'darwin' ? input.meta : input.control
    if (input.type !== 'keyDown' || !modifier || input.alt || input.shift || input.key.toLowerCase() !== 'l') return
    event.preventDefault()
    lock()
  })
}
