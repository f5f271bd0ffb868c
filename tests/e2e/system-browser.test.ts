import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type DefaultBrowser, installBrowser } from './harness/browser.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'dlindqvist'

interface AtTheBrowser extends Running {
  readonly place: Workstation
  readonly browser: DefaultBrowser
  press(): Promise<void>
}

type Open = Parameters<Parameters<typeof test>[2]>[0]['workstation']

/** A workstation whose policy says: sign in with the system's browser. */
async function atTheBrowser(workstation: Open, redirectPort = 0): Promise<AtTheBrowser> {
  const ehr = sharedEhr()
  const place = await workstation({ ehr, policy: (demo) => ({ ...demo, ehr: { ...demo.ehr, signIn: 'system-browser', redirectPort } }) })
  const browser = await installBrowser(place.folder, ehr.place, ehr.account(physician))
  const running = await place.start({ env: browser.env })
  const press = async () => (await running.person.sees('sign-in')).getByRole('button', { name: 'Sign in' }).click()
  return { ...running, place, browser, press }
}

const redirectOf = (url: string): URL => new URL(new URL(url).searchParams.get('redirect_uri') ?? '')

async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  const how = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return how
}

test('a person signs in with the browser of the system, and the window goes on by itself @164.312(d)', async ({ workstation }) => {
  const { person, app, browser, press } = await atTheBrowser(workstation)
  await browser.order('is-attacked')
  await press()
  await person.choosePin()
  const report = await browser.report()
  expect(report?.end).toContain('You can close this window')
  const asked = new URL(report?.url ?? '').searchParams
  expect([asked.get('prompt'), asked.get('max_age'), asked.get('code_challenge_method')]).toEqual(['login', '0', 'S256'])
  // Whoever answered without the state was refused and ended nothing; whoever wanted the port did not get it.
  expect(report?.refusals).toEqual([404, 404, 404, 'EADDRINUSE', 'EADDRINUSE'])
  expect(await listens(Number(redirectOf(report?.url ?? '').port))).toBe(false)
  // The EHR's page was never in a window of ours.
  expect(app.context().pages().filter((page) => page.url().startsWith('https://'))).toEqual([])
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
})

test('a browser that was closed is waited for until the person gives up, and then nothing listens any more', async ({ workstation }) => {
  const { person, browser, press } = await atTheBrowser(workstation)
  await browser.order('leaves')
  await press()
  await expect.poll(() => browser.report()).toBeDefined()
  const waiting = await person.sees('signing-in')
  await expect(waiting).toContainText('Go on in your browser')
  const port = Number(redirectOf((await browser.report())?.url ?? '').port)
  expect(await listens(port)).toBe(true)
  await waiting.getByRole('button', { name: 'Cancel sign-in' }).click()
  await person.sees('sign-in')
  await expect.poll(() => listens(port)).toBe(false)
  // And the next try has a place of its own.
  await browser.order('signs-in')
  await press()
  await person.sees('choose-pin')
})

test('a fixed port that another program holds is said, and the sign-in goes on when it is free', async ({ workstation }) => {
  const thief = createServer().listen(0, '127.0.0.1')
  await once(thief, 'listening')
  const address = thief.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const { person, browser, press } = await atTheBrowser(workstation, port)
  await browser.order('signs-in')
  await press()
  await expect((await person.sees('sign-in')).getByRole('alert')).toContainText(/Another program holds the place.*Close other copies/)
  expect(await browser.report()).toBeUndefined()
  thief.close()
  await once(thief, 'close')
  await press()
  await person.sees('choose-pin')
  expect(redirectOf((await browser.report())?.url ?? '').port).toBe(String(port))
})

test('a workstation without a browser says so', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, ehr: { ...demo.ehr, signIn: 'system-browser' } }) })
  // A folder without any program: on Linux, without xdg-open.
  const { person } = await place.start({ env: { PATH: place.folder } })
  await (await person.sees('sign-in')).getByRole('button', { name: 'Sign in' }).click()
  await expect((await person.sees('sign-in')).getByRole('alert')).toContainText(/No browser could be opened.*needs a browser/)
})
