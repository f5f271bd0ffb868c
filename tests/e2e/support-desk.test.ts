import type { Page } from 'playwright'
import { barriers } from './harness/barriers.ts'
import { goodPin } from './harness/clinician.ts'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { fileAlert } from './harness/file-alert.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation, WorkstationSetting } from './harness/workstation.ts'

const [first, second] = ['ihalvorsen', 'tmarchetti']
const workstations = 600
const reason = 'Malware found by the network team, ticket 4711'

let ehr: OwnEhr
test.beforeAll(async () => {
  ehr = await ownEhr({ patients: 2 })
  await ehr.fileWorkstations(workstations)
  await fileAlert(ehr, 'a-workstation-of-a-test')
})
test.afterAll(() => ehr.stop())

type AtDesk = Running & { readonly page: Page }

async function signIn({ app, person }: Running, username: string): Promise<AtDesk> {
  await person.signIn(ehr.account(username))
  await person.enterCode(await ehr.codeOf(username))
  await person.choosePin()
  await person.sees('desk-table')
  return { app, person, page: await person.page() }
}

/** The desk, where somebody of IT has just signed in with the code of their app. */
async function atDesk(workstation: (setting: WorkstationSetting) => Promise<Workstation>, username: string): Promise<AtDesk> {
  return signIn(await (await workstation({ ehr })).start(), username)
}

const cells = (page: Page, column: number) => page.getByTestId('desk-row').locator(`[role="gridcell"]:nth-child(${column})`).allTextContents()
const rows = (page: Page) => page.getByTestId('desk-row')

test('the desk finds, sorts and chooses among all workstations, is told when the list is no longer live, and reaches nothing of a patient', async ({ workstation }) => {
  const desk = await atDesk(workstation, first)
  const { page, person } = desk
  const standing = page.getByTestId('desk-standing')
  await expect(standing).toHaveText(`${workstations + 1} workstations`)
  await expect(standing).toHaveAttribute('data-state', 'live')
  // A few of them are in the page; the arrow keys go through all.
  expect(await rows(page).count()).toBeLessThan(80)
  await picture(desk, 'desk')
  // A line tells how many wait there, and the workstation whose sessions they are.
  await rows(page).filter({ hasText: ' waiting' }).first().click()
  await expect(page.getByTestId('desk-waiting').getByRole('listitem').first()).toContainText(/since|not known since when/)
  await picture(desk, 'desk-waiting')
  await page.getByTestId('desk-table').focus()
  await person.press('End')
  await expect(page.locator('[data-pointed="true"]')).toHaveAttribute('aria-rowindex', String(workstations + 2))
  await person.press('Home')
  await person.press('Space')
  await person.press('Down')
  await person.press('Space')
  await expect(page.getByTestId('desk-scope').locator('option:checked')).toHaveText('2 chosen workstations')
  // They go on from a line that was clicked, though that line is no longer in the page.
  const pointed = page.locator('[data-pointed="true"]')
  await rows(page).nth(3).click()
  await expect(page.getByTestId('desk-table')).toBeFocused()
  await person.press('Down')
  await expect(pointed).toHaveAttribute('aria-rowindex', '6')
  await person.press('End')
  await person.press('Up')
  await expect(pointed).toHaveAttribute('aria-rowindex', String(workstations + 1))
  await person.press('Home')
  await expect(pointed).toHaveAttribute('aria-rowindex', '2')

  for (const column of ['site', 'user', 'state', 'since', 'contact', 'unsent', 'waiting', 'app', 'policy']) {
    await page.getByTestId(`desk-sort-${column}`).click()
    await expect(page.locator('[aria-sort="ascending"]')).toHaveCount(1)
  }
  await page.getByTestId('desk-sort-unsent').click()
  await page.getByTestId('desk-sort-unsent').click()
  const most = (await cells(page, 8)).map((text) => text.trim())
  // Those of which nobody knows are neither the most nor none.
  expect(Number(most[0])).toBeGreaterThan(1)
  await page.getByTestId('desk-state').selectOption('unknown')
  expect(new Set(await cells(page, 8))).toEqual(new Set(['Not known']))
  // What the filter hides stays chosen, and that is said.
  await expect(page.getByText('2 of them are not listed by this filter.')).toBeVisible()
  await page.getByTestId('desk-state').selectOption('all')
  await page.getByTestId('desk-search').fill('icu 1')
  await expect(standing).toContainText(/^\d+ of 601 workstations$/)
  for (const name of await cells(page, 2)) expect(name).toMatch(/ICU.*1|1.*ICU/)

  for (const name of ['patients.search', 'patients.mine', 'tab.open', 'audit.events']) {
    const answer = await page.evaluate(
      ([procedure, text]) => {
        // The bridge is there in the page alone, and has no type here.
        const bridge = (globalThis as unknown as { chartkeep: Record<string, (text: string) => Promise<string>> }).chartkeep
        return bridge[procedure ?? '']?.(text ?? '')
      },
      [name, JSON.stringify(name === 'patients.search' ? { text: 'Ashworth' } : name === 'tab.open' ? { patient: 'x' } : name === 'audit.events' ? { filter: { from: 0, to: 1 }, sort: { by: 'at', descending: true } } : {})],
    )
    expect(answer, name).toContain('"kind":"not-permitted"')
  }

  // A list that is no longer live says so and since when, is live again by itself, and comes back after a lock.
  await page.getByTestId('desk-search').fill('')
  await ehr.misbehave({ network: 'cut' })
  await expect(page.getByTestId('desk-lost')).toContainText('No longer live: last heard at', { timeout: 25_000 })
  await expect(rows(page).first()).toBeVisible()
  await ehr.behave()
  await expect(standing).toHaveAttribute('data-state', 'live', { timeout: 25_000 })
  await person.lock()
  await person.unlock(goodPin)
  await person.sees('desk-table')
})

