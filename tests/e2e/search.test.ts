import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'

let ehr: OwnEhr

test.beforeAll(async () => {
  ehr = await ownEhr()
})
test.afterAll(() => ehr.stop())

/** The next search is not answered for so long that nobody would wait for it. */
const holdNextSearch = () => ehr.trouble({ for: { type: 'Patient', method: 'POST', times: 1 }, deed: { do: 'delay', ms: 120_000 } })

test('who types on, or thinks better of it, leaves the search of before, on the wire too', async ({ workstation }) => {
  // What the workstation reports of the audit would be counted among the searches.
  const place = await workstation({ ehr, policy: (demo) => ({ ...demo, audit: { ...demo.audit, ship: { ehr: false } } }) })
  const { person } = await place.start()
  await person.signIn(ehr.account('aokafor'))
  await person.choosePin()
  await person.sees('patient-row')
  const page = await person.page()
  const field = page.getByTestId('patient-search')
  const found = page.getByTestId('list-found')

  const before = await ehr.traffic()
  await holdNextSearch()
  await field.pressSequentially('Ash')
  await expect.poll(async () => (await ehr.traffic()).requests).toBe(before.requests + 1)
  expect((await ehr.traffic()).left).toBe(before.left)
  await field.pressSequentially('worth')
  await expect(found.getByTestId('patient-row').first()).toBeVisible()
  await expect.poll(ehr.traffic).toMatchObject({ requests: before.requests + 2, left: before.left + 1 })

  await holdNextSearch()
  await field.fill('Osei')
  await expect.poll(async () => (await ehr.traffic()).requests).toBe(before.requests + 3)
  await field.fill('')
  await expect.poll(ehr.traffic).toMatchObject({ requests: before.requests + 3, left: before.left + 2 })
  await expect(page.getByTestId('list-mine').getByTestId('patient-row').first()).toBeVisible()

  // Enter does not wait for the next letter: here that wait has no end.
  await page.evaluate(() => {
    const wait = window.setTimeout
    Object.assign(window, { setTimeout: (act: () => void, milliseconds: number) => (milliseconds === 200 ? 0 : wait(act, milliseconds)) })
  })
  await field.fill('Okonkwo')
  await field.press('Enter')
  await expect(found).not.toHaveAttribute('data-state', 'loading')
  expect((await ehr.traffic()).requests).toBe(before.requests + 4)
})
