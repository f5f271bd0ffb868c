import { clipboard } from 'electron'

/**
 * Where Chromium keeps what a page adds to a copy beside the text. The renderer's copy handler adds a mark, so that
 * our copies are told from others' without reading them: reading would bring the text into this process.
 */
const markedByPage = 'chromium/x-web-custom-data'

/** Electron up to 39 takes the selection as an argument; later ones have an object for it. */
interface SelectionBefore40 {
  clear(type: 'selection'): void
}

/** Empties the clipboard if it holds what was copied from a chart; PRIMARY in any case: selecting is enough to fill it. */
export async function forgetClipboard(): Promise<void> {
  if (process.platform === 'linux') {
    if ('selection' in clipboard) clipboard.selection.clear()
    // True for every Electron without `selection`: its documentation of `clear([type])`.
    else (clipboard as SelectionBefore40).clear('selection')
  }
  if (await clipboard.has(markedByPage)) clipboard.clear()
}
