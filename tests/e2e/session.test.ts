import type { ElectronApplication, Page } from 'playwright'
import { carriedOut } from './harness/carried-out.ts'
import { goodPin } from './harness/clinician.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import { openWorkstation, type Running, type Workstation } from './harness/workstation.ts'

const nurse = 'gnakamura'

async function atWork(place: Workstation, username = nurse): Promise<Running> {
  const running = await place.start()
  await running.person.signIn(sharedEhr().account(username))
  await running.person.choosePin()
  return running
}

async function withChart(running: Running): Promise<string> {
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  // The place is kept a moment after the chart was opened; what dies sooner comes back to the patient list.
  const page = await running.person.page()
  await expect.poll(() => page.evaluate(recallPlace)).toContain('"patient"')
  return (await (await running.person.page()).getByTestId('chart-banner').getByRole('heading').textContent()) ?? ''
}

/** The hidden page that stands by as the next lock screen. */
async function spareOf({ app, person }: Running): Promise<Page> {
  const front = await person.page()
  let spare: Page | undefined
  await expect.poll(() => (spare = app.context().pages().find((each) => each !== front && each.url() === 'app://chartkeep/')) !== undefined).toBe(true)
  if (!spare) throw new Error('there is no spare page')
  await spare.getByTestId('lock-screen').waitFor()
  return spare
}

/** Processes that hold PHI while a chart is open: `records`, and the page in front. */
async function holdersOf(app: ElectronApplication): Promise<{ readonly records: number; readonly chart: number }> {
  return app.evaluate(({ app: electron, BaseWindow }) => {
    const records = electron.getAppMetrics().find(({ name }) => name === 'Chartkeep records')
    const top = BaseWindow.getAllWindows()[0]?.contentView.children.at(-1)
    if (!records || !top) throw new Error('no chart is open')
    // Every child of our window is a WebContentsView.
    return { records: records.pid, chart: (top as Electron.WebContentsView).webContents.getOSProcessId() }
  })
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function lockedFor(running: Running, why: RegExp): Promise<void> {
  await running.person.sees('lock-screen')
  await expect((await running.person.page()).getByTestId('lock-screen')).toContainText(why)
}

/** What is kept of where one was, as the page itself would ask for it. */
async function recallPlace(): Promise<string> {
  // What the preload puts there, by shared/bridge.ts.
  const { chartkeep } = window as unknown as { chartkeep: Record<string, (input: string) => Promise<string>> }
  return (await chartkeep['place.recall']?.('{}')) ?? ''
}

test('warns before it locks, stays open for a key, and locks when nobody is there @164.312(a)(2)(iii) @170.315(d)(5)', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, session: { ...demo.session, warnAfterSeconds: 10, lockAfterSeconds: 15 } }) }))
  const name = await withChart(running)
  const warning = (await running.person.page()).getByTestId('lock-warning')
  await expect(warning).toBeVisible({ timeout: 15_000 })
  await expect(warning).toContainText(/locks in \d second/)
  await running.person.press('Shift')
  await expect(warning).toHaveCount(0)

  await expect(warning).toBeVisible({ timeout: 15_000 })
  await lockedFor(running, /nobody used it/)
  await expect((await running.person.page()).locator('body')).not.toContainText(name)
})

/**
 * One workstation, at which one test comes after the other: each begins with the same chart open, however the one before it left the
 * session. After a test that fails, the next has a workstation of its own.
 */
