import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Desktop } from '../../../build/session/desktop.ts'
import type { Family } from '../../../build/run/family.ts'
import { appFolder, electronPath } from '../../e2e/harness/surroundings.ts'
import { mainProcesses, processTree, type TreeProcess } from './process-tree.ts'

/** Words that all stand in a line. */
export type Words = readonly string[]

/**
 * The application as it runs for a person: no debugger is attached, since one that read the page would leave copies of
 * it in `main`. It is driven by the keyboard, and watched through its own log and audit chain.
 */
export interface WatchedApp {
  /** Every process there is of it now; after a restart of its own those of the new one. */
  processes(): readonly TreeProcess[]
  type(text: string): void
  press(...keys: readonly string[]): void
  /** Resolves when so many lines of the log and the chain hold the words. */
  reports(words: Words, times: number): Promise<void>
  /** Whether one of these came to be reported while a person would wait for an answer to their keys. */
  hears(...either: readonly (readonly [words: Words, times: number])[]): Promise<boolean>
  /** How many lines hold the words so far. */
  count(words: Words): number
}

interface WatchedSetting {
  readonly desktop: Desktop
  readonly policyFile: string
  readonly profile: string
  readonly args: readonly string[]
}

/** What has not come by then never will. Milliseconds. */
export const patience = 30_000
/** What is typed is answered sooner than this, or was not heard. Milliseconds. */
const answerTime = 10_000
const lookEvery = 20

export function startWatchedApp(family: Family, { desktop, policyFile, profile, args }: WatchedSetting): WatchedApp {
  const env = { ...desktop.env, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: profile }
  // Means nothing to anyone; it is told again at a restart, and no helper process gets it.
  const ownSwitch = `--watched=${randomBytes(8).toString('hex')}`
  // Else Chromium makes its renderers unreadable for anyone but root, the scanner included.
  family.start(electronPath(), [appFolder(), '--allow-sandbox-debugging', ownSwitch, ...args], { env, stdio: 'ignore' })
  const xdotool = (...words: readonly string[]) => execFileSync('xdotool', words, { env: desktop.env, stdio: ['ignore', 'ignore', 'inherit'] })
  const read = (file: string) => {
    try {
      return readFileSync(path.join(profile, file), 'utf8')
    } catch {
      return ''
    }
  }
  const count: WatchedApp['count'] = (words) =>
    `${read('logs/chartkeep.log')}\n${read('audit/chain-1.jsonl')}`.split('\n').filter((line) => words.every((word) => line.includes(word))).length
  const hears = async (within: number, either: readonly (readonly [words: Words, times: number])[]) => {
    const deadline = Date.now() + within
    while (either.every(([words, times]) => count(words) < times)) {
      if (Date.now() > deadline) return false
      await wait(lookEvery)
    }
    return true
  }
  return {
    processes: () => mainProcesses(ownSwitch).flatMap((pid) => processTree(pid)),
    count,
    type: (text) => xdotool('type', '--delay', '12', text),
    press: (...keys) => xdotool('key', '--delay', '30', ...keys),
    hears: (...either) => hears(answerTime, either),
    reports: async (words, times) => {
      if (!(await hears(patience, [[words, times]]))) throw new Error(`within ${patience} ms nothing reported ${words.join(' and ')} ${times} times`)
    },
  }
}
