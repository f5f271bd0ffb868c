import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { launchChartkeep } from './harness/launch.ts'

/** The smallest application that shows a page, and keeps a secret when it is asked to. */
const main = `
const { app, BrowserWindow } = require('electron')
globalThis.secrets = require(process.env.KEYTAR)
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
    app: join(folder, 'app'),
    policyFile: join(folder, 'no-policy.json'),
    userData: join(folder, 'profile'),
    env: { KEYTAR: createRequire(import.meta.url).resolve('keytar') },
  })

/** The kernel's own words about a process, one field of /proc/PID/status. */
function statusField(pid: number, field: string): string {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').find((text) => text.startsWith(`${field}:`))
  return line?.slice(field.length + 1).trim() ?? ''
}

test('a window opens in a real Electron, as the application that was named', async () => {
  const app = await launch()
  try {
    const window = await app.firstWindow()
    await expect(window.getByRole('heading')).toHaveText('A window')
    const about = await app.evaluate(({ app: it }) => ({ name: it.getName(), version: it.getVersion(), isPackaged: it.isPackaged }))
    expect(about).toEqual({ name: 'platform-probe', version: '4.5.6', isPackaged: false })
  } finally {
    await app.close()
  }
})

test("a page runs in Chromium's sandbox, as an ordinary user", async () => {
  test.skip(process.platform !== 'linux', 'reads /proc')
  const app = await launch()
  try {
    await app.firstWindow()
    // The probe application put a function of that type there.
    const pid = await app.evaluate(() => (globalThis as unknown as { pageProcess: () => number }).pageProcess())
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
    // The probe application put keytar there.
    const read = await app.evaluate(async () => {
      const { secrets } = globalThis as unknown as { secrets: typeof import('keytar') }
      await secrets.setPassword('chartkeep-platform', 'probe', 'kept')
      const found = await secrets.getPassword('chartkeep-platform', 'probe')
      await secrets.deletePassword('chartkeep-platform', 'probe')
      return [found, await secrets.getPassword('chartkeep-platform', 'probe')]
    })
    expect(read).toEqual(['kept', null])
  } finally {
    await app.close()
  }
})
