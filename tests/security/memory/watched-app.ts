import { type ChildProcess, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Desktop } from '../../../build/session/desktop.ts'
import type { Family } from '../../../build/run/family.ts'
import { appFolder, electronPath } from '../../e2e/harness/surroundings.ts'

/**
 * The application as it runs for a person: no debugger is attached, since one that read the page would leave copies of
 * it in `main`. It is driven by the keyboard, and watched through its own log and audit chain.
 */
export interface WatchedApp {
  readonly pid: number
  type(text: string): void
  press(...keys: readonly string[]): void
  /** Resolves when the log or the chain has a line that holds `text`, at least `times` times. */
  reports(text: string, times?: number): Promise<void>
  /** The same for whichever of two comes first. */
  reportsEither(...either: readonly (readonly [text: string, times: number])[]): Promise<void>
  /** How often it has so far. */
  count(text: string): number
}

const patience = 20_000
const lookEvery = 20

export function startWatchedApp(family: Family, desktop: Desktop, policyFile: string, profile: string): WatchedApp {
  const env = { ...desktop.env, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: profile }
  // Else Chromium makes its renderers unreadable for anyone but root, the scanner included.
  const app: ChildProcess = family.start(electronPath(), [appFolder(), '--allow-sandbox-debugging'], { env, stdio: 'ignore' })
  if (app.pid === undefined) throw new Error('the application did not start')
  const xdotool = (...words: readonly string[]) => execFileSync('xdotool', words, { env: desktop.env, stdio: ['ignore', 'ignore', 'inherit'] })
  const read = (file: string) => {
    try {
      return readFileSync(path.join(profile, file), 'utf8')
    } catch {
      return ''
    }
  }
  const count = (text: string) => `${read('logs/chartkeep.log')}\n${read('audit/chain-1.jsonl')}`.split('\n').filter((line) => line.includes(text)).length
  const reportsEither: WatchedApp['reportsEither'] = async (...either) => {
    const deadline = Date.now() + patience
    while (either.every(([text, times]) => count(text) < times)) {
      if (Date.now() > deadline) throw new Error(`within ${patience} ms nothing reported ${either.map(([text, times]) => `${text} ${times} times`).join(' or ')}`)
      await wait(lookEvery)
    }
  }
  return {
    pid: app.pid,
    count,
    type: (text) => xdotool('type', '--delay', '12', text),
    press: (...keys) => xdotool('key', '--delay', '30', ...keys),
    reports: (text, times = 1) => reportsEither([text, times]),
    reportsEither,
  }
}
