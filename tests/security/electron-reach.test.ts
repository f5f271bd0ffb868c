import type { ElectronApplication, Page } from 'playwright'
import { expect, test } from 'playwright/test'
import { contract, type ProcedureName } from '../../shared/contract/index.ts'
import { appPage, type Opened, openWithChart } from './checklist/opened.ts'

/**
 * Electron's own security checklist (its tutorial "Security"), line by line: what a page can get at, by the network, by going elsewhere, by our protocol and by the bridge.
 * The numbers are the checklist's; 15 and 17 have more in unit specs, 19 needs a packaged build.
 */

/** What the preload puts into a page, by shared/bridge.ts. */
interface Exposed {
  readonly chartkeep: Readonly<Record<string, (...input: readonly string[]) => Promise<string>>>
  readonly chartkeepEvents: Readonly<Record<string, (listener: (...heard: readonly unknown[]) => unknown) => () => void>>
}

const rows = Object.keys(contract) as ProcedureName[] // The keys of an object literal are its keys.
const rowsVia = (via: string) => rows.filter((name) => contract[name].via === via)

let here: Opened
let app: ElectronApplication
let page: Page
test.beforeAll(async () => {
  here = await openWithChart()
  ;({ app, page } = here)
})
test.afterAll(() => here.place.close())

test('1: no page has asked for anything but our own files, and the EHR for its sign-in page', async () => {
  const urls = await here.requests()
  expect(urls.some((url) => url.startsWith(here.ehr.place.baseUrl))).toBe(true)
  const others = urls.filter((url) => !url.startsWith(appPage) && !url.startsWith(`${here.ehr.place.baseUrl}/auth/`) && !url.startsWith('data:image/'))
  expect(others).toEqual([])
})

test('1: whatever a page tries to send, nothing leaves', async () => {
  const before = (await here.requests()).length
  const target = `${here.ehr.place.baseUrl}/leak`
  await page.evaluate(async (url) => {
    const attempts = [
      () => fetch(url),
      () => navigator.sendBeacon(url, 'leak'),
      () => new Promise((resolve) => Object.assign(new Image(), { src: url, onerror: resolve })),
      () => new Promise((resolve) => new WebSocket(url.replace('https', 'wss')).addEventListener('error', resolve)),
      () => new Promise((resolve) => new EventSource(url).addEventListener('error', resolve)),
      () => new Promise((resolve) => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url, onerror: resolve }))),
      () => new Worker(url),
      () => navigator.serviceWorker.register('/sw.js'),
      () => document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: url })),
      () => document.head.append(Object.assign(document.createElement('link'), { rel: 'dns-prefetch', href: url })),
    ]
    // Each is refused in its own way: thrown, rejected, or by an event.
    for (const attempt of attempts) await Promise.resolve().then(attempt).catch(() => undefined)
  }, target)
  expect((await here.requests()).slice(before).filter((url) => !url.startsWith(appPage))).toEqual([])
  // Past the content policy the session itself refuses.
  expect(await here.fetched(target)).toBe('refused')
  expect(await here.fetched('http://127.0.0.1:9/')).toBe('refused')
})

test('13: no way of going elsewhere leads anywhere', async () => {
  const targets = ['javascript:void 0', 'file:///etc/passwd', 'data:text/html,<h1>elsewhere</h1>', 'blob:app://chartkeep/0', here.ehr.place.baseUrl, 'chrome://gpu', 'view-source:app://chartkeep/', 'app://elsewhere/', 'app://chartkeep/index.html', 'mailto:someone@example.org', 'ms-msdt:/id']
  await page.evaluate(() => Object.assign(window, { stillHere: true }))
  for (const target of targets) {
    await page.evaluate((url) => {
      const ways = [
        () => location.assign(url),
        () => location.replace(url),
        () => {
          const link = Object.assign(document.createElement('a'), { href: url })
          document.body.append(link)
          link.click()
          link.remove()
        },
        () => {
          const form = Object.assign(document.createElement('form'), { action: url, method: 'post' })
          document.body.append(form)
          form.submit()
          form.remove()
        },
        () => {
          const frame = Object.assign(document.createElement('iframe'), { src: url })
          document.body.append(frame)
          frame.remove()
        },
      ]
      for (const way of ways) {
        try {
          way()
        } catch {
          // Refused by the page already.
        }
      }
    }, target)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20))))
    expect({ target, url: page.url() }).toEqual({ target, url: appPage })
  }
  expect(await page.evaluate(() => 'stillHere' in window && document.querySelector('[data-testid="chart-banner"]') !== null)).toBe(true)
})