test.describe('at a chart', () => {
  let place: Workstation
  let running: Running
  let name: string
  test.beforeAll(async () => {
    place = await openWorkstation({ ehr: sharedEhr() })
    running = await atWork(place)
    name = await withChart(running)
  })
  test.beforeEach(async () => {
    if (await (await running.person.page()).getByTestId('lock-screen').isVisible()) await running.person.unlock()
    await running.person.chartIsRead()
  })
  test.afterAll(() => place.close())

  test('a lock ends the two processes that hold the chart', async () => {
    const { records, chart } = await holdersOf(running.app)
    await running.person.lock()
    await expect.poll(() => [lives(records), lives(chart)]).toEqual([false, false])
  })

  test('the lock button locks, and so does Ctrl+L while a note is being written', async () => {
    await (await running.person.page()).getByTestId('lock').click()
    await lockedFor(running, /You locked it/)
    await running.person.unlock()
    await running.person.chartIsRead()
    await (await running.person.sees('write-note')).click()
    await (await running.person.sees('draft-box')).fill('Cough for three days.')
    await running.person.press('l', 'control')
    await lockedFor(running, /You locked it/)
  })

  test('locks when the computer sleeps, and when its own screen is locked', async () => {
    await carriedOut(running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend')))
    await lockedFor(running, /computer slept/)
    await running.person.unlock()
    await running.person.chartIsRead()
    await carriedOut(running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen')))
    await lockedFor(running, /Locked with the computer/)
    await expect((await running.person.page()).locator('body')).not.toContainText(name)
  })

  test('a records process that dies takes the screen with it, and the PIN brings the same chart back', async () => {
    process.kill((await holdersOf(running.app)).records, 'SIGKILL')
    await lockedFor(running, /A part of Chartkeep stopped/)
    await running.person.unlock()
    await running.person.chartIsRead()
    await expect((await running.person.page()).getByTestId('chart-banner').getByRole('heading')).toHaveText(name)
  })

  test('a page that crashes leaves a lock screen, not an empty window', async () => {
    process.kill((await holdersOf(running.app)).chart, 'SIGKILL')
    await lockedFor(running, /A part of Chartkeep stopped/)
    await running.person.unlock()
    await running.person.chartIsRead()
  })

  for (const [what, leave] of [
    ['to about:blank, which no guard is asked about', () => location.assign('about:blank')],
    ['by reloading itself, which loses its ports', () => location.reload()],
  ] as const) {
    test(`a page that leaves ${what}, is ended, and the PIN brings the chart back`, async () => {
      const page = await running.person.page()
      // Its page is gone before it can answer.
      await page.evaluate(leave).catch(() => undefined)
      await lockedFor(running, /A part of Chartkeep stopped/)
      await running.person.unlock()
      await running.person.chartIsRead()
      await expect((await running.person.page()).getByTestId('chart-banner')).toContainText(name)
    })
  }

  test('a lock screen that crashes is replaced by another one', async () => {
    await running.person.lock()
    const dead = await running.app.evaluate(({ BaseWindow }) => {
      // Every child of our window is a WebContentsView.
      const top = BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as Electron.WebContentsView
      return top.webContents.getOSProcessId()
    })
    process.kill(dead, 'SIGKILL')
    await expect.poll(() => lives(dead)).toBe(false)
    await running.person.unlock()
  })
})

test.describe('the spare page', () => {
  let place: Workstation
  let running: Running
  test.beforeAll(async () => {
    place = await openWorkstation({ ehr: sharedEhr() })
    running = await atWork(place)
  })
  test.afterAll(() => place.close())

  test('never takes the keyboard from whoever is typing', async () => {
    const field = await running.person.sees('patient-search')
    await field.focus()
    const spare = await spareOf(running)
    for (const letter of 'ashworth') await running.person.press(letter)
    await expect(field).toHaveValue('ashworth')
    expect(await spare.locator('input').evaluateAll((fields) => fields.map((each) => (each as HTMLInputElement).value).join(''))).toBe('')
  })

  test('knows of no session, shows no patient, and may ask for nothing @164.312(a)(1)', async () => {
    const spare = await spareOf(running)
    const name = await withChart(running)
    const words = await spare.locator('body').innerText()
    for (const trace of [name, 'MRN', 'Summary']) expect(words).not.toContain(trace)
    const answers = await spare.evaluate(async () => {
      // What the preload puts there, by shared/bridge.ts.
      const { chartkeep } = window as unknown as { chartkeep: Record<string, (input: string) => Promise<string>> }
      const ask = async (row: string, input: unknown) => JSON.parse((await chartkeep[row]?.(JSON.stringify(input))) ?? 'null')
      return {
        current: (await ask('session.current', {})).value.state,
        signOut: (await ask('session.signOut', {})).failure.kind,
        lock: (await ask('session.lock', {})).failure.kind,
        activity: (await ask('session.activity', {})).failure.kind,
        open: (await ask('tab.open', { patient: 'anybody' })).failure.kind,
      }
    })
    expect(answers).toEqual({ current: 'locked', signOut: 'stale', lock: 'stale', activity: 'stale', open: 'stale' })
    // None of it has changed the session of whoever works in front.
    await expect((await running.person.page()).getByTestId('chart-banner')).toContainText(name)
  })
})

test('what the EHR has ended is locked, and only a full sign-in opens it @164.312(d)', async ({ workstation }) => {
  const dismissed = 'twieczorek'
  const running = await atWork(await workstation({ ehr: sharedEhr() }), dismissed)
  await sharedEhr().bar(dismissed)
  // What the page asks for by itself may be refused first: then it is gone before the last letter.
  await (await running.person.page()).getByTestId('patient-search').fill('Ashworth').catch(() => undefined)
  await lockedFor(running, /The EHR asks you to sign in again\. Nothing that was saved here is lost\./)
  await expect((await running.person.page()).getByTestId('pin-input')).toHaveCount(0)
  await expect((await running.person.page()).getByText(goodPin)).toHaveCount(0)
})

test('with lock.restart the whole tree of processes is another one after a lock', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, lock: { ...demo.lock, restart: true } }) })
  const running = await atWork(place)
  await withChart(running)
  const before = running.app.process().pid
  await running.person.press('l', 'control')
  await place.ended()
  expect(before === undefined ? undefined : lives(before)).toBe(false)
})
