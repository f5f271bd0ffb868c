import { join } from 'node:path'
import { createFamily } from '../../../build/run/family.ts'
import { startSandbox } from '../../../build/run/sandbox.ts'
import { freshSandboxState } from '../../../build/run/sandbox-state.ts'

/**
 * Starts the one sandbox EHR that a run shares, and ends it with the run. One that does not start fails the tests that ask for it, each by
 * name, and not those of the platform, which tell whether Electron itself is at fault.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, '..', '..', '..')
  const family = createFamily()
  const state = await family.folder('chartkeep-e2e-')
  const tearDown = (): Promise<void> => family.end()
  try {
    await freshSandboxState(family, root, state)
    const sandbox = await startSandbox(family, root, { state, stdio: 'ignore' })
    process.env['CHARTKEEP_SANDBOX_READY'] = sandbox.readyFile
    return tearDown
  } catch (error) {
    console.error(`The tests that need the sandbox EHR will fail. ${error instanceof Error ? error.message : String(error)}`)
    return tearDown
  }
}
