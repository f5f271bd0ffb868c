import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ended } from './child.ts'

/** The environment variable by which the descendants of one command are known to each other. */
export const familyMark = 'CHARTKEEP_FAMILY'

/** The processes of one command. None outlives it, however it ends. */
export interface Family {
  /**
   * Starts a member: in a process group of its own (so that a terminal's Ctrl-C reaches us, and we decide the order), marked, and on
   * Linux signalled by the kernel should we die without a word.
   */
  start(command: string, args: readonly string[], options?: SpawnOptions & { readonly onOurDeath?: 'TERM' | 'KILL' }): ChildProcess
  /** Ends the members, the last one started first: asked, given `graceMs`, then killed; then whatever else bears the mark. */
  end(graceMs?: number): Promise<void>
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))

/** `setpriv --pdeathsig` before a command: the kernel's promise that a child hears of its parent's death. Linux alone has it. */
export function tiedToUs(command: string, args: readonly string[], signal: 'TERM' | 'KILL'): [string, string[]] {
  return setpriv === undefined ? [command, [...args]] : [setpriv, ['--pdeathsig', signal, '--', command, ...args]]
}

/** Signals a whole process group; says whether there was one. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    if (process.platform === 'win32') process.kill(pid, signal)
    else process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

/** The processes that bear a mark, us excepted. What we may not read belongs to others, or is a renderer that ends with its browser. */
export function bearersOf(mark: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    try {
      return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${familyMark}=${mark}`) ? [pid] : []
    } catch {
      return []
    }
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself meanwhile.
  }
}

/** What a member starts may start others while we look: look again until nobody is left. */
async function sweep(mark: string): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const left = bearersOf(mark)
    if (left.length === 0) return
    for (const pid of left) kill(pid)
    await delay(25)
  }
}

export function createFamily(mark: string = randomUUID()): Family {
  const members: { child: ChildProcess; done: Promise<number> }[] = []
  return {
    start(command, args, options = {}) {
      const { onOurDeath = 'TERM', env = process.env, ...rest } = options
      const [file, list] = tiedToUs(command, args, onOurDeath)
      const child = spawn(file, list, { ...rest, env: { ...env, [familyMark]: mark }, detached: process.platform !== 'win32' })
      members.push({ child, done: ended(child) })
      return child
    },
    async end(graceMs = 5_000) {
      for (const { child, done } of members.reverse()) {
        const pid = child.pid
        if (pid === undefined) continue
        if (child.exitCode === null && child.signalCode === null) signalGroup(pid, 'SIGTERM')
        const late = new AbortController()
        await Promise.race([done, delay(graceMs, undefined, { signal: late.signal }).catch(() => {})])
        late.abort()
        signalGroup(pid, 'SIGKILL')
      }
      members.length = 0
      await sweep(mark)
    },
  }
}
