import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Running, WorkstationSetting } from './harness/workstation.ts'

const compliance = 'frahmani'
const privacy = 'bmonteiro'
const nurse = 'gnakamura'
const events = 1_300

let ehr: OwnEhr
test.beforeAll(async () => {
  ehr = await ownEhr({ patients: 20 })
  await ehr.fileTrail({ events, days: 20 })
})
test.afterAll(() => ehr.stop())

/** A workstation at which this person has just signed in, with the code of their app. */
async function signedIn(workstation: (setting: WorkstationSetting) => Promise<{ start(): Promise<Running> }>, username: string): Promise<Running & { readonly page: Page }> {
  const running = await (await workstation({ ehr })).start()
  await running.person.signIn(ehr.account(username))
  if (username !== nurse) await running.person.enterCode(await ehr.codeOf(username))
  await running.person.choosePin()
  return { ...running, page: await running.person.page() }
}

const cells = (page: Page, column: number) => page.getByTestId('audit-row').locator(`[role="gridcell"]:nth-child(${column})`).allTextContents()
/** What the page may call, as a page that was taken over would. */
const call = (page: Page, name: string, input: unknown, tab?: string) =>
  page.evaluate(
    ([procedure, text, of]) => {
      // The bridge is there in the page alone, and has no type here.
      const bridge = (globalThis as unknown as { chartkeep: Record<string, (...args: string[]) => Promise<string>> }).chartkeep
      return bridge[procedure ?? '']?.(...(of === undefined ? [] : [of]), text ?? '')
    },
    [name, JSON.stringify(input), tab],
  )

test('a compliance officer reads the trail: by period, by user, by patient, by action, in every order, without a mouse @164.312(b)', async ({ workstation }) => {
  const { page, person } = await signedIn(workstation, compliance)
  await person.sees('audit-view')
  const state = page.getByTestId('audit-state')
  await expect(state).toHaveAttribute('data-state', 'whole')
  const week = Number(/All (\d+) entries/.exec(await state.innerText())?.[1])
  expect(week).toBeGreaterThan(300)
  expect(week).toBeLessThan(500)

  await page.getByTestId('audit-period').selectOption('month')
  await page.getByTestId('audit-show').click()
  await expect(state).toContainText(`500 of ${events} entries loaded`)
  // Newest first, by the EHR; and the other way round.
  const seconds = async () => (await cells(page, 1)).map((text) => Date.parse(text.replace(/^(\d\d)-(\w{3})-(\d{4})/, '$1 $2 $3')))
  expect(await seconds()).toEqual([...(await seconds())].sort((a, b) => b - a))
  await page.getByTestId('audit-sort-at').click()
  await expect(state).toHaveAttribute('data-state', 'part')
  await expect(page.getByTestId('audit-sorted-loaded')).toBeHidden()
  expect(await seconds()).toEqual([...(await seconds())].sort((a, b) => a - b))

  // By a column that the EHR does not sort by: what is loaded is sorted, and the screen says that it is no more than that.
  await page.getByTestId('audit-sort-user').click()
  await expect(page.getByTestId('audit-sorted-loaded')).toBeVisible()
  await page.getByTestId('audit-all').click()
  await expect(state).toContainText(`All ${events} entries`)
  await expect(page.getByTestId('audit-sorted-loaded')).toBeHidden()
  const names = await cells(page, 2)
  expect(new Set(names).size).toBe(1)
  await page.getByTestId('audit-sort-user').click()
  await expect.poll(async () => (await cells(page, 2))[0]).not.toBe(names[0])
  await expect(page.locator('[role="columnheader"]').nth(1)).toHaveAttribute('aria-sort', 'descending')
  for (const column of ['kind', 'patient', 'record', 'outcome', 'source']) {
    await page.getByTestId(`audit-sort-${column}`).click()
    await expect(page.locator('[aria-sort="ascending"]')).toHaveCount(1)
  }

  // Thousands of lines, a few of them in the page; the arrow keys go through all.
  expect(await page.getByTestId('audit-row').count()).toBeLessThan(80)
  await page.getByTestId('audit-table').focus()
  await person.press('End')
  await expect(page.locator('[role="row"][aria-selected="true"]')).toHaveAttribute('aria-rowindex', String(events + 1))
  await person.press('Up')
  await expect(page.locator('[role="row"][aria-selected="true"]')).toHaveAttribute('aria-rowindex', String(events))
  await person.press('Home')
  await expect(page.locator('[role="row"][aria-selected="true"]')).toHaveAttribute('aria-rowindex', '2')
  await expect(page.getByTestId('audit-details')).toContainText('Entry ID')

  await page.getByTestId('audit-user').fill('Nakamura')
  await page.getByTestId('audit-action').selectOption('read')
  await page.getByTestId('audit-user').press('Enter')
  await expect(state).toContainText('Entries of NAKAMURA, Grace')
  expect([new Set(await cells(page, 2)), new Set(await cells(page, 3))]).toEqual([new Set(['NAKAMURA, Grace']), new Set([' Read'])])
  await page.getByTestId('audit-user').fill('Nobodysname')
  await page.getByTestId('audit-user').press('Enter')
  await expect(state).toContainText('Nobody at the hospital goes by that name')

  // By a patient, out of an entry; the id stands in the field, where it can be typed as well.
  await page.getByTestId('audit-user').fill('')
  await page.getByTestId('audit-user').press('Enter')
  await expect(state).toHaveAttribute('data-state', /whole|part/)
  await page.getByTestId('audit-row').first().click()
  await page.getByTestId('audit-only-patient').click()
  const patient = await page.getByTestId('audit-patient').inputValue()
  expect(patient).toMatch(/^[0-9a-f-]{36}$/)
  await expect.poll(async () => new Set(await cells(page, 4))).toEqual(new Set([patient]))
  await page.getByTestId('audit-patient').fill('no id at all')
  await page.getByTestId('audit-show').click()
  await expect(page.getByText('An ID has letters, digits')).toBeVisible()

  await page.getByTestId('audit-patient').fill('')
  await page.getByTestId('audit-period').selectOption('days')
  await page.getByTestId('audit-first').fill('2001-01-01')
  await page.getByTestId('audit-last').fill('2001-12-31')
  await page.getByTestId('audit-show').click()
  await expect(state).toContainText('No entries for this period')
})

