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
  /** The folder of another application, for tests of the platform itself. */
  readonly app?: string
  /** Another program than Electron itself, which starts it in its turn. */
  readonly program?: string
  /** The folder of another copy of the built application. */
  readonly copy?: string
  /** Begins when Playwright watches, which is safer and later: not where the start is measured. */
  readonly held?: boolean
  /** Runs before a page is there; the application goes on when it has resolved. Of one that is held. */
  readonly before?: (app: ElectronApplication) => Promise<void>
  readonly colorScheme?: 'light' | 'dark'
}

const hold = join(import.meta.dirname, 'hold-until-watched.mjs')

/** Starts the real application, with Chromium's sandbox on. */
export async function launchChartkeep({ policyFile, userData, env = {}, args = [], app, copy = appFolder(), program = electronPath(), held = false, before, colorScheme = 'light' }: LaunchOptions): Promise<ElectronApplication> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const launched = await _electron.launch({
    executablePath: program,
    args: [app ?? (held ? hold : copy), ...args],
    chromiumSandbox: true,
    colorScheme,
    env: { ...inherited, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: userData, ...(held ? { CHARTKEEP_HELD_APP: copy } : {}), ...(before ? { CHARTKEEP_HELD_FURTHER: '1' } : {}), ...env },
  })
  if (before) {
    await before(launched)
    // What hold-until-watched.mjs puts there.
    await carriedOut(launched.evaluate(() => (globalThis as unknown as { goOn(): void }).goOn()))
  }
  return launched
}
