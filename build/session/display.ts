import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { capture } from '../run/child.ts'
import type { Family } from '../run/family.ts'
import { SetupFailure } from '../setup/step.ts'
import { firstLine } from './first-line.ts'

/** The size of the screen without a desktop: room for a window of 1280 × 800 and its frame. */
const screen = '1440x900x24'

async function addCookie(file: string, display: string, cookie: string): Promise<void> {
  const { code, stderr } = await capture('xauth', ['-f', file, 'add', display, '.', cookie])
  if (code !== 0) throw new SetupFailure(`xauth failed: ${stderr.trim()}`, 'Install xauth, then run the same command again.')
}

/**
 * Starts an X server without a screen. It picks a free display itself and says which; only who holds the cookie may look at it, and
 * nothing listens on the network.
 */
export async function startDisplay(
  family: Family,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly display: string; readonly authority: string }> {
  const authority = join(folder, 'xauthority')
  const cookie = randomBytes(16).toString('hex')
  // The server takes any cookie of the file; which display it will be is not known yet.
  await addCookie(authority, ':0', cookie)
  const args = ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-auth', authority, '-noreset']
  const server = family.start('Xvfb', args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  const answer = server.stdio[3]
  const number = await firstLine('Xvfb', server, answer instanceof Readable ? answer : null)
  const display = `:${number}`
  if (number !== '0') await addCookie(authority, display, cookie)
  return { display, authority }
}
