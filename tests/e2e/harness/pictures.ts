import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'playwright/test'
import { carriedOut } from './carried-out.ts'
import type { Running } from './workstation.ts'

/**
 * Where pictures of screens go, for whoever judges them by eye; unset: none are taken. Those of the documents are made by it, on a machine that
 * is called as a workstation may be: `unshare --uts sh -c 'hostname MFG-ICU-307; CHARTKEEP_PICTURES=/tmp/pictures npm test -- e2e support-desk'`,
 * then given a palette (pngquant, optipng).
 */
const folder = process.env['CHARTKEEP_PICTURES']

/** To a window of twice this size, at 200 %, a page lays itself out as to this one (WCAG 1.4.4). */
const zoomed = { width: 640, height: 480 }

/** The page in front as it is painted, in dark and in light, and at 200 %, with nothing under the pointer. `height`: of the window, where more is to be seen than it shows. */
export async function picture({ app, person }: Running, name: string, { height }: { readonly height?: number } = {}): Promise<void> {
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const page = await person.page()
  const size = () => page.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  const resize = async (to: { readonly width: number; readonly height: number }) => {
    await carriedOut(app.evaluate(({ BaseWindow }, { width, height: high }) => BaseWindow.getAllWindows()[0]?.setContentSize(width, high), to))
    await expect.poll(size).toEqual(to)
  }
  const taken = (as: string) => page.screenshot({ path: join(folder, `${name}-${as}.png`), animations: 'disabled' })
  const before = await size()
  if (height !== undefined) await resize({ ...before, height })
  // To where nothing stands that looks otherwise under it; a pointer that stays where it was tells the page nothing.
  await page.mouse.move(1, before.height / 2)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await taken(colorScheme)
  }
  await resize(zoomed)
  await taken('zoomed')
  await resize(before)
}
