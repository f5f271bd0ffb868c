import { spawn } from 'node:child_process'
import type { Log } from '../../diagnostics/log.ts'
import type { Inhibitor } from '../sleep.ts'

export interface InhibitorParts {
  readonly env: NodeJS.ProcessEnv
  readonly log: Log
  /** Another program than the system's own. */
  readonly programs?: readonly string[]
}

/** systemd's own, and that of the systems that have its logind alone. */
const inhibitors = ['systemd-inhibit', 'elogind-inhibit']
/** Shown by `systemd-inhibit --list` and by some desktops: nothing of anybody. */
const what = ['--what=sleep', '--mode=delay', '--who=Chartkeep', '--why=The workstation is locked first', 'cat']

/** To say that it holds, and to be gone. Milliseconds. */
const [toHold, toGo] = [5_000, 1_000]
const pauses = [1_000, 10_000, 60_000, 300_000]

/**
 * A delay inhibitor of logind. It is a file descriptor that comes by D-Bus, which nothing in Node can receive (docs/adr/0115): the system's own
 * program holds it for us while it runs `cat`, which gives back what it is given as soon as the descriptor is there, and ends with our end of its
 * input: when we let go, and when we are killed.
 */
export function createInhibitor({ env, log, programs = inhibitors }: InhibitorParts): Inhibitor {
  const passed = Object.fromEntries(['PATH', 'DBUS_SYSTEM_BUS_ADDRESS'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])))
  let wanted = false
  let holding: Holding | undefined
  let again: NodeJS.Timeout | undefined
  let left = programs
  let failures = 0

  function hold(): void {
    const [program] = left
    if (program === undefined) return
    const own = holdBy(program, passed, () => {
      failures = 0
      log.event('desktop.kept', {})
    })
    holding = own
    void own.ended.then(ended)
  }

  function ended(end: Ended): void {
    holding = undefined
    if (end === 'absent') left = left.slice(1)
    if (!wanted) return
    if (end === 'let-go' || (end === 'absent' && left.length > 0)) return hold()
    // What it was kept by has gone, or was refused.
    failures += 1
    if (failures === 1) log.event('desktop.not-kept', { absent: end === 'absent' })
    if (end !== 'absent') again = setTimeout(hold, pauses[Math.min(failures, pauses.length) - 1])
  }

  return {
    take() {
      if (wanted) return
      wanted = true
      // One that is still going: its end brings the next.
      if (holding === undefined) hold()
    },
    async release() {
      wanted = false
      clearTimeout(again)
      await holding?.letGo()
    },
  }
}

/** How it ended: because we let it, by itself, or because there is no such program. */
type Ended = 'let-go' | 'gone' | 'absent'

interface Holding {
  readonly ended: Promise<Ended>
  /** Resolves when it has ended. */
  letGo(): Promise<void>
}

function holdBy(program: string, env: NodeJS.ProcessEnv, holds: () => void): Holding {
  const child = spawn(program, what, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  const kill = () => void child.kill('SIGKILL')
  let end: Ended = 'gone'
  let late = setTimeout(kill, toHold)
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', () => {
      clearTimeout(late)
      resolve(end)
    })
  })
  child.on('error', () => {
    if (child.pid === undefined) end = 'absent'
  })
  child.stdin.on('error', () => undefined)
  child.stdout.once('data', () => {
    clearTimeout(late)
    holds()
  })
  child.stdin.write('\n')
  return {
    ended,
    async letGo() {
      end = 'let-go'
      child.stdin.end()
      clearTimeout(late)
      late = setTimeout(kill, toGo)
      await ended
    },
  }
}
