import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Keyring = 'open' | 'locked' | 'absent'

const ask = new URL('./ask.ts', import.meta.url).pathname

const unlock = 'printf throw-away | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1'

const begin: Readonly<Record<Keyring, string>> = {
  open: unlock,
  // Made in a session before this one, and never unlocked in this: whoever asks would have to answer a prompt.
  locked: `dbus-run-session -- bash -c '${unlock}; "$NODE" "$ASK" set seed x' >/dev/null 2>&1\ngnome-keyring-daemon --start --components=secrets >/dev/null 2>&1`,
  absent: 'export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent',
}

/**
 * Puts questions to the keychain, each from a process of its own, in a private D-Bus session with a keyring in that state.
 * Gives each answer; the session and what it kept are gone afterwards.
 */
export async function inSession(keyring: Keyring, ...questions: readonly (readonly string[])[]): Promise<unknown[]> {
  const home = mkdtempSync(join(tmpdir(), 'chartkeep-keychain-'))
  const env = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache') }
  // A question is words without blanks or quotes: the shell splits it, and nothing else.
  const lines = questions.map((_question, index) => `"$NODE" "$ASK" $Q${index}; echo`)
  const named = Object.fromEntries(questions.map((question, index) => [`Q${index}`, question.join(' ')]))
  try {
    const child = spawn('dbus-run-session', ['--', 'bash', '-c', [begin[keyring], ...lines].join('\n')], {
      env: { ...env, ...named, NODE: process.execPath, ASK: ask },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    await once(child, 'close')
    return text.trim().split('\n').map((line) => JSON.parse(line))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
