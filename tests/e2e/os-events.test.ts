import type { ElectronApplication } from 'playwright'
import { ownLogind } from '../integration/desktop/logind.ts'
import { type PrivateBus, privateBus } from '../integration/desktop/private-bus.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'

const ehr = sharedEhr()
let bus: PrivateBus
test.beforeAll(async () => {
  bus = await privateBus()
})
test.afterAll(() => bus.close())

test('a chart goes dark when the desktop is locked, and before the machine sleeps; no unlock but the PIN brings it back @164.312(a)(2)(iii)', async ({ workstation }) => {
  const machine = await ownLogind(await bus.join())
  const place = await workstation({ ehr })
  const { app, person } = await place.start({ env: { DBUS_SYSTEM_BUS_ADDRESS: bus.address } })
  await person.signIn(ehr.account('mvillasenor'))
  await person.choosePin()
  await machine.keptByUs()

  machine.lock()
  await person.sees('lock-screen')
  machine.unlock()
  await person.unlock()
  await person.sees('workspace')

  // By us for longer than by Electron, which lets go as soon as it has told of it.
  const kept = await machine.keptByUs()
  const began = performance.now()
  machine.prepareForSleep(true)
  await kept.released
  expect(performance.now() - began).toBeLessThan(4_000)
  await expect.poll(() => inFront(app), { timeout: 10_000 }).toContain('Locked because the computer slept.')
  machine.prepareForSleep(false)
  expect(await machine.keptByUs()).not.toBe(kept)
  expect(await inFront(app)).toContain('Locked because the computer slept.')
})

/** What the page in front says. Asked of the application itself: a machine that goes to sleep ends Playwright's own connections to its pages. */
function inFront(app: ElectronApplication): Promise<string> {
  return app.evaluate(async ({ BaseWindow }) => {
    // Every child of our window is a WebContentsView.
    const top = BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as Electron.WebContentsView | undefined
    const text: unknown = await top?.webContents.executeJavaScript('document.body.innerText')
    return typeof text === 'string' ? text : ''
  })
}
