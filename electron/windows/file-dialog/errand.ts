import { app, dialog } from 'electron'
import { join } from 'node:path'
import { FileQuestion, type FileTold } from './question.ts'

/** What waits for a dialog's answer is run with the next turn of the loop, and nothing else brings one here. Milliseconds. */
const turn = 50

/**
 * All that a process does which was started to ask for a file: the one dialog of its one question. It has no window, no session and no profile of
 * the person's, and ends with whoever started it.
 */
export function askForFile(): void {
  if (process.send === undefined) {
    // Started by hand: there is nobody to tell.
    app.exit(2)
    return
  }
  // Chromium keeps its own things somewhere: not where the application has its profile open.
  app.setPath('userData', join(app.getPath('userData'), 'file-dialog'))
  app.disableHardwareAcceleration()
  setInterval(() => undefined, turn)
  process.once('disconnect', () => app.exit(0))
  process.once('message', (message) => void app.whenReady().then(() => ask(FileQuestion.parse(message))).catch(() => app.exit(1)))
}

async function ask(question: FileQuestion): Promise<void> {
  const asked = question.is === 'open' ? picked() : chosen(question)
  tell({ is: 'open' })
  const path = await asked
  tell({ is: 'answered', ...(path === undefined ? {} : { path }) })
}

const tell = (told: FileTold) => void process.send?.(told)

/** In a task bar it stands beside the window of that name. */
const title = 'Chartkeep'

async function picked(): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog({ title, properties: ['openFile', 'dontAddToRecent'] })
  return canceled ? undefined : filePaths[0]
}

async function chosen({ name, kind, extension }: Extract<FileQuestion, { is: 'save' }>): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog({ title, defaultPath: name, filters: [{ name: kind, extensions: [extension] }], properties: ['showOverwriteConfirmation', 'createDirectory', 'dontAddToRecent'] })
  return canceled || filePath === '' ? undefined : filePath
}
