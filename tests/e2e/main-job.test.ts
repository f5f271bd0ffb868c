import { sharedEhr } from './harness/ehr.ts'
import { holds, partOf, screenOf } from './harness/screen.ts'
import { expect, test } from './harness/test.ts'

const ehr = sharedEhr
const physician = 'aokafor'

/** A record number as the screens write it. */
const recordNumber = /\b(\d{6,})\b/

test('a clinician signs in, finds a patient, reads the chart, walks away, and comes back to where they were @164.312(a)(2)(iii) @170.315(d)(5)', async ({ workstation }) => {
  const { app, person } = await (await workstation({ ehr: ehr() })).start()
  await person.signIn(ehr().account(physician))
  await person.choosePin()

  // Finds a patient of theirs by record number.
  const row = await person.sees('patient-row')
  const [, mrn = ''] = recordNumber.exec(await row.innerText()) ?? []
  expect(mrn).not.toBe('')
  await person.openChart(mrn)
  await person.chartIsRead()
  const page = await person.page()
  const name = (await page.getByTestId('chart-banner').getByRole('heading').textContent()) ?? ''
  expect(name.length).toBeGreaterThan(3)
  await expect(page.getByTestId('chart-banner')).toContainText(mrn)
  const sections = page.locator('[data-testid^="section-"]')
  expect(await sections.count()).toBeGreaterThanOrEqual(8)
  for (const state of await sections.evaluateAll((all) => all.map((each) => each.getAttribute('data-state')))) expect(['data', 'empty']).toContain(state)

  // Reads further down, and begins a note.
  const scroller = page.getByTestId('chart-scroller')
  await scroller.hover()
  await page.mouse.wheel(0, 240)
  await expect.poll(() => scroller.evaluate((element) => element.scrollTop)).toBeGreaterThan(100)
  await page.getByTestId('write-note').click()
  const box = page.getByTestId('draft-box')
  await box.pressSequentially('Seen today, feels better.')
  for (let back = 0; back < 8; back += 1) await box.press('ArrowLeft')
  const read = await scroller.evaluate((element) => element.scrollTop)
  expect(read).toBeGreaterThan(100)
  const shown = await screenOf(app)
  const heading = page.getByTestId('chart-banner').getByRole('heading')
  const parts = [await partOf(app, shown, heading), await partOf(app, shown, box)]
  // The proof that the look at the pixels sees what it looks for.
  for (const part of parts) expect(holds(shown, part)).toBe(true)

  await person.lock()
  const locked = await person.page()
  const words = await locked.locator('body').innerText()
  for (const trace of [name, mrn, 'Seen today', ...name.split(/[ ,]+/).filter((part) => part.length > 3)]) expect(words).not.toContain(trace)
  const titles = await app.evaluate(({ BaseWindow, webContents }) => [...BaseWindow.getAllWindows().map((each) => each.getTitle()), ...webContents.getAllWebContents().map((each) => each.getTitle())])
  expect(new Set(titles)).toEqual(new Set(['Chartkeep']))
  const after = await screenOf(app)
  expect(after.pixels.equals(shown.pixels)).toBe(false)
  for (const part of parts) expect(holds(after, part)).toBe(false)

  await person.unlock()
  await person.chartIsRead()
  const back = await person.page()
  await expect(back.getByTestId('chart-banner')).toContainText(mrn)
  await expect.poll(() => back.getByTestId('chart-scroller').evaluate((element) => element.scrollTop)).toBe(read)
  await expect(back.getByTestId('draft-box')).toHaveValue('Seen today, feels better.')
  // A text area is the only element with this test id.
  expect(await back.getByTestId('draft-box').evaluate((element) => (element as HTMLTextAreaElement).selectionStart)).toBe('Seen today, feels better.'.length - 8)

  await person.signOut()
  const left = await (await person.page()).locator('body').innerText()
  for (const trace of [name, mrn, 'Okafor']) expect(left).not.toContain(trace)
})

test('after signing out nobody is let in without being asked who they are @164.312(d)', async ({ workstation }) => {
  const place = await workstation({ ehr: ehr() })
  const { person } = await place.start()
  await person.signIn(ehr().account(physician))
  await person.choosePin()
  await person.signOut()
  await (await person.page()).getByRole('button', { name: 'Sign in' }).click()
  // The EHR's own page asks: no cookie of the last person answers in their place.
  await person.finishSignIn(ehr().account(physician))
  // The vault is theirs still, and opens with their PIN.
  await person.unlock()

  await person.signOut()
  await place.quit()
  const again = await place.start()
  await again.person.sees('sign-in')
})

test('the next person after a sign-out finds nothing of the last one', async ({ workstation }) => {
  const { person } = await (await workstation({ ehr: ehr() })).start()
  await person.signIn(ehr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await person.signOut()
  await person.signIn(ehr().account('gnakamura'))
  await person.choosePin('481516')
  const page = await person.page()
  await expect(page.getByTestId('list-recent')).toHaveAttribute('data-state', 'empty')
  await expect(page.getByTestId('tab-chart')).toHaveCount(0)
})