test('an order says first whom it hits, a wipe waits for a second person, and both read what became of it', async ({ workstation }) => {
  const desk = await atDesk(workstation, first)
  const { page } = desk
  // Not to be pressed yet; whoever presses it hears why.
  await page.getByTestId('desk-order-lock').click({ force: true })
  await expect(page.getByTestId('desk-why')).toContainText('Choose workstations first')
  await page.getByTestId('desk-sort-unsent').click()
  await page.getByTestId('desk-sort-unsent').click()
  await page.getByTestId('desk-choose').first().click()
  const name = (await cells(page, 2))[0] ?? ''

  await page.getByTestId('desk-order-lock').click()
  await expect(page.getByTestId('desk-preview')).toContainText('Reaches 1 workstation, 1 person.')
  await expect(page.getByTestId('desk-preview')).toContainText('Unsent work there')
  await page.getByTestId('desk-reason').fill('too short')
  await page.getByTestId('desk-order-confirm').click()
  await expect(page.getByText('Write a reason of at least 10 characters.')).toBeVisible()
  await page.getByTestId('desk-reason').fill(reason)
  await page.getByTestId('desk-order-confirm').click()
  await expect(page.getByTestId('desk-order-given')).toHaveText('The order is given. 1 on the way.')
  await page.getByRole('button', { name: 'Close' }).click()
  // The list says that it is on its way, and what was chosen is chosen still.
  await expect(rows(page).filter({ hasText: name }).locator('[role="gridcell"]').nth(8)).toHaveText('1')
  await expect(rows(page).filter({ hasText: name })).toHaveAttribute('aria-selected', 'true')

  await page.getByTestId('desk-order-wipe').click()
  await expect(page.getByTestId('desk-order-dialog')).toContainText('A second person at the desk has to agree')
  await page.getByTestId('desk-reason').fill(reason)
  await picture(desk, 'desk-wipe')
  await page.getByTestId('desk-order-confirm').click()
  await expect(page.getByTestId('desk-order-given')).toContainText('waits for a second person')
  await page.getByRole('button', { name: 'See it under Orders' }).click()
  await page.getByTestId('desk-orders-row').first().click()
  await expect(page.getByTestId('desk-order-details')).toContainText('a colleague has to agree')
  expect(await page.getByTestId('desk-agree').count()).toBe(0)

  await desk.person.signOut()
  const other = await signIn(desk, second)
  await other.page.getByTestId('desk-part-orders').click()
  await other.page.getByTestId('desk-orders-which').selectOption('awaiting')
  await other.page.getByTestId('desk-orders-row').first().click()
  await other.page.getByTestId('desk-agree').click()
  await expect(other.page.getByTestId('desk-decide-dialog')).toContainText(reason)
  await other.page.getByTestId('desk-reason').fill('Rang the ward: they work elsewhere')
  await other.page.getByTestId('desk-decide-confirm').click()
  // It waits for nobody any more, and is read on all the same.
  await expect(other.page.getByTestId('desk-order-left')).toBeVisible()
  await expect(other.page.getByTestId('desk-order-details')).toContainText('Given')
  await other.page.getByTestId('desk-orders-which').selectOption('all')
  await other.page.getByTestId('desk-orders-row').first().click()
  await expect(other.page.getByTestId('desk-order-details')).toContainText('Theodore Marchetti')
  await expect(other.page.getByTestId('desk-deliveries')).toContainText('On its way')
  await picture(other, 'desk-orders')
  // What has not arrived is taken back.
  await other.page.getByTestId('desk-orders-row').nth(1).click()
  await other.page.getByTestId('desk-undo').click()
  await other.page.getByTestId('desk-reason').fill('They have left it, no need to lock')
  await other.page.getByTestId('desk-decide-confirm').click()
  await expect(other.page.getByTestId('desk-orders-row').nth(1)).toContainText('Taken back')

  // Who did what to the workstation, and when.
  await other.page.getByTestId('desk-part-workstations').click()
  await other.page.getByTestId('desk-search').fill(name)
  await rows(other.page).first().click()
  await other.page.getByTestId('desk-show-history').click()
  const history = other.page.getByTestId('desk-history')
  for (const words of ['Wipe: asked for, waits for a second person', 'Wipe: a second person agreed', 'Lock: taken back', 'by Theodore Marchetti', reason]) await expect(history).toContainText(words)
  await picture(other, 'desk-history')

  await other.page.getByTestId('desk-part-people').click()
  await other.page.getByTestId('desk-people-row').first().click()
  await expect(other.page.getByTestId('desk-people-table')).toBeFocused()
  await other.person.press('End')
  await other.person.press('Home')
  await other.person.press('Down')
  await expect(other.page.locator('[data-pointed="true"]')).toHaveAttribute('aria-rowindex', '3')
  await picture(other, 'desk-people')
  await other.page.getByTestId('desk-people-search').fill('frahmani')
  await other.page.getByTestId('desk-people-row').first().click()
  // No PIN is reset before it is said how they were identified.
  await other.page.getByTestId('desk-person-reset-pin').click()
  await other.page.getByTestId('desk-reason').fill('Forgot it over the holidays')
  await expect(other.page.getByTestId('desk-preview')).toBeVisible()
  await other.page.getByTestId('desk-order-confirm').click()
  await expect(other.page.getByText('Choose how you know that it is them.')).toBeVisible()
  await expect(other.page.getByTestId('desk-identified')).toBeFocused()
  await other.page.getByTestId('desk-identified').selectOption('manager-vouches')
  await other.page.getByTestId('desk-order-confirm').click()
  await expect(other.page.getByText('Write by what you know it, in at least 10 characters.')).toBeVisible()
  await other.page.getByTestId('desk-identification').fill('The head of radiology, who rang me')
  await picture(other, 'desk-pin-reset')
  await other.page.getByTestId('desk-order-confirm').click()
  await expect(other.page.getByTestId('desk-order-given')).toBeVisible()
  await other.page.getByRole('button', { name: 'Close' }).click()
  await other.page.getByTestId('desk-person-disable-user').click()
  await expect(other.page.getByTestId('desk-preview')).toContainText('1 person')
  await other.page.getByTestId('desk-reason').fill('Left the hospital yesterday')
  await other.page.getByTestId('desk-order-confirm').click()
  await expect(other.page.getByTestId('desk-order-given')).toBeVisible()
  await other.page.getByRole('button', { name: 'Close' }).click()
  await expect(other.page.getByTestId('desk-people-row').first()).toContainText('Disabled')

  await other.page.getByTestId('desk-part-alerts').click()
  // What somebody takes and writes about stays, though it is none of the open ones any more, and whatever list they look at.
  await other.page.getByTestId('desk-alerts-which').selectOption('open')
  await other.page.getByTestId('desk-alerts-row').first().click()
  await other.page.getByTestId('desk-alert-take').click()
  await expect(other.page.getByTestId('desk-alert-left')).toBeVisible()
  await expect(other.page.getByTestId('desk-alert-steps')).toContainText('Theodore Marchetti')
  await other.page.getByTestId('desk-alert-say').click()
  await expect(other.page.getByText('Write the comment first.')).toBeVisible()
  await other.page.getByTestId('desk-alert-comment').fill('Rang the ward, a colleague was ill')
  await other.page.getByTestId('desk-alerts-which').selectOption('all')
  await expect(other.page.getByTestId('desk-alerts-row').first()).toContainText('Taken')
  await expect(other.page.getByTestId('desk-alert-comment')).toHaveValue('Rang the ward, a colleague was ill')
  // Nor is it lost while they look something up.
  await other.page.getByTestId('desk-part-orders').click()
  await other.page.getByTestId('desk-part-alerts').click()
  await expect(other.page.getByTestId('desk-alert-comment')).toHaveValue('Rang the ward, a colleague was ill')
  await picture(other, 'desk-alerts')
  await other.page.getByTestId('desk-alert-close').click()
  await expect(other.page.getByTestId('desk-alerts-row').first()).toContainText('Closed')
  await expect(other.page.getByTestId('desk-alert')).not.toContainText('patient-of-a-test')

  await other.page.getByTestId('desk-part-unlock').click()
  await expect(other.page.getByTestId('desk-help-user').locator('option:checked')).toHaveText('Name the workstation first')
  await other.page.getByTestId('desk-help-answer').click()
  await expect(other.page.getByTestId('desk-help-station')).toBeFocused()
  await other.page.getByTestId('desk-help-station').fill(name.toLowerCase())
  // What is written down stays while somebody looks something up.
  await other.page.getByTestId('desk-part-orders').click()
  await other.page.getByTestId('desk-part-unlock').click()
  await expect(other.page.getByTestId('desk-help-station')).toHaveValue(name.toLowerCase())
  await other.page.getByTestId('desk-help-identified').selectOption('called-back')
  await other.page.getByTestId('desk-help-identification').fill('Called back at extension 2210')
  await other.page.getByTestId('desk-help-challenge').fill('4HW8C-P3NYD')
  await other.page.getByTestId('desk-reason').fill('Mistyped five times, no network on the ward')
  await picture(other, 'desk-unlock')
  await other.page.getByTestId('desk-help-answer').click()
  await expect(other.page.getByTestId('desk-help')).toContainText(/slip in the code|is not of that workstation/)
  await picture(other, 'desk-unlock-slip')
})

