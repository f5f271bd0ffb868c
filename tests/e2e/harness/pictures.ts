import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'playwright/test'
import { carriedOut } from './carried-out.ts'
import type { Running } from './workstation.ts'

/** Where pictures of screens go, for whoever judges them by eye; unset: none are taken. */
const folder = process.env['CHARTKEEP_PICTURES']

/** The page in front as it is painted, in dark and in light, with nothing under the pointer. `height`: of the window, where more is to be seen than it shows. */
export async function picture({ app, person }: Running, name: string, { height }: { readonly height?: number } = {}): Promise<void> {
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const page = await person.page()
  const resize = async (to: number) => {
    await carriedOut(app.evaluate(({ BaseWindow }, high) => BaseWindow.getAllWindows()[0]?.setContentSize(1_280, high), to))
    await expect.poll(() => page.evaluate(() => innerHeight)).toBe(to)
  }
  const before = await page.evaluate(() => innerHeight)
  if (height !== undefined) await resize(height)
  await page.mouse.move(0, 0)
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
  }
  if (height !== undefined) await resize(before)
}