test('14, 15: no window opens, and nothing reaches the system browser', async () => {
  const before = await here.contentsCount()
  const opened = await page.evaluate((url) => {
    const link = Object.assign(document.createElement('a'), { href: url, target: '_blank' })
    document.body.append(link)
    link.click()
    link.remove()
    return ['', url, 'about:blank', 'javascript:0', 'app://chartkeep/'].map((each) => window.open(each)).filter(Boolean).length
  }, here.ehr.place.baseUrl)
  expect(opened).toBe(0)
  expect(await here.contentsCount()).toBe(before)
  expect(await app.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows().length)).toBe(1)
  expect(await here.handedOver()).toEqual([])
})

test('17: every row refuses what is not its input, and does nothing', async () => {
  const bad = ['', 'null', '[]', '"text"', '7', '{', '{"surplus":1}', '{"__proto__":{"patient":"x"}}', JSON.stringify({ text: 'x'.repeat(20_000) })]
  const named = [...rowsVia('main'), ...rowsVia('workspace')].filter((name) => name !== 'vault.unlock')
  const kinds = await page.evaluate(
    async ({ names, inputs }) => {
      const { chartkeep } = window as unknown as Exposed
      const replies: string[] = []
      for (const name of names) {
        for (const input of inputs) {
          const reply = JSON.parse((await chartkeep[name]?.(input)) ?? 'null')
          replies.push(`${name} ${input.slice(0, 20)}: ${reply.ok ? 'taken' : reply.failure.kind}`)
        }
      }
      return replies
    },
    // What is no JSON would end in a message of another shape: the port's own test sends that.
    { names: named, inputs: bad.filter((input) => input !== '' && input !== '{') },
  )
  expect(kinds.filter((reply) => !/(invalid-input|locked|unknown-procedure)$/.test(reply))).toEqual([])
  expect(await page.evaluate(() => document.querySelector('[data-testid="chart-banner"]') !== null)).toBe(true)
})

test('17: a page that is not ours, though it has our preload and our origin, gets nothing by any row', async () => {
  const outcome = await app.evaluate(
    async ({ app: electron, BrowserWindow, webContents }, names) => {
      const ours = webContents.getAllWebContents().find((each) => each.getURL().startsWith('app://'))
      if (!ours) throw new Error('there is no page of ours')
      const window = new BrowserWindow({ show: false, webPreferences: { session: ours.session, preload: `${electron.getAppPath()}/preload.cjs`, sandbox: true } })
      await window.loadURL('app://chartkeep/')
      const replies: string[] = await window.webContents.executeJavaScript(`Promise.all(${JSON.stringify(names)}.map(async (name) => {
        const text = await chartkeep[name]('{}')
        const reply = JSON.parse(text)
        return name + ': ' + (reply.ok ? 'taken' : reply.failure.kind)
      }))`)
      // A row over a port: this page is given none, so it waits for ever.
      const viaPort: string = await window.webContents.executeJavaScript(`Promise.race([chartkeep['patients.mine']('{}').then(() => 'answered'), new Promise((done) => setTimeout(() => done('waits'), 300))])`)
      window.destroy()
      return { replies, viaPort }
    },
    rowsVia('main'),
  )
  expect(outcome.replies.filter((reply) => !reply.endsWith('wrong-sender'))).toEqual([])
  expect(outcome.viaPort).toBe('waits')
})

test('17: a frame within our page has no bridge', async () => {
  const found = await page.evaluate(() => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const names = frame.contentWindow ? Object.getOwnPropertyNames(frame.contentWindow).filter((name) => name.startsWith('chartkeep')) : []
    frame.remove()
    return names
  })
  expect(found).toEqual([])
})