/** In the page. Half a pixel is rounding. */
function linesOverOthers(): number {
  const lines = [...document.querySelectorAll('[role="grid"] [data-index]')].map((line) => line.getBoundingClientRect()).sort((one, other) => one.top - other.top)
  return lines.filter(({ top }, index) => top < (lines[index - 1]?.bottom ?? top) - 0.5).length
}

test('no screen of the desk has a serious barrier, in light and in dark, and nothing of it lies beside the window at 200 %', async ({ workstation }) => {
  const { app, page } = await atDesk(workstation, second)
  const found: string[] = []
  await rows(page).nth(2).click()
  await page.getByTestId('desk-show-history').click()
  await page.getByTestId('desk-choose').first().click()
  await page.getByTestId('desk-order-message').click()
  await page.getByTestId('desk-message').fill('The network of this ward is down at noon.')
  await page.getByTestId('desk-reason').fill('Announced by the network team')
  await page.getByTestId('desk-order-confirm').click()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByTestId('desk-choose-none').click()
  for (const zoom of [1, 2]) {
    await app.evaluate(
      ({ BaseWindow, webContents }, factor) => {
        BaseWindow.getAllWindows()[0]?.setContentSize(1_280, 800)
        for (const each of webContents.getAllWebContents()) each.setZoomFactor(factor)
      },
      zoom,
    )
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1_280 / zoom)
    const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect(page.locator('body')).toHaveCSS('background-color', colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)')
      const look = async (screen: string) => {
        found.push(...(await barriers(page, `${screen}, ${colorScheme}, ${zoom}`)))
        expect(await sideways()).toBe(0)
        // A line is as high as what stands in it: none lies over the next one.
        await expect.poll(() => page.evaluate(linesOverOthers)).toBe(0)
      }
      await page.getByTestId('desk-part-workstations').click()
      await look('workstations')
      await page.getByTestId('desk-choose').nth(1).click()
      await page.getByTestId('desk-order-wipe').click()
      await page.getByTestId('desk-preview').waitFor()
      await look('wipe')
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByTestId('desk-choose-none').click()
      await page.getByTestId('desk-part-orders').click()
      await page.getByTestId('desk-orders-row').first().click()
      await page.getByTestId('desk-deliveries').waitFor()
      await look('orders')
      await page.getByTestId('desk-part-people').click()
      await page.getByTestId('desk-people-row').first().click()
      await look('people')
      await page.getByTestId('desk-part-alerts').click()
      await page.getByTestId('desk-alerts-row').first().click()
      await page.getByTestId('desk-alert').waitFor()
      await look('alerts')
      await page.getByTestId('desk-part-unlock').click()
      await look('unlock help')
    }
  }
  expect(found).toEqual([])
})
