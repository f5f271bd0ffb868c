import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright'
import { expect, test } from 'playwright/test'
import { launchChartkeep } from './harness/launch.ts'

/** The smallest application that shows a page, and keeps a secret when it is asked to. */
const main = `
const { app, BrowserWindow } = require('electron')
const secrets = require(process.env.KEYTAR)
globalThis.keepAndForget = async () => {
  await secrets.setPassword('chartkeep-platform', 'probe', 'kept')
  const found = await secrets.getPassword('chartkeep-platform', 'probe')
  await secrets.deletePassword('chartkeep-platform', 'probe')
  return [found, await secrets.getPassword('chartkeep-platform', 'probe')]
}
app.whenReady().then(() => {
  const window = new BrowserWindow({ webPreferences: { sandbox: true } })
  globalThis.pageProcess = () => window.webContents.getOSProcessId()
  return window.loadFile('page.html')
})
`
const page = '<!doctype html><title>Platform</title><h1>A window</h1>'

let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep platform '))
  const app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'platform-probe', version: '4.5.6', main: 'main.js' }))
  await writeFile(join(app, 'main.js'), main)
  await writeFile(join(app, 'page.html'), page)
})

test.afterAll(() => rm(folder, { recursive: true, force: true }))

const launch = () =>
  launchChartkeep({
    folder: join(folder, 'app'),
    policyFile: join(folder, 'no-policy.json'),
    userData: join(folder, 'profile'),
    env: { KEYTAR: createRequire(import.meta.url).resolve('keytar') },
  })

/** Calls a function that the probe application put among its globals. */
const ask = (app: ElectronApplication, name: 'pageProcess' | 'keepAndForget'): Promise<unknown> =>
  app.evaluate((_electron, which): unknown => {
    const found: unknown = Reflect.get(globalThis, which)
    return typeof found === 'function' ? found() : undefined
  }, name)

/** The kernel's own words about a process, one field of /proc/PID/status. */
function statusField(pid: number, field: string): string {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').find((text) => text.startsWith(`${field}:`))
  return line?.slice(field.length + 1).trim() ?? ''
}

test('a window opens in a real Electron, of an application that is not packaged', async () => {
  const app = await launch()
  try {
    const window = await app.firstWindow()
    await expect(window.getByRole('heading')).toHaveText('A window')
    expect(await app.evaluate(({ app: it }) => it.isPackaged)).toBe(false)
  } finally {
    await app.close()
  }
})

test("a page runs in Chromium's sandbox, as an ordinary user", async () => {
  test.skip(process.platform !== 'linux', 'reads /proc')
  const app = await launch()
  try {
    await app.firstWindow()
    const pid = Number(await ask(app, 'pageProcess'))
    expect(statusField(pid, 'Uid')).not.toMatch(/^0\b/)
    // 2: a seccomp filter decides every system call.
    expect(statusField(pid, 'Seccomp')).toBe('2')
    expect(statusField(pid, 'CapEff')).toMatch(/^0+$/)
    const commandLine = readFileSync(`/proc/${app.process().pid}/cmdline`, 'utf8')
    expect(commandLine).not.toContain('--no-sandbox')
  } finally {
    await app.close()
  }
})

test('a secret goes into the keyring of the operating system and comes back @170.315(d)(12)', async () => {
  const app = await launch()
  try {
    const read = await ask(app, 'keepAndForget')
    expect(read).toEqual(['kept', null])
  } finally {
    await app.close()
  }
})