test("17: a tab's port speaks of its own patient alone @164.312(a)(1)", async () => {
  const kinds = await page.evaluate(async () => {
    const { chartkeep } = window as unknown as Exposed
    const opened = JSON.parse((await chartkeep['tab.open']?.(JSON.stringify({ patient: 'one-patient' }))) ?? 'null')
    const { tab } = opened.value
    const ask = async (row: string, input: unknown) => JSON.parse((await chartkeep[row]?.(tab, JSON.stringify(input))) ?? 'null').failure?.kind
    const other = { patient: 'another-patient' }
    const kinds = [
      await ask('chart.section', { ...other, section: 'problems', cause: 'look', want: 'current' }),
      await ask('draft.read', other),
      await ask('draft.save', { ...other, draft: { text: 'x', caret: 0, typedAt: 0 } }),
    ]
    await chartkeep['tab.close']?.(JSON.stringify({ tab }))
    return kinds
  })
  expect(kinds).toEqual(['wrong-patient', 'wrong-patient', 'wrong-patient'])
})

test('18: app:// serves the built page and nothing beside it', async () => {
  expect(await here.fetched(appPage)).toBe(200)
  const elsewhere = ['../main.js', '%2e%2e/main.js', '..%2fmain.js', '..%5cmain.js', '.%2e/main.js', 'assets/../../main.js', 'assets/%2e%2e/%2e%2e/main.js', '..\\main.js', '/etc/passwd.js', '//etc/passwd.js', '%00.js', 'index.html%00.js', 'package.json', 'no-such.js', 'assets', 'assets/']
  for (const path of elsewhere) expect({ path, status: await here.fetched(`${appPage}${path}`) }).toEqual({ path, status: 404 })
  for (const url of ['app://elsewhere/index.html', 'app://chartkeep.example/index.html']) expect([404, 'refused']).toContain(await here.fetched(url))
})

test('18: a symbolic link inside the folder leads nowhere, and no file:// is to be had', async () => {
  expect(await here.fetched(`${appPage}inside.js`)).toBe(404)
  const loaded = await page.evaluate(
    (urls) => Promise.all(urls.map((src) => new Promise((resolve) => Object.assign(new Image(), { src, onload: () => resolve('loaded'), onerror: () => resolve('refused') })))),
    ['file:///usr/share/pixmaps/debian-logo.png', 'app://chartkeep/inside.js'],
  )
  expect(loaded).toEqual(['refused', 'refused'])
})

test('20: the bridge is the contract, nothing more and nothing less', async () => {
  const exposed = await page.evaluate(() => ({
    rows: Object.keys((window as unknown as Exposed).chartkeep).toSorted(),
    kinds: [...new Set(Object.values((window as unknown as Exposed).chartkeep).map((each) => typeof each))],
    events: Object.keys((window as unknown as Exposed).chartkeepEvents).toSorted(),
  }))
  expect(exposed).toEqual({ rows: rows.toSorted(), kinds: ['function'], events: ['onConnection', 'onFlush', 'onHolds', 'onKeeping', 'onSession', 'onUpload'] })
  const replaced = await page.evaluate(() => {
    const before = (window as unknown as Exposed).chartkeep['app.info']
    try {
      Object.assign((window as unknown as Exposed).chartkeep, { 'app.info': () => 'mine' })
      Object.assign(window, { chartkeep: {} })
    } catch {
      // Frozen: as it should be.
    }
    return (window as unknown as Exposed).chartkeep['app.info'] === before
  })
  expect(replaced).toBe(true)
})

test('20: listeners are told text, and never given an event', async () => {
  const heard = await page.evaluate(async () => {
    const { chartkeepEvents } = window as unknown as Exposed
    const told: unknown[][] = []
    const listen = (...args: readonly unknown[]) => void told.push(args.map((each) => typeof each))
    const ends = [chartkeepEvents['onSession']?.(listen), chartkeepEvents['onConnection']?.(listen)]
    await new Promise((resolve) => requestAnimationFrame(resolve))
    for (const end of ends) end?.()
    return told
  })
  expect(heard).toEqual([['string'], ['string']])
})
