import { join } from 'node:path'
import { appEnvironment, startApp } from '../run/app.ts'
import { ended } from '../run/child.ts'
import { command } from '../run/command.ts'
import { describeUsers, startSandbox } from '../run/sandbox.ts'
import { tour } from '../run/tour.ts'
import { hasDesktop } from '../session/desktop.ts'

/** Opens Chartkeep at its sign-in screen, before a sandbox EHR. Without a display nobody could look at it: then it gives the tour. */
await command(async (scene) => {
  if (!hasDesktop(process.platform, process.env)) {
    console.log('No display here: this is the tour instead. Its pictures will be in out/tour.\n')
    return tour(scene)
  }
  const desktop = await scene.desktop()
  const state = join(scene.root, '.chartkeep')
  const sandbox = await startSandbox(scene.family, scene.root, { state: join(state, 'sandbox'), stdio: 'ignore' })
  console.log(`\nSandbox EHR (synthetic patients) at ${sandbox.baseUrl}. Sign in as one of:\n\n${await describeUsers(sandbox.usersFile)}\n`)
  console.log('Close the window, or press Ctrl-C here, to end both.')
  return ended(startApp(scene, appEnvironment(desktop, sandbox.policyFile, join(state, 'profile'))))
})
