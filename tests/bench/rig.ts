import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ElectronApplication } from 'playwright'
import { createFamily } from '../../build/run/family.ts'
import { type SandboxReady, startSandbox } from '../../build/run/sandbox.ts'
import { type Clinician, clinician } from '../e2e/harness/clinician.ts'
import { launchChartkeep } from '../e2e/harness/launch.ts'
import { type Account, accountNamed } from '../e2e/harness/surroundings.ts'

/** What a part of the bench works with: a sandbox of its own, in another process, and folders that go when it is done. */
export interface Rig {
  readonly root: string
  readonly sandbox: SandboxReady
  readonly physician: Account
  /** A new folder. */
  folder(name: string): string
  /** The demo policy with changes, as a file. */
  policy(change: (policy: Record<string, unknown>) => Record<string, unknown>): string
}

export async function withRig<T>(work: (rig: Rig) => Promise<T>): Promise<T> {
  const root = path.resolve(import.meta.dirname, '..', '..')
  const base = mkdtempSync(path.join(tmpdir(), 'chartkeep-bench-'))
  const family = createFamily()
  try {
    const sandbox = await startSandbox(family, root, { state: path.join(base, 'sandbox'), stdio: 'ignore' })
    const folder = (name: string) => mkdtempSync(path.join(base, `${name}-`))
    const policy: Rig['policy'] = (change) => {
      // The sandbox wrote it: a JSON object by its own schema.
      const demo = JSON.parse(readFileSync(sandbox.policyFile, 'utf8')) as Record<string, unknown>
      const file = path.join(folder('policy'), 'policy.json')
      writeFileSync(file, JSON.stringify(change(demo)))
      return file
    }
    return await work({ root, sandbox, physician: accountNamed(sandbox, 'aokafor'), folder, policy })
  } finally {
    await family.end()
    rmSync(base, { recursive: true, force: true })
  }
}

export interface Workplace {
  readonly app: ElectronApplication
  readonly person: Clinician
  readonly profile: string
}

/** The application with a physician signed in, a PIN chosen, and the patient list in front. */
export async function withWorkplace<T>(rig: Rig, policyFile: string, work: (place: Workplace) => Promise<T>): Promise<T> {
  const profile = rig.folder('profile')
  const app = await launchChartkeep({ policyFile, userData: profile })
  try {
    const person = clinician(app)
    // A keyring shared with the run before may know somebody: they leave first.
    const page = await person.page()
    await page.getByTestId('sign-in').or(page.getByTestId('lock-screen')).first().waitFor()
    if (await page.getByTestId('lock-screen').isVisible()) await page.getByRole('button', { name: /sign out/i }).first().click()
    await person.signIn(rig.physician)
    const signedIn = await person.page()
    await signedIn.getByTestId('pin-again').or(signedIn.getByTestId('workspace')).or(signedIn.getByTestId('lock-screen')).first().waitFor()
    if (await signedIn.getByTestId('pin-again').isVisible()) await person.choosePin()
    else if (await signedIn.getByTestId('lock-screen').isVisible()) await person.unlock()
    await person.sees('workspace')
    return await work({ app, person, profile })
  } finally {
    await app.close()
  }
}
