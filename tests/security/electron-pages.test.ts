import { readFileSync } from 'node:fs'
import type { ElectronApplication, Page } from 'playwright'
import { expect, test } from 'playwright/test'
import { appPage, type Opened, openWithChart } from './checklist/opened.ts'

/**
 * Electron's own security checklist (its tutorial "Security"), line by line: what a page is, and what is written into it. What it can get at is in `electron-reach.test.ts`.
 * The numbers are the checklist's; 15 and 17 have more in unit specs, 19 needs a packaged build.
 */

let here: Opened
let app: ElectronApplication
let page: Page
test.beforeAll(async () => {
  here = await openWithChart()
  ;({ app, page } = here)
})
test.afterAll(() => here.place.close())

test('2: a page has no Node', async () => {
  const found = await page.evaluate(() => ['require', 'process', 'module', 'exports', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter((name) => name in window))
  expect(found).toEqual([])
})

test('3, 4, 6, 8-11: every page is isolated, sandboxed, and without what weakens it', async () => {
  const spare = await here.preferences(appPage)
  for (const told of [spare, here.signInPreferences]) {
    expect(told).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false })
    for (const name of ['nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'allowRunningInsecureContent', 'experimentalFeatures', 'plugins', 'enableBlinkFeatures', 'disableBlinkFeatures', 'enableDeprecatedPaste']) {
      expect({ [name]: Boolean(told[name]) }).toEqual({ [name]: false })
    }
  }
  expect(here.signInPreferences['preload'] ?? '').toBe('')
  // A spell checker would fetch dictionaries, and learn words.
  expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().map(({ session }) => session.isSpellCheckerEnabled()))).not.toContain(true)
})

test("4: the kernel holds every page in Chromium's sandbox", async () => {
  test.skip(process.platform !== 'linux', 'reads /proc')
  const pids = await app.evaluate(({ webContents }) => webContents.getAllWebContents().map((each) => each.getOSProcessId()))
  expect(pids.length).toBeGreaterThanOrEqual(1)
  for (const pid of pids) {
    // 2: a seccomp filter decides every system call (proc_pid_status(5)).
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\t2$/m)
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^CapEff:\t0+$/m)
  }
  const main = await app.evaluate(() => process.argv.concat(process.execArgv))
  expect(main.filter((word) => /no-sandbox|disable-setuid|disable-web-security|ignore-certificate/.test(word))).toEqual([])
})

test('5: every permission is denied, asked for or looked up', async () => {
  const answers = await page.evaluate(async () => {
    const lookUp = async (name: string) => (await navigator.permissions.query({ name: name as PermissionName })).state
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'idle-detection', 'persistent-storage']
    const looked = await Promise.all(names.map((name) => lookUp(name).catch(() => 'denied')))
    const refusal = (asked: Promise<unknown>) => asked.then(() => 'granted', (error: unknown) => (error instanceof Error || error instanceof DOMException ? error.name : 'refused'))
    return {
      looked: [...new Set(looked)],
      notification: await Notification.requestPermission(),
      position: await new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('granted'), ({ code }) => resolve(code))),
      camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await refusal(navigator.mediaDevices.getDisplayMedia()),
      midi: await refusal(navigator.requestMIDIAccess({ sysex: true })),
      clipboard: await refusal(navigator.clipboard.readText()),
      wake: await refusal(navigator.wakeLock.request('screen')),
      kept: await navigator.storage.persist(),
    }
  })
  expect(answers).toMatchObject({ looked: ['denied'], notification: 'denied', position: 1, kept: false })
  for (const name of ['camera', 'screen', 'midi', 'clipboard', 'wake'] as const) expect({ [name]: answers[name] }).not.toEqual({ [name]: 'granted' })
})

