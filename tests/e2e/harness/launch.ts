import { join } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright'
import { carriedOut } from './carried-out.ts'
import { appFolder, electronPath } from './surroundings.ts'

export interface LaunchOptions {
  readonly policyFile: string
  /** The profile: a folder of its own for each test. */
  readonly userData: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Another program than Electron itself, which starts it in its turn. */
  readonly program?: string
  /** Of another copy of the built application, or of another application: for tests of the platform itself. */
  readonly folder?: string
  /** Begins before Playwright watches, as at a person's: where the start is measured, and there alone. One start of twenty is not seen by Playwright then. */
  readonly unheld?: boolean
  /** A start that has not been seen by then is not going to be. Milliseconds. */
  readonly watchedWithin?: number
  /** Runs before a page is there; the application goes on when it has resolved. Of one that is held. */
  readonly before?: (app: ElectronApplication) => Promise<void>
  readonly colorScheme?: 'light' | 'dark'
}

const hold = join(import.meta.dirname, 'hold-until-watched.mjs')

/** Starts the real application, with Chromium's sandbox on. */
export async function launchChartkeep({ policyFile, userData, env = {}, args = [], folder = appFolder(), program = electronPath(), unheld = false, watchedWithin = 60_000, before, colorScheme = 'light' }: LaunchOptions): Promise<ElectronApplication> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const launched = await _electron.launch({
    executablePath: program,
    args: [unheld ? folder : hold, ...args],
    chromiumSandbox: true,
    colorScheme,
    timeout: watchedWithin,
    env: { ...inherited, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: userData, ...(unheld ? {} : { CHARTKEEP_HELD_APP: folder }), ...(before ? { CHARTKEEP_HELD_FURTHER: '1' } : {}), ...env },
  })
  if (before) {
    await before(launched)
    // What hold-until-watched.mjs puts there.
    await carriedOut(launched.evaluate(() => (globalThis as unknown as { goOn(): void }).goOn()))
  }
  return launched
}
