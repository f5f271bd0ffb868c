import { shell } from 'electron'

/** Opens the sign-in page in the person's browser. The URL has been checked by `systemBrowserWay`. */
export function openInBrowser(url: string): Promise<void> {
  return shell.openExternal(url, { activate: true })
}