test('7: the content policy allows our own files and nothing else', async () => {
  const header = await app.evaluate(async ({ webContents }, url) => {
    const answer = await webContents.getAllWebContents()[0]?.session.fetch(url)
    return answer?.headers.get('content-security-policy') ?? ''
  }, appPage)
  const directives = Object.fromEntries(
    header.split(';').map((each) => {
      const [name = '', ...values] = each.trim().split(/\s+/)
      return [name, values]
    }),
  )
  expect(directives).toMatchObject({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'connect-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    sandbox: ['allow-scripts', 'allow-same-origin', 'allow-forms'],
  })
  // Nothing of what would undo the rest, in any directive.
  expect(header).not.toMatch(/unsafe|\*|https?:|blob:|filesystem:|strict-dynamic|nonce-|'wasm/)
  for (const name of ['frame-src', 'object-src', 'worker-src', 'child-src', 'manifest-src', 'media-src']) expect(directives[name] ?? ["'none'"]).toEqual(["'none'"])
})

test('7: no page prints by itself: what is printed is recorded first @164.312(b)', async () => {
  const hasBegun = await page.evaluate(() => {
    let begun = false
    addEventListener('beforeprint', () => (begun = true), { once: true })
    print()
    return begun
  })
  expect(hasBegun).toBe(false)
})

test('7: inline script does not run, however it gets into the page', async () => {
  const ran = await page.evaluate(async () => {
    const ways = [
      () => document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' })),
      () => document.body.append(document.createRange().createContextualFragment('<script>window.ran = 2</script>')),
      () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.ran = 3">'),
      () => {
        const button = document.createElement('button')
        button.setAttribute('onclick', 'window.ran = 4')
        button.click()
      },
      () => setTimeout('window.ran = 7' as unknown as () => void, 0),
      () => document.body.append(Object.assign(document.createElement('iframe'), { srcdoc: '<script>parent.ran = 8</script>' })),
      () => {
        location.href = 'javascript:void(window.ran = 9)'
      },
      () => document.body.append(Object.assign(document.createElement('script'), { src: 'data:text/javascript,window.ran = 10' })),
    ]
    for (const way of ways) await Promise.resolve().then(way).catch(() => undefined)
    // In a task of the page's own: what a debugger runs is let off.
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        resolve()
        // oxlint-disable-next-line typescript/no-implied-eval -- that it does not run is what is tested
        new Function('window.ran = 5')()
      })
    })
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))
    document.querySelectorAll('body > iframe, body > script, body > img').forEach((each) => each.remove())
    return (window as unknown as { ran?: number }).ran
  })
  expect(ran).toBeUndefined()
})

test('12: no webview comes to be', async () => {
  const before = await here.contentsCount()
  await page.evaluate(async (url) => {
    const view = document.createElement('webview')
    view.setAttribute('src', url)
    view.setAttribute('nodeintegration', '')
    document.body.append(view)
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    view.remove()
  }, here.ehr.place.baseUrl)
  expect(await here.contentsCount()).toBe(before)
})

test('nothing of the main job goes against the content policy, or complains', async () => {
  const calm = await here.place.quit().then(() => here.place.start())
  const told: string[] = []
  const listen = (each: Page) => {
    each.on('console', (message) => {
      // Our pages are sandboxed so that they print nothing by themselves; frames, of which this warns, they have none.
      if (message.text() === 'An iframe which has both allow-scripts and allow-same-origin for its sandbox attribute can escape its sandboxing.') return
      if (['error', 'warning'].includes(message.type()) && each.url().startsWith('app:')) told.push(message.text())
    })
    each.on('pageerror', (error) => told.push(error.message))
  }
  calm.app.context().pages().forEach(listen)
  calm.app.context().on('page', listen)
  await calm.person.unlock()
  await calm.person.chartIsRead()
  const front = await calm.person.page()
  for (const view of ['results', 'vitals', 'medications', 'notes', 'encounters', 'history', 'summary']) await front.getByTestId(`view-${view}`).click()
  await front.getByTestId('write-note').click()
  await front.getByTestId('draft-box').fill('A word.')
  await calm.person.lock()
  await calm.person.unlock()
  await calm.person.chartIsRead()
  await calm.person.signOut()
  expect(told).toEqual([])
})
