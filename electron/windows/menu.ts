import { Menu } from 'electron'

/**
 * No menu: Electron's own offers reload and developer tools. macOS takes its editing keys from one, so that there the
 * least is kept (not proven here).
 */
export function setMenu(): void {
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null)
}
