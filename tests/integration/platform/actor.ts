import { createFamily } from '../../../build/run/family.ts'
import { openDesktop } from '../../../build/session/desktop.ts'

/**
 * A command like those of ours, for the tests beside it: opens a private desktop, starts a stubborn member with a child of its own that
 * left its group, says who they are, and waits to be told to stop. `node actor.ts MARK`
 */
const [, , mark = ''] = process.argv
const family = createFamily(mark)
const desktop = await openDesktop(family, { ...process.env, CI: 'true' })

const stubborn = `
  process.on('SIGTERM', () => {})
  const { spawn } = require('node:child_process')
  const away = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  process.stdout.write(String(away.pid) + '\\n')
  setInterval(() => {}, 1000)
`
const member = family.start(process.execPath, ['-e', stubborn], { env: desktop.env, stdio: ['ignore', 'pipe', 'inherit'] })
member.stdout?.once('data', () => {
  process.stdout.write(`${JSON.stringify({ folder: desktop.env['XDG_RUNTIME_DIR'], display: desktop.env['DISPLAY'] })}\n`)
})

const stop = async (): Promise<void> => {
  await family.end(200)
  await desktop.close()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
