import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'

let ehr: OwnEhr

test.beforeAll(async () => {
  ehr = await ownEhr()
})
test.afterAll(() => ehr.stop())

test('what the account was not granted, or the EHR left out, says so, and nothing reads as none @164.312(a)(2)(i)', async ({ workstation }) => {
  await ehr.misbehave({ withheld: ['Observation', 'Flag'], outcomes: 'suppressed' })
  const { person } = await (await workstation({ ehr })).start()
  await person.signIn(ehr.account('aokafor'))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const page = await person.page()

  for (const section of ['laboratory', 'vitals']) {
    const panel = page.getByTestId(`section-${section}`)
    await expect(panel).toHaveAttribute('data-state', 'failed')
    await expect(panel).toContainText('Not permitted for your account.')
    await expect(panel.getByRole('button', { name: 'Try again' })).toHaveCount(0)
  }
  await expect(page.getByTestId('chart-banner')).toContainText('Code status: Not permitted')
  for (const section of ['problems', 'medications', 'allergies']) await expect(page.getByTestId(`section-${section}`)).toContainText('The EHR did not send all of this list.')
  await expect(page.getByTestId('banner-allergies')).toContainText(/could not be read|not all could be read/)
  await expect(page.locator('main')).not.toContainText(/none recorded/i)
})
