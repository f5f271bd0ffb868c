import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { ended } from './child.ts'
import { familyMark, sweep } from './marks.ts'

/** The processes of one command. None outlives it, however it ends. */
export interface Family {
  /**
   * Starts a member: in a process group of its own (so that a terminal's Ctrl-C reaches us, and we decide the order), marked, and on
   * Linux signalled by the kernel should we die without a word.
   */
  start(command: string, args: readonly string[], options?: SpawnOptions & { readonly onOurDeath?: 'TERM' | 'KILL' }): ChildProcess
  /** Ends one member and its process group: asked (`SIGINT`, if it is to write down what it came to), given `graceMs`, then killed. */
  stop(child: ChildProcess, how?: { readonly by?: NodeJS.Signals; readonly graceMs?: number }): Promise<void>
  /** Makes a temporary folder, readable by us alone, that is gone when the family is. */
  folder(prefix: string): Promise<string>
  /** Ends the members, the last one started first: asked, given `graceMs`, then killed; then whatever else bears the mark. */
  end(graceMs?: number): Promise<void>
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))

/** `setpriv --pdeathsig` before a command: the kernel's promise that a child hears of its parent's death. Linux alone has it. */
function tiedToUs(command: string, args: readonly string[], signal: 'TERM' | 'KILL'): [string, string[]] {
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

/**
 * A process of its own group that outlives us for a moment, to end what we could not. Only where marks can be read.
 *
 * @returns its input, which takes the folders to remove
 */
function startReaper(mark: string): Writable | undefined {
  if (process.platform !== 'linux') return undefined
  const reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), mark], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { ...process.env, [familyMark]: mark },
    detached: true,
  })
  reaper.on('error', () => {})
  reaper.stdin.on('error', () => {})
  // Neither it nor the pipe that ties it to us keeps this process alive.
  reaper.unref()
  if (reaper.stdin instanceof Socket) reaper.stdin.unref()
  return reaper.stdin
}

export function createFamily(mark: string = randomUUID()): Family {
  const members = new Map<ChildProcess, Promise<number>>()
  const folders: string[] = []
  let reaper: { readonly input: Writable | undefined } | undefined
  const stop: Family['stop'] = async (child, { by = 'SIGTERM', graceMs = 5_000 } = {}) => {
    const [pid, done] = [child.pid, members.get(child)]
    members.delete(child)
    if (pid === undefined || done === undefined) return
    if (child.exitCode === null && child.signalCode === null) signalGroup(pid, by)
    const late = new AbortController()
    await Promise.race([done, delay(graceMs, undefined, { signal: late.signal }).catch(() => {})])
    late.abort()
    signalGroup(pid, 'SIGKILL')
  }
  const watched = () => (reaper ??= { input: startReaper(mark) })
  return {
    async folder(prefix) {
      const folder = await mkdtemp(join(tmpdir(), prefix))
      folders.push(folder)
      watched().input?.write(`${folder}\n`)
      return folder
    },
    start(command, args, options = {}) {
      watched()
      const { onOurDeath = 'TERM', env = process.env, ...rest } = options
      const [file, list] = tiedToUs(command, args, onOurDeath)
      const child = spawn(file, list, { ...rest, env: { ...env, [familyMark]: mark }, detached: process.platform !== 'win32' })
      members.set(child, ended(child))
      return child
    },
    stop,
    async end(graceMs = 5_000) {
      for (const child of [...members.keys()].reverse()) await stop(child, { graceMs })
      // The reaper bears the mark too: its work is done.
      await sweep(mark)
      reaper = undefined
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
    },
  }
}
