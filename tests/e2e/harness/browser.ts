import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { z } from 'zod'
import type { Credentials } from './clinician.ts'
import type { EhrPlace } from './ehr.ts'

/** What the person does in the browser that opens, and who the network is meanwhile. */
export const BrowserOrders = z.strictObject({
  caFile: z.string(),
  /** `leaves`: closes the window at the first page. `is-attacked`: signs in while another program tries to be quicker. */
  act: z.enum(['signs-in', 'leaves', 'is-attacked']),
  username: z.string(),
  password: z.string(),
})
export type BrowserOrders = z.infer<typeof BrowserOrders>

/** What came of it. */
export const BrowserReport = z.strictObject({
  /** As `xdg-open` was given it. */
  url: z.string(),
  /** What the last page said: that of the application, where the browser came back to it. */
  end: z.string(),
  /** Answers that another program got from the place the sign-in comes back to. */
  refusals: z.array(z.union([z.number(), z.string()])),
})
export type BrowserReport = z.infer<typeof BrowserReport>

/** A workstation's default browser, as far as the desktop knows one: the program that `xdg-open` is. */
export interface DefaultBrowser {
  /** For the application: with these it finds the browser. */
  readonly env: Readonly<Record<string, string>>
  order(act: BrowserOrders['act']): Promise<void>
  /** What the browser reported last; undefined while it has not. */
  report(): Promise<BrowserReport | undefined>
}

/** Installs one into `folder`. */
export async function installBrowser(folder: string, ehr: EhrPlace, who: Credentials): Promise<DefaultBrowser> {
  const place = join(folder, 'browser')
  await mkdir(join(place, 'bin'), { recursive: true })
  const program = join(place, 'bin', 'xdg-open')
  const script = join(import.meta.dirname, 'browse.ts')
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${place}' "$1"\n`)
  await chmod(program, 0o700)
  return {
    env: { PATH: [join(place, 'bin'), process.env['PATH'] ?? ''].join(delimiter) },
    order: async (act) => {
      const orders: BrowserOrders = { caFile: ehr.caFile, act, username: who.username, password: who.password }
      await writeFile(join(place, 'orders.json'), JSON.stringify(orders), { mode: 0o600 })
    },
    report: async () => {
      try {
        return BrowserReport.parse(JSON.parse(await readFile(join(place, 'report.json'), 'utf8')))
      } catch {
        // Not written yet, or not to its end.
        return undefined
      }
    },
  }
}
