import { shell } from 'electron'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Opens the sign-in page in the person's browser. The URL has been checked by `systemBrowserWay`. Rejects where nothing opens pages. */
export async function openInBrowser(url: string): Promise<void> {
  if (process.platform === 'linux' && !(await hasOpener())) throw new Error('no xdg-open')
  await shell.openExternal(url, { activate: true })
}

/** On Linux Electron starts `xdg-open` and does not hear that there is none: the person would wait for a browser that never comes. */
async function hasOpener(): Promise<boolean> {
  const places = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = await Promise.all(
    places.map((folder) =>
      access(join(folder, 'xdg-open'), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
