import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { chainOf } from './chain.ts'
import { frontPage } from './front-page.ts'

interface LastRun {
  readonly app: ElectronApplication
  readonly main: ChildProcess
  readonly lament: readonly string[]
}

/** What Chromium says of itself when it cannot go on, as it comes: the last few lines. */
export function lamentOf({ stderr }: ChildProcess): readonly string[] {
  const lines: string[] = []
  stderr?.on('data', (chunk: Buffer) => {
    lines.push(...chunk.toString('utf8').split('\n').filter((line) => /FATAL|Check failed|Received signal|\berror\b/i.test(line) && !line.includes('ERROR:bus.cc')))
    lines.splice(0, lines.length - 20)
  })
  return lines
}

/** By what a process has ended; undefined while it runs. */
export const howEnded = ({ exitCode, signalCode }: ChildProcess): string | undefined => signalCode ?? (exitCode === null ? undefined : `exit ${exitCode}`)

/** Where a workstation stood when its test failed: what the screen showed, and the ends of the log and of the chain, which hold nothing of a patient. */
export async function lastWords(profile: string, running: LastRun | undefined): Promise<string> {
  const parts = { screen: screenOf(running), chromium: Promise.resolve(running?.lament ?? []), log: logOf(profile), chain: entriesOf(profile) }
  const told = Object.entries(parts).map(async ([name, lines]) => `${name}:\n  ${(await lines.catch((error: unknown) => [String(error)])).join('\n  ')}`)
  return (await Promise.all(told)).join('\n')
}

/** By what is on it and what it says of itself: no list of patients. */
async function screenOf(running: LastRun | undefined): Promise<readonly string[]> {
  if (running === undefined) return ['the application does not run']
  const page = howEnded(running.main) === undefined ? await frontPage(running.app).catch(() => undefined) : undefined
  if (page === undefined) return [`no page answers; how the application has ended: ${howEnded(running.main) ?? 'it has not'}`]
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll<HTMLElement>('[data-testid]')].filter((each) => each.checkVisibility())
    const said = [...document.querySelectorAll<HTMLElement>('h1, output, [role="alert"], [role="status"], [data-testid="lock-screen"], [data-testid="sign-in"]')].filter((each) => each.checkVisibility())
    return [`has ${[...new Set(seen.map((each) => each.dataset['testid']))].slice(0, 40).join(', ')}`, ...said.slice(0, 12).map((each) => `says ${each.innerText.replace(/\s+/g, ' ').slice(0, 300)}`)]
  })
}

async function logOf(profile: string): Promise<readonly string[]> {
  return (await readFile(join(profile, 'logs', 'chartkeep.log'), 'utf8')).trimEnd().split('\n').slice(-40)
}

async function entriesOf(profile: string): Promise<readonly string[]> {
  const told = ['event', 'outcome', 'failure', 'reason', 'cause']
  const word = (value: unknown) => (typeof value === 'string' ? value : '-')
  return (await chainOf({ profile })).slice(-25).map((entry) => told.map((name) => word(entry[name])).join(' '))
}
