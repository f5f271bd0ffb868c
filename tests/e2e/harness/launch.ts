import { _electron, type ElectronApplication } from 'playwright'
import { appFolder, electronPath } from './surroundings.ts'

export interface LaunchOptions {
  readonly policyFile: string
  /** The profile: a folder of its own for each test. */
  readonly userData: string
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** The folder of another application, for tests of the platform itself. */
  readonly app?: string
  readonly colorScheme?: 'light' | 'dark'
}

/** Starts the real application, with Chromium's sandbox on. */
export function launchChartkeep({ policyFile, userData, env = {}, args = [], app = appFolder(), colorScheme = 'light' }: LaunchOptions): Promise<ElectronApplication> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
  return _electron.launch({
    executablePath: electronPath(),
    args: [app, ...args],
    chromiumSandbox: true,
    colorScheme,
    env: { ...inherited, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: userData, ...env },
  })
}
