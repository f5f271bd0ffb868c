import { app } from 'electron'
import path from 'node:path'
import type { FileDialogParts } from './ask.ts'

/** With this word the application asks for a file, and does nothing else. */
export const fileDialogFlag = '--file-dialog'

/** A dead line, not a pace: it takes half a second. Milliseconds. */
const toOpen = 20_000

/**
 * A toolkit notes what was chosen in the desktop's list of recent files, with its name; "do not add" is heeded on Windows alone. It has no place to note
 * it in: nothing can be made beneath a file.
 */
const noDataHome = path.join(process.execPath, 'none')

/** Ourselves, told to ask for a file. */
export const dialogProgram = (): FileDialogParts => ({
  program: process.execPath,
  args: [...(app.isPackaged ? [] : [app.getAppPath()]), fileDialogFlag],
  env: process.platform === 'linux' ? { ...process.env, XDG_DATA_HOME: noDataHome } : process.env,
  toOpen,
})
