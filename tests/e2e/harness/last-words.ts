import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { chainOf } from './chain.ts'
import { frontPage } from './front-page.ts'

/** Where a workstation stood when its test failed: what the screen showed, and the ends of the log and of the chain, which hold nothing of a patient. */
export async function lastWords(profile: string, app: ElectronApplication | undefined): Promise<string> {
  const parts = { screen: screenOf(app), log: logOf(profile), chain: entriesOf(profile) }
  const told = Object.entries(parts).map(async ([name, lines]) => `${name}:\n  ${(await lines.catch((error: unknown) => [String(error)])).join('\n  ')}`)
  return (await Promise.all(told)).join('\n')
}

/** By what is on it and what it says of itself: no list of patients. */
async function screenOf(app: ElectronApplication | undefined): Promise<readonly string[]> {
  if (app === undefined) return ['the application does not run']
  const page = await frontPage(app)
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
