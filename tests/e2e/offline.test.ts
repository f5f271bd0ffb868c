import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'

const physician = 'aokafor'
let ehr: OwnEhr

test.beforeAll(async () => {
  ehr = await ownEhr()
})
test.beforeEach(() => ehr.behave())
test.afterAll(() => ehr.stop())

test('with the network cut a chart that was opened before opens, and says how old it is; one that was not says so', async ({ workstation }) => {
  const { person } = await (await workstation({ ehr })).start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const page = await person.page()
  const name = (await page.getByTestId('chart-banner').getByRole('heading').textContent()) ?? ''
  // Closed, so that it is read anew and not out of the page's memory.
  await page.getByRole('button', { name: /^Close chart of/ }).click()
  await expect(page.getByTestId('tab-chart')).toHaveCount(0)

  await ehr.misbehave({ network: 'cut' })
  await page.getByTestId('patient-row').nth(1).click()
  await expect(page.getByTestId('section-problems')).toHaveAttribute('data-state', 'failed')
  await expect(page.getByTestId('section-problems')).toContainText('The EHR cannot be reached.')
  await expect(page.getByTestId('section-problems')).not.toContainText('None recorded')
  await expect(page.getByTestId('offline')).toContainText(/Offline since \d/)

  await page.getByTestId('tab-patients').click()
  await page.getByTestId('patient-row').first().click()
  await expect(page.getByTestId('chart-banner').getByRole('heading')).toHaveText(name)
  await expect(page.getByTestId('section-problems')).toHaveAttribute('data-state', 'stale')
  await expect(page.getByTestId('section-problems')).toContainText(/Kept .+\(/)
  await expect(page.locator('[data-testid^="section-"][data-state="loading"]')).toHaveCount(0)
})

test('after a restart without a network the PIN opens the same chart from the cache, until the EHR was out of reach for too long @164.312(a)(2)(iii)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await place.start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const shown = await person.page()
  const name = (await shown.getByTestId('chart-banner').getByRole('heading').textContent()) ?? ''
  await place.quit()

  await ehr.misbehave({ network: 'cut' })
  const again = await place.start()
  await again.person.unlock()
  await again.person.chartIsRead()
  const page = await again.person.page()
  await expect(page.getByTestId('chart-banner').getByRole('heading')).toHaveText(name)
  const states = await page.locator('[data-testid^="section-"]').evaluateAll((all) => all.map((each) => each.getAttribute('data-state')))
  expect(states.length).toBeGreaterThanOrEqual(8)
  expect(new Set(states)).toEqual(new Set(['stale']))
  await expect(page.getByTestId('offline')).toContainText(/If the EHR does not answer by .*\d\d:\d\d, Chartkeep locks/)

  await ehr.behave()
  await expect(page.getByTestId('offline')).toHaveCount(0, { timeout: 40_000 })
  await expect(page.locator('[data-testid^="section-"][data-state="stale"]')).toHaveCount(0)
  await place.quit()

  // Eight hours pass, as the workstation counts them.
  await ehr.misbehave({ network: 'cut' })
  const ledger = ((await place.secret('contact')) ?? '').replace(/"steady":(\d+)/, (_all, steady: string) => `"steady":${Number(steady) + 8 * 3_600_000}`)
  await place.plant('contact', `ck1:${ledger}`)
  const { person: thief } = await place.start()
  const lock = await thief.sees('lock-screen')
  await expect(lock).toContainText('no contact with the EHR for too long')
  await expect((await thief.page()).getByTestId('pin-input')).toHaveCount(0)
  // The EHR is back, and heard by the workstation: that alone opens nothing, nor does another start.
  await ehr.behave()
  await expect.poll(async () => (await place.secret('contact')) ?? '', { timeout: 30_000 }).toContain('"over":true')
  await place.quit()
  const { person: back } = await place.start()
  await expect(await back.sees('lock-screen')).toContainText('no contact with the EHR for too long')
  await expect((await back.page()).getByTestId('pin-input')).toHaveCount(0)
  await (await back.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await back.finishSignIn(ehr.account(physician))
  await back.unlock()
  await back.chartIsRead()
})

test('a search without a network says so, and is answered when the network is back', async ({ workstation }) => {
  const { person } = await (await workstation({ ehr })).start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()
  await person.sees('patient-row')
  await ehr.misbehave({ network: 'cut' })
  const page = await person.page()
  await page.getByTestId('patient-search').fill('Ashworth')
  await expect(page.getByTestId('list-found')).toHaveAttribute('data-state', 'failed')
  await expect(page.getByTestId('list-found')).toContainText('The EHR cannot be reached.')
  await ehr.behave()
  await page.getByTestId('list-found').getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByTestId('list-found').getByTestId('patient-row').first()).toBeVisible()
})
