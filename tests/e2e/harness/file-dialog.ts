import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'playwright/test'
import { capture } from '../../../build/run/child.ts'

/** The system's dialog for files as it stands on the screen, and the person before it, with a keyboard. */
export interface FileDialog {
  /** Which windows of other processes than `main` the screen shows. */
  windows(): Promise<readonly FileWindow[]>
  /** Waits until it is there. */
  opened(): Promise<FileWindow>
  /** Types a path, which the dialog takes. */
  choose(path: string): Promise<void>
  /** After a dialog that was taken away the keyboard is nobody's: the person goes back to the window of the application. */
  back(): Promise<void>
  /** Presses Escape. */
  cancel(): Promise<void>
}

interface FileWindow {
  readonly window: string
  readonly pid: number
}

/** By the X server's own list: what it shows is what a person sees. `main`: the process whose windows are no dialogs. */
export function fileDialog(env: NodeJS.ProcessEnv, main: () => number | undefined): FileDialog {
  const xdotool = async (...words: readonly string[]) => {
    const { code, stdout } = await capture('xdotool', words, { env })
    return code === 0 ? stdout.split('\n').filter((line) => line !== '') : []
  }
  const visible = async () => {
    const found: FileWindow[] = []
    for (const window of await xdotool('search', '--onlyvisible', '--name', '.')) {
      // A window that is gone by now has no process.
      const pid = Number((await xdotool('getwindowpid', window))[0] ?? Number.NaN)
      if (Number.isInteger(pid)) found.push({ window, pid })
    }
    return found
  }
  const windows = async () => {
    const deadline = performance.now() + 10_000
    for (;;) {
      const [own, all] = [main(), await visible()]
      if (own === undefined || all.some(({ pid }) => pid === own)) return all.filter(({ pid }) => pid !== own)
      // A window that goes while they are listed spoils the list; one on which not even ours is to be seen proves nothing.
      if (performance.now() > deadline) throw new Error('the window of the application is not on the screen')
    }
  }
  // There is no window manager here that would hand on the keyboard.
  const focus = async (which: FileWindow | undefined) => {
    if (which !== undefined) await xdotool('windowfocus', '--sync', which.window)
  }
  const back = async () => focus((await visible()).find(({ pid }) => pid === main()))
  const opened = async () => {
    await expect.poll(async () => (await windows()).length, { timeout: 20_000 }).toBe(1)
    const [window] = await windows()
    if (window === undefined) throw new Error('the dialog went as it came')
    return window
  }
  const taken = async () => {
    const deadline = performance.now() + 2_000
    while ((await windows()).length > 0) {
      if (performance.now() > deadline) return false
      await wait(50)
    }
    return true
  }
  return {
    windows,
    back,
    opened,
    choose: async (path) => {
      await focus(await opened())
      const deadline = performance.now() + 20_000
      // Where a path can be typed comes with the first key, a moment later; what a busy machine swallows of it is typed again.
      for (;;) {
        await xdotool('key', 'slash')
        await wait(300)
        await xdotool('key', 'ctrl+a')
        await xdotool('type', '--delay', '10', path)
        await xdotool('key', 'Return')
        if (await taken()) return back()
        if (performance.now() > deadline) throw new Error('the dialog does not take the path')
        // Away with what the dialog complains of.
        await xdotool('key', 'Return')
      }
    },
    cancel: async () => {
      await focus(await opened())
      await xdotool('key', 'Escape')
      await expect.poll(windows, { timeout: 10_000 }).toEqual([])
      await back()
    },
  }
}
