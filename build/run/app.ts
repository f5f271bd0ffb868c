import type { ChildProcess } from 'node:child_process'
import type { Desktop } from '../session/desktop.ts'
import type { Scene } from './command.ts'

/** The environment of a development run of the app: which policy, which profile. */
export function appEnvironment(desktop: Desktop, policyFile: string, profile: string): NodeJS.ProcessEnv {
  return { ...desktop.env, CHARTKEEP_POLICY: policyFile, CHARTKEEP_USER_DATA: profile }
}

/** Starts the built app in the desktop, as a member of the command's family. */
export function startApp(scene: Scene, env: NodeJS.ProcessEnv): ChildProcess {
  return scene.family.start(scene.electron, [scene.app], { cwd: scene.root, env, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** What a script of ours (tour, bench, tests) finds in its environment. */
export function scriptEnvironment(scene: Scene, desktop: Desktop, sandbox: { readonly readyFile: string } | undefined): NodeJS.ProcessEnv {
  return {
    ...desktop.env,
    CHARTKEEP_ELECTRON: scene.electron,
    CHARTKEEP_APP: scene.app,
    ...(sandbox === undefined ? {} : { CHARTKEEP_SANDBOX_READY: sandbox.readyFile }),
  }
}
