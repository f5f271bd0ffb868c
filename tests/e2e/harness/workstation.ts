import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { z } from 'zod'
import { capture } from '../../../build/run/child.ts'
import { createFamily } from '../../../build/run/family.ts'
import { familyMark } from '../../../build/run/marks.ts'
import { type Desktop, openDesktop } from '../../../build/session/desktop.ts'
import { Policy } from '../../../shared/policy.ts'
import { type Clinician, clinician } from './clinician.ts'
import type { Ehr } from './ehr.ts'
import { type FileDialog, fileDialog } from './file-dialog.ts'
import { howEnded, lamentOf, lastWords } from './last-words.ts'
import { launchChartkeep, type LaunchOptions } from './launch.ts'
import { killTree } from './process-tree.ts'
import { appFolder, electronPath } from './surroundings.ts'

/** Chartkeep as it runs on a workstation, and the person before it. */
export interface Running {
  readonly app: ElectronApplication
  readonly person: Clinician
}

interface Started extends Running {
  readonly main: ChildProcess
  readonly exited: Promise<unknown>
  readonly lament: readonly string[]
}

type StartOptions = Pick<LaunchOptions, 'env' | 'args' | 'program' | 'folder' | 'colorScheme' | 'before'>

/**
 * A workstation of its own: display, session bus, keyring, home and profile. What one test leaves in its keyring or on
 * its disk no other test finds.
 */
export interface Workstation {
  /** Everything that the application may write to lies under it. */
  readonly folder: string
  readonly profile: string
  readonly policyFile: string
  /** Starts the application; the last one must have ended. */
  start(options?: StartOptions): Promise<Running>
  /** Starts it a second time beside the first; resolves with its exit code when it has ended. */
  startAgain(): Promise<number>
  /** Runs it for one command of IT's, with that on its standard input; resolves with its exit code. */
  command(args: readonly string[], input: string): Promise<number>
  /** What the keyring holds under that account of Chartkeep's; null if it holds nothing. */
  secret(account: string): Promise<string | null>
  /** Pulls the plug: every process of the application is killed where it stands. */
  kill(): Promise<void>
  /** Ends the application as its user would. */
  quit(): Promise<void>
  /** Waits until it has ended by itself. */
  ended(): Promise<void>
  /** What may happen to its keyring while the application runs or not. */
  readonly keyring: NonNullable<Desktop['keyring']>
  /** The system's dialog in which the person chooses a file. */
  readonly fileDialog: FileDialog
  /** Puts that into the keyring under an account of Chartkeep's: as somebody else who may write there could. */
  plant(account: string, secret: string): Promise<void>
  /** Where it stands, for whoever has to find out why a test failed. */
  lastWords(): Promise<string>
  close(): Promise<void>
}

export interface WorkstationSetting {
  readonly ehr: Ehr
  /** Another policy than the sandbox's own. */
  policy?(demo: Policy): unknown
}

const askKeychain = join(import.meta.dirname, '..', '..', 'integration', 'keychain', 'ask.ts')

export async function openWorkstation({ ehr, policy = (demo) => demo }: WorkstationSetting): Promise<Workstation> {
  const mark = randomUUID()
  const family = createFamily(mark)
  const folder = await mkdtemp(join(tmpdir(), 'ck-'))
  let running: Started | undefined
  try {
    const place = (name: string) => join(folder, name)
    const own = { HOME: 'home', XDG_CONFIG_HOME: 'home/config', XDG_CACHE_HOME: 'home/cache', XDG_DATA_HOME: 'home/data', XDG_STATE_HOME: 'home/state', TMPDIR: 'tmp' }
    const folders = Object.fromEntries(Object.entries(own).map(([name, at]) => [name, place(at)]))
    for (const each of Object.values(folders)) await mkdir(each, { recursive: true, mode: 0o700 })
    // Without a display of the person's own, so that the keyring is never theirs.
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...bare } = process.env
    const desktop = await openDesktop(family, bare)
    const { keyring } = desktop
    if (keyring === undefined) throw new Error('a test needs a keyring of its own')
    const policyFile = place('policy.json')
    await writeFile(policyFile, JSON.stringify(policy(await demoPolicy(ehr)), undefined, 2))

    const environment = (more: StartOptions['env'] = {}): Record<string, string> => ({ ...defined(desktop.env), ...folders, [familyMark]: mark, ...more })
    const launch = ({ env, ...rest }: StartOptions = {}) => launchChartkeep({ policyFile, userData: place('profile'), env: environment(env), ...rest })
    const current = () => {
      if (!running) throw new Error('Chartkeep does not run on this workstation')
      return running
    }
    const over = async (end: (it: Started) => unknown) => {
      const it = current()
      await end(it)
      await it.exited
      running = undefined
    }
    const kill = () => over(({ main }) => killTree(main.pid))
    return {
      folder,
      profile: place('profile'),
      policyFile,
      start: async (options) => {
        if (running) throw new Error('Chartkeep runs already on this workstation')
        const app = await launch(options)
        // What never comes is to be told by its own name, not by the end of the test's time.
        app.context().setDefaultTimeout(20_000)
        // Asked for now: Playwright forgets the process of an application that has ended.
        const main = app.process()
        running = { app, person: clinician(app), main, exited: once(main, 'exit'), lament: lamentOf(main) }
        return running
      },
      startAgain: async () => {
        // As a person does: nobody watches this one.
        const again = family.start(electronPath(), [appFolder()], {
          env: { ...environment(), CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: place('profile') },
          stdio: 'ignore',
        })
        const [code] = await once(again, 'exit')
        // `exit` tells a number, or null where a signal ended it.
        return (code as number | null) ?? -1
      },
      command: async (args, input) => {
        const child = family.start(electronPath(), [appFolder(), ...args], { env: { ...environment(), CHARTKEEP_USER_DATA: place('profile') }, stdio: ['pipe', 'ignore', 'ignore'] })
        child.stdin?.end(input)
        const [code] = await once(child, 'exit')
        return (code as number | null) ?? -1
      },
      secret: async (account) => {
        const { stdout } = await capture(process.execPath, [askKeychain, 'get', account], { env: environment() })
        // Without what says in which form it is.
        return z.string().nullable().parse(JSON.parse(stdout))?.replace(/^ck1:/, '') ?? null
      },
      kill,
      quit: () => over(({ app }) => app.close()),
      ended: () => over(() => undefined),
      keyring,
      fileDialog: fileDialog(environment(), () => running?.main.pid),
      plant: async (account, secret) => {
        const { stdout } = await capture(process.execPath, [askKeychain, 'plant', account, secret], { env: environment() })
        if (stdout !== '"kept"') throw new Error(`the keyring does not take it: ${stdout}`)
      },
      lastWords: () => lastWords(place('profile'), running),
      close: async () => {
        // One that has ended by itself is not there to be killed, and what it ran in is taken away all the same.
        const crash = running && howEnded(running.main)
        if (running && howEnded(running.main) === undefined) await kill()
        await family.end()
        await desktop.close()
        await rm(folder, { recursive: true, force: true })
        if (crash) throw new Error(`the application had ended by itself: ${crash}`)
      },
    }
  } catch (error) {
    await family.end()
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** The policy that the sandbox hands out, with its authorities named by a path that holds anywhere. */
async function demoPolicy({ place }: Ehr): Promise<Policy> {
  const demo = Policy.parse(JSON.parse(await readFile(place.policyFile, 'utf8')))
  return { ...demo, ehr: { ...demo.ehr, caFile: resolve(dirname(place.policyFile), place.caFile) } }
}
