import { app } from 'electron'
import type { FileDialogParts } from './ask.ts'

/** With this word the application asks for a file, and does nothing else. */
export const fileDialogFlag = '--file-dialog'

/** A dead line, not a pace: it takes half a second. Milliseconds. */
const toOpen = 20_000

/** Ourselves, told to ask for a file. */
export const dialogProgram = (): FileDialogParts => ({
  program: process.execPath,
  args: [...(app.isPackaged ? [] : [app.getAppPath()]), fileDialogFlag],
  env: process.env,
  toOpen,
})
