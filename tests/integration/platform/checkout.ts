import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { createFamily } from '../../../build/run/family.ts'
import { freshSandboxState } from '../../../build/run/sandbox-state.ts'
import { openDesktop } from '../../../build/session/desktop.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const sources = ['build', 'electron', 'renderer', 'sandbox', 'shared', 'package.json', 'package-lock.json', 'tsconfig.base.json']

/** One of our commands, running. */
export interface RunningCommand {
  /** Resolves with the milliseconds since it was given, when that many windows have been painted since then. */
  painted(windows: number): Promise<number>
  /** What it wrote to the terminal. */
  words(): string
  isRunning(): boolean
  /** Ctrl-C; resolves when it has ended. */
  interrupt(): Promise<void>
}

/** A checkout of somebody with a desktop, who has installed everything and started the sandbox before. */
export interface Checkout {
  readonly folder: string
  run(command: 'start' | 'dev'): Promise<RunningCommand>
  close(): Promise<void>
}

/** What the command around these tests prepared, where it runs as the unprivileged user. */
const Prepared = z.object({ electron: z.string() })

export async function openCheckout(): Promise<Checkout> {
  const family = createFamily()
  const base = await mkdtemp(join(tmpdir(), 'chartkeep-checkout-'))
  const folder = join(base, 'checkout')
  for (const name of sources) await cp(join(root, name), join(folder, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await freshSandboxState(family, root, join(folder, '.chartkeep', 'sandbox'))
  const desktop = await openDesktop(family, { ...process.env, CI: 'true' })
  const { CI: _ci, CHARTKEEP_PREPARED: prepared, CHARTKEEP_CALLER: _caller, ...env } = desktop.env
  const electron: NodeJS.ProcessEnv = {}
  if (prepared !== undefined) {
    // That user has no cache of its own; the Electron that was prepared for it takes its place.
    const there = dirname(Prepared.parse(JSON.parse(prepared)).electron)
    await mkdir(join(base, 'cache', 'electron'), { recursive: true })
    await symlink(there, join(base, 'cache', 'electron', basename(there)))
    Object.assign(electron, { CHARTKEEP_CACHE: join(base, 'cache'), CHARTKEEP_ELECTRON_LINE: 'fallback' })
  }
  const log = join(folder, '.chartkeep', 'profile', 'logs', 'chartkeep.log')
  const paintings = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line.includes('"window.painted"')).length

  return {
    folder,
    run: async (command) => {
      const before = await paintings()
      const given = performance.now()
      // A group of its own, as a terminal gives it one: Ctrl-C reaches all of it.
      const child = spawn('npm', ['run', '--silent', command], { cwd: folder, env: { ...env, ...electron }, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
      const exited = once(child, 'exit')
      let words = ''
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (words += text))
      const isRunning = () => child.exitCode === null && child.signalCode === null
      return {
        words: () => words,
        isRunning,
        painted: async (windows) => {
          while ((await paintings()) < before + windows) {
            if (!isRunning()) throw new Error(`npm run ${command} ended before it showed a window:\n${words}`)
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
          return performance.now() - given
        },
        interrupt: async () => {
          if (child.pid !== undefined && isRunning()) process.kill(-child.pid, 'SIGINT')
          await exited
        },
      }
    },
    close: async () => {
      await family.end()
      await desktop.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}
