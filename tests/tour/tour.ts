import path from 'node:path'
import { kill } from 'node:process'
import type { ElectronApplication } from 'playwright'
import { clinician } from '../e2e/harness/clinician.ts'
import { launchChartkeep } from '../e2e/harness/launch.ts'
import { accountNamed, sandboxReady } from '../e2e/harness/surroundings.ts'

/**
 * The tour: the main job, driven through the real application for somebody who has no display to see it on. Prints a
 * line for each step with its time, saves a picture of each, and fails when one does not show what it should.
 */
const pictures = process.env['CHARTKEEP_TOUR'] ?? 'out/tour'
const profile = process.env['CHARTKEEP_TOUR_PROFILE']
if (profile === undefined) throw new Error('CHARTKEEP_TOUR_PROFILE names no profile')

const ready = sandboxReady()
const physician = accountNamed(ready, 'aokafor')
/** One of two with this family name among the sandbox's people: allergic, and not to be resuscitated. */
const patient = { search: 'fujimori', given: 'Haruto' }
let count = 0

async function step(app: ElectronApplication, title: string, act: () => Promise<void>): Promise<void> {
  const began = performance.now()
  await act()
  const took = performance.now() - began
  count += 1
  const name = `${String(count).padStart(2, '0')}-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`
  const page = await clinician(app).page()
  await page.screenshot({ path: path.join(pictures, name), animations: 'disabled' })
  console.log(`${String(count).padStart(2)}  ${title.padEnd(44)} ${took.toFixed(0).padStart(6)} ms   out/tour/${name}`)
}

/** A chart whose sections have all come to something other than loading. */
async function chartIsRead(app: ElectronApplication): Promise<void> {
  const person = clinician(app)
  await person.sees('chart-banner')
  const page = await person.page()
  await page.locator('[data-testid^="section-"][data-state="loading"]').first().waitFor({ state: 'detached', timeout: 20_000 })
}

const app = await launchChartkeep({ policyFile: ready.policyFile, userData: profile })
try {
  const person = clinician(app)
  await step(app, 'The sign-in screen', async () => void (await person.sees('sign-in')))
  await step(app, 'Signed in at the EHR', async () => {
    await person.signIn(physician)
    await person.sees('choose-pin')
  })
  await step(app, 'A PIN is chosen', () => person.choosePin())
  await step(app, 'The patients of the care team', async () => void (await person.sees('patient-row')))
  await step(app, 'A patient is found', async () => void (await person.search(patient.search)))
  await step(app, 'A chart is opened', async () => {
    await (await person.page()).getByTestId('patient-row').filter({ hasText: patient.given }).first().click()
    await chartIsRead(app)
  })
  await step(app, 'Locked by Ctrl+L', () => person.lock())
  await step(app, 'Unlocked: the same chart', async () => {
    await person.unlock()
    await chartIsRead(app)
  })
  await step(app, 'Locked again', () => person.lock())
  kill(ready.pid, 'SIGKILL')
  await step(app, 'The network is cut: the chart from the cache', async () => {
    await person.unlock()
    await chartIsRead(app)
    await person.sees('offline')
  })
  console.log(`\n${count} steps, each showed what it should.`)
} catch (error) {
  const page = await clinician(app).page().catch(() => undefined)
  await page?.screenshot({ path: path.join(pictures, 'failed.png') })
  console.error(`Step ${count + 1} did not show what it should: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await app.close()
}
