import { expect } from 'playwright/test'
import { type ChainEntry, chainOf } from './chain.ts'
import { type Clinician, goodPin } from './clinician.ts'
import type { DeskApp } from './desk-app.ts'
import type { Ehr } from './ehr.ts'
import { type Line, openLine } from './line.ts'
import { type Painted, watchPainted } from './painted.ts'
import type { Account } from './surroundings.ts'
import type { Running, Workstation } from './workstation.ts'

/** A workstation on a line of its own, somebody at work there with a chart open, and the desk that sees it. */
export interface Ward {
  readonly place: Workstation
  readonly line: Line
  readonly who: Account
  readonly deviceId: string
  /** The PIN that counts. */
  pin: string
  running(): Running
  person(): Clinician
  start(): Promise<void>
  /** Shows at the EHR who they are, from the lock screen. */
  signInFully(): Promise<void>
  /** Fails where the screen shows anything of a chart; and, where nobody has unlocked since the start, where it ever did since. */
  showsNoChart(sinceStart: boolean): Promise<void>
  /** What the chain has since the application was started last. */
  sinceStart(): Promise<readonly ChainEntry[]>
}

/** Parts of a screen that hold something of a patient, or lead to one. */
const ofCharts = /^(workspace$|chart-|section-|patient-|tab-|note|draft)/

/** Somebody signs in, chooses a PIN and opens the chart that their list begins with. */
export async function atWork(place: Workstation, ehr: Ehr, desk: DeskApp, username: string): Promise<Ward> {
  const line = await openLine()
  const who = ehr.account(username)
  const known = await desk.stations()
  let running: Running | undefined
  let painted: Painted | undefined
  const here = () => {
    if (running === undefined) throw new Error('nobody has started it')
    return running
  }
  const person = () => here().person
  const start = async () => {
    running = await place.start({
      args: line.args,
      before: async (app) => {
        painted = await watchPainted(app)
      },
    })
  }
  await start()
  await person().signIn(who)
  await person().choosePin()
  const row = await person().search('Ashworth')
  await row.click()
  await person().chartIsRead()
  const name = (await (await person().page()).getByTestId('chart-banner').getByRole('heading').textContent()) ?? ''
  const deviceId = await desk.newcomer(known)

  return {
    place, line, who, deviceId, person, start,
    pin: goodPin,
    running: here,
    async signInFully() {
      const page = await person().page()
      await expect(page.getByTestId('pin-input')).toHaveCount(0)
      await page.getByRole('button', { name: 'Unlock with full sign-in' }).click()
      await person().finishSignIn(who)
    },
    async showsNoChart(sinceStart) {
      const page = await person().page()
      await expect(page.locator('body')).not.toContainText(name)
      const shown = await page.locator('[data-testid]').evaluateAll((all) => all.map((each) => each.getAttribute('data-testid') ?? ''))
      expect(shown.filter((id) => ofCharts.test(id))).toEqual([])
      expect(shown.length).toBeGreaterThan(0)
      const ever = painted?.ids ?? new Set()
      for (const id of shown) expect(ever).toContain(id)
      if (sinceStart) expect([...ever].filter((id) => ofCharts.test(id))).toEqual([])
    },
    sinceStart: async () => {
      const entries = await chainOf(place)
      return entries.slice(entries.findLastIndex(({ event }) => event === 'app.started'))
    },
  }
}
