/**
 * The first file that runs: `node build/bootstrap.mjs <command> [arguments]`. It needs Node 20.19 and nothing installed. It brings
 * `node_modules` to what `package-lock.json` says, then hands over to `build/commands/<command>.ts` on the Node pinned in there.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { disagreements } from './setup/lockfile.mjs'
import { holdLock } from './setup/lock.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const oldest = [20, 19]

const isOldNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1])
}

/** Runs a child with our terminal; resolves with an exit code, in the shell's way where a signal ended it. */
function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
  // The terminal signals the whole group by itself; a supervisor signals this process alone. The child hears of both.
  const forward = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  // npm tells nobody when it is ended alone: then this process has another parent all at once.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill('SIGTERM')
  }, 1_000)
  watch.unref()
  return new Promise((resolve) => {
    child.on('error', () => resolve(127))
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      for (const name of signals) process.off(name, forward)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/** npm itself: the one that started us, else the one in the path (a .cmd on Windows, which only a shell can start). */
function npm(args, options) {
  const entry = process.env.npm_execpath
  if (entry !== undefined && /npm-cli\.[cm]?js$/.test(entry)) return run(process.execPath, [entry, ...args], options)
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}

const pinnedNode = () => join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

const missing = () => {
  const problems = disagreements(root)
  if (!existsSync(pinnedNode())) problems.push('the pinned Node')
  return problems
}

async function installPackages() {
  if (missing().length === 0) return 0
  const release = await holdLock(join(root, '.chartkeep', 'packages.lock'), () =>
    console.log('· Packages: another run is installing them; waiting.'),
  )
  try {
    const problems = missing()
    if (problems.length === 0) return 0
    const started = performance.now()
    console.log(`· Packages: installing what package-lock.json says (${problems.length} to bring in, some 700 MB on disk)`)
    // `--prefer-offline` lets an interrupted installation go on from npm's cache. Engine warnings concern Node 20, which only starts us.
    const code = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=true', '--prefer-offline'])
    if (code !== 0) {
      console.error('\n✗ Packages: `npm ci` failed (its message is above).')
      console.error('  Usually the registry is not reachable: check `npm config get registry` and your proxy. Then run the same command again; it goes on from what is already here.')
      return code
    }
    console.log(`✓ Packages installed (${((performance.now() - started) / 1000).toFixed(0)} s)`)
    return 0
  } finally {
    release()
  }
}

async function main() {
  if (isOldNode()) {
    console.error(`Chartkeep is built with Node ${oldest.join('.')} or newer; this is ${process.versions.node}. Install a newer one from nodejs.org or your system's packages.`)
    return 1
  }
  const [command = '', ...args] = process.argv.slice(2)
  const entry = join(root, 'build', 'commands', `${command}.ts`)
  if (!/^[a-z]+$/.test(command) || !existsSync(entry)) {
    const known = readdirSync(join(root, 'build', 'commands')).filter((name) => name.endsWith('.ts'))
    console.error(`Usage: npm run <command>, where the command is one of: ${known.map((name) => name.slice(0, -3)).join(', ')}`)
    return 2
  }
  const installed = await installPackages()
  if (installed !== 0) return installed
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`
  return run(pinnedNode(), [entry, ...args], { env: { ...process.env, PATH: path } })
}

process.exitCode = await main()
