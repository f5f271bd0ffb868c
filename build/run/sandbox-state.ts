import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash } from '../bundle/stamp.ts'
import { holdLock } from '../setup/lock.mjs'
import type { Family } from './family.ts'
import { startSandbox } from './sandbox.ts'

/** What of a sandbox's folder belongs to one run: its port, its control secret. The run makes its own. */
const ofOneRun = new Set(['port.json', 'control.json', 'ready.json'])

/** What decides how the synthetic people come out. */
const makers = ['sandbox', 'shared', 'package-lock.json']

async function keyOf(root: string, patients: number): Promise<string> {
  const hash = await contentHash(root, makers, (path) => !path.endsWith('.test.ts'))
  return `${hash.slice(0, 16)}-${patients}`
}

async function make(family: Family, root: string, folder: string, patients: number): Promise<void> {
  const work = await mkdtemp(`${folder}.making-`)
  try {
    const sandbox = await startSandbox(family, root, { state: work, patients, stdio: 'ignore' })
    const { process: child } = sandbox
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await gone
    for (const name of ofOneRun) await rm(join(work, name), { force: true })
    await rename(work, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * Fills `target` with the state of a sandbox EHR in which nothing has happened yet. Making fifty people and their years of records takes
 * some ten seconds, so they are made once for each version of the sources and copied from then on.
 */
export async function freshSandboxState(family: Family, root: string, target: string, patients = 50): Promise<void> {
  const kept = join(root, '.chartkeep', 'sandbox-fresh')
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const folder = join(kept, await keyOf(root, patients))
  const release = await holdLock(join(kept, 'lock'))
  try {
    if (!existsSync(folder)) {
      for (const name of await readdir(kept)) if (name !== 'lock') await rm(join(kept, name), { recursive: true, force: true })
      await make(family, root, folder, patients)
    }
    await cp(folder, target, { recursive: true })
  } finally {
    release()
  }
}
