import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { bundle } from '../bundle/bundle.ts'
import { ensureElectron, noteOn } from '../electron/ensure.ts'
import { cacheFolder, isRoot, projectRoot } from './places.ts'
import { explainFailure, step } from './step.ts'
import { collectResults, ensureStage } from './stage.ts'
import { ensureSystemPackages, thisSystem } from './system-packages.ts'
import { asUser, ensureUser, environmentFor } from './unprivileged.ts'
import { ended } from '../run/child.ts'
import { onParentGone } from '../run/parent.ts'

/** What a prepared machine offers to the rest of a command. */
export interface Prepared {
  /** The checkout, or the copy of it that this user may read. */
  readonly root: string
  /** The Electron to run, and the folder of the built application to run it on. */
  readonly electron: string
  readonly app: string
  /** What stands in `app` is built from today's sources. Only a command that may do without the application ever sees `false`. */
  readonly isBuilt: boolean
}

const Handover = z.strictObject({ root: z.string(), electron: z.string(), app: z.string(), isBuilt: z.boolean() })

/** The environment variable by which the command as root tells the command as the user what it prepared. */
const handoverName = 'CHARTKEEP_PREPARED'

/** Is this the part of a command that runs as the unprivileged user? */
export const wasHandedOver = (): boolean => process.env[handoverName] !== undefined

/** Where a person's relative paths on the command line start. */
export const callerFolder = (): string => process.env['CHARTKEEP_CALLER'] ?? process.env['INIT_CWD'] ?? process.cwd()

export interface Needs {
  /** The built application; `tried` goes on without it, having said why, where the build fails. */
  readonly build?: boolean | 'tried'
  /** Electron and what it needs of the system. */
  readonly electron?: boolean
}

/**
 * Prepares the machine for a command: system packages, Electron, the built application; each quick when it is done already. Started as
 * root it goes on as an unprivileged user, in a copy of the project: then this starts the same command over there, and resolves with its exit
 * code instead of what was prepared.
 */
export async function prepare(needs: Needs = { build: true, electron: true }): Promise<Prepared | number> {
  const handed = process.env[handoverName]
  if (handed !== undefined) return Handover.parse(JSON.parse(handed))
  await step('System packages', (progress) => ensureSystemPackages(thisSystem(), progress))
  const electron = await step('Electron', (progress) => ensureElectron(projectRoot, cacheFolder(), Date.now(), progress))
  const note = noteOn(electron)
  if (note !== undefined && needs.electron !== false) process.stdout.write(`${note}\n`)
  const isBuilt = needs.build !== false && (await build(needs.build === 'tried'))
  const app = join('out', 'app')
  if (!isRoot()) return { root: projectRoot, electron: electron.binary, app: join(projectRoot, app), isBuilt }

  const user = await step('Unprivileged user', () => ensureUser())
  const stage = await step('Copy for that user', (progress) =>
    ensureStage(projectRoot, user, electron, () => progress.update('copying the installed packages')),
  )
  const prepared: Prepared = { root: stage.root, electron: stage.electron.binary, app: join(stage.root, app), isBuilt }
  const code = await continueAs(user, prepared)
  await collectResults(stage, projectRoot)
  return code
}

async function build(mayFail: boolean): Promise<boolean> {
  try {
    await step('Application', (progress) => bundle(projectRoot, () => progress.update('building')))
    return true
  } catch (error) {
    if (!mayFail) throw error
    process.stdout.write(`${explainFailure(error)}\n`)
    return false
  }
}

/** Runs this very command again as the user, in the stage. Signals we get, it gets; should we be killed, the kernel tells it. */
async function continueAs(user: Awaited<ReturnType<typeof ensureUser>>, prepared: Prepared): Promise<number> {
  const [, script = '', ...args] = process.argv
  const bin = join(prepared.root, 'node_modules', '.bin')
  const env = {
    ...environmentFor(user, `${bin}:/usr/local/bin:/usr/bin:/bin`, process.env),
    [handoverName]: JSON.stringify(prepared),
    CHARTKEEP_CALLER: callerFolder(),
  }
  const node = join(prepared.root, 'node_modules', 'node', 'bin', 'node')
  const entry = join(prepared.root, script.slice(projectRoot.length))
  const [command, list] = asUser(user, node, [entry, ...args])
  // A group of its own: Ctrl-C reaches it through us, once.
  const child = spawn(command, list, { cwd: prepared.root, env, stdio: 'inherit', detached: true })
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, forward)
  const unwatch = onParentGone(() => child.kill('SIGTERM'))
  const code = await ended(child)
  unwatch()
  for (const signal of signals) process.off(signal, forward)
  return code
}