test('has no chart, and no way to one: what reads a patient refuses that session @164.312(a)(1)', async ({ workstation }) => {
  const { page } = await signedIn(workstation, compliance)
  await page.getByTestId('audit-view').waitFor()
  expect(await page.getByTestId('patient-search').count()).toBe(0)
  for (const name of ['patients.search', 'patients.mine', 'patients.recent', 'tab.open', 'place.recall']) {
    expect(await call(page, name, name === 'patients.search' ? { text: 'Ashworth' } : name === 'tab.open' ? { patient: 'x' } : {}), name).toContain('"kind":"not-permitted"')
  }
})

test('a clinician has no such workspace, and its procedures refuse them @164.312(a)(1)', async ({ workstation }) => {
  const { page, person } = await signedIn(workstation, nurse)
  await person.sees('patient-search')
  expect(await page.getByTestId('audit-view').count()).toBe(0)
  expect(await call(page, 'audit.events', { filter: { from: 0, to: Date.now() }, sort: { by: 'at', descending: true } })).toContain('"kind":"not-permitted"')
})

test('a privacy officer finds the patient by name, and reads what was done with that record', async ({ workstation }) => {
  const { page } = await signedIn(workstation, privacy)
  const state = page.getByTestId('audit-state')
  await expect(state).toHaveAttribute('data-state', 'whole')
  const someone = (await cells(page, 4)).find((text) => text !== '') ?? ''
  await page.getByTestId('audit-period').selectOption('month')
  await page.getByTestId('audit-patient').fill('a')
  await page.getByTestId('audit-patient').fill('ma')
  await page.getByTestId('audit-patients').getByRole('button').first().click()
  await expect(page.getByTestId('audit-picked')).toContainText('·')
  await page.getByTestId('audit-show').click()
  await expect(state).toHaveAttribute('data-state', /whole|empty/)
  expect(new Set(await cells(page, 4)).size).toBeLessThanOrEqual(1)
  expect(someone).not.toBe('')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no serious barrier, ${colorScheme}, and nothing of it lies beside the window at 200 %`, async ({ workstation }) => {
    const place = await workstation({ ehr })
    const { app, person } = await place.start({ colorScheme })
    await person.signIn(ehr.account(compliance))
    await person.enterCode(await ehr.codeOf(compliance))
    await person.choosePin()
    const page = await person.page()
    await page.getByTestId('audit-row').first().click()
    const barriers = async () => (await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
    expect(await barriers()).toEqual([])
    await app.evaluate(({ BaseWindow, webContents }) => {
      BaseWindow.getAllWindows()[0]?.setContentSize(1_280, 800)
      for (const each of webContents.getAllWebContents()) each.setZoomFactor(2)
    })
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(640)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
    expect(await barriers()).toEqual([])
  })
}
