import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Running } from './workstation.ts'

/** Where pictures of screens go, for whoever judges them by eye; unset: none are taken. */
const folder = process.env['CHARTKEEP_PICTURES']

/** The page in front as it is painted, in dark and in light. */
export async function picture({ person }: Running, name: string): Promise<void> {
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const page = await person.page()
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
  }
}
