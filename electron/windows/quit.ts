import { app } from 'electron'
import { setTimeout as wait } from 'node:timers/promises'
import type { WorkstationWindow } from './workstation-window.ts'

/** Longer than any lock takes: what hangs then has nothing to save any more. Milliseconds. */
const longestQuit = 5_000

/** However the application is ended, what is unsaved is saved first. */
export function quitInOrder(window: WorkstationWindow, close: () => Promise<void>): void {
  let closed: Promise<void> | undefined
  app.on('before-quit', (event) => {
    event.preventDefault()
    closed ??= afterwards(close()).finally(() => app.exit(0))
  })
  window.onClose(() => app.quit())
}

/** A whole new process tree, once what is left to do is done. */
export function relaunch(close: () => Promise<void>): void {
  app.relaunch()
  void afterwards(close()).finally(() => app.exit(0))
}

const afterwards = (closing: Promise<void>) => Promise.race([closing, wait(longestQuit)])
