import { AxeBuilder } from '@axe-core/playwright'
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { z } from 'zod'
import { carriedOut } from './harness/carried-out.ts'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { picture } from './harness/pictures.ts'
import { openPrinter, type Printer, wordsOf } from './harness/printer.ts'
import { mountSmallDisk } from './harness/small-disk.ts'
import { expect, test } from './harness/test.ts'
import type { Running, WorkstationSetting } from './harness/workstation.ts'

const compliance = 'frahmani'
const privacy = 'bmonteiro'
const nurse = 'gnakamura'
const events = 1_300

let ehr: OwnEhr
test.beforeAll(async () => {
  ehr = await ownEhr({ patients: 20 })
  await ehr.fileTrail({ events, days: 26 })
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

/** Asks for the made-up days up to yesterday: today is what the workstations of these tests report themselves. Gives how many entries there are. */
async function untilYesterday(page: Page): Promise<number> {
  const dayOf = (daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * 86_400_000)
    return [at.getFullYear(), String(at.getMonth() + 1).padStart(2, '0'), String(at.getDate()).padStart(2, '0')].join('-')
  }
  await page.getByTestId('audit-period').selectOption('days')
  await page.getByTestId('audit-first').fill(dayOf(28))
  await page.getByTestId('audit-last').fill(dayOf(1))
  await page.getByTestId('audit-show').click()
  await expect(page.getByTestId('audit-state')).toContainText(/500 of \d+ entries loaded/)
  const count = Number(/of (\d+) entries/.exec(await page.getByTestId('audit-state').innerText())?.[1])
  expect(count).toBeGreaterThan(events * 0.9)
  return count
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

  const count = await untilYesterday(page)
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
  await expect(state).toContainText(`All ${count} entries`)
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
  // They go on from a line that was clicked, though that line is no longer in the page.
  await page.getByTestId('audit-row').nth(2).click()
  await expect(page.getByTestId('audit-table')).toBeFocused()
  await person.press('End')
  await expect(page.locator('[role="row"][aria-selected="true"]')).toHaveAttribute('aria-rowindex', String(count + 1))
  await person.press('Up')
  await expect(page.locator('[role="row"][aria-selected="true"]')).toHaveAttribute('aria-rowindex', String(count))
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

test('a clinician has no such workspace, and its procedures refuse them @164.312(a)(1)', async ({ workstation }) => {
  const { page, person } = await signedIn(workstation, nurse)
  await person.sees('patient-search')
  expect(await page.getByTestId('audit-view').count()).toBe(0)
  const filter = { from: 0, to: Date.now() }
  expect(await call(page, 'audit.disclosures', { patient: 'x', ...filter })).toContain('"kind":"not-permitted"')
  expect(await call(page, 'audit.print', { patient: 'x', printer: 'ward' })).toContain('"kind":"not-permitted"')
  expect(await call(page, 'audit.printers', {})).toContain('"kind":"not-permitted"')
  expect(await call(page, 'audit.events', { filter, sort: { by: 'at', descending: true } })).toContain('"kind":"not-permitted"')
  expect(await call(page, 'audit.export', { filter, format: 'csv', report: 'audit-trail', call: randomUUID() })).toContain('"kind":"not-permitted"')
})

test('a privacy officer finds the patient by name, and reads what was done with that record', async ({ workstation }) => {
  const { page } = await signedIn(workstation, privacy)
  const state = page.getByTestId('audit-state')
  await expect(state).toHaveAttribute('data-state', 'whole')
  // Not what workstations report of today: a screenful of that may be about no patient.
  await untilYesterday(page)
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

/** The account of one patient: six years back, printed by an audited way alone. */
async function accountsForDisclosures(running: Running, printer: Printer): Promise<void> {
  const page = await running.person.page()
  await page.getByTestId('audit-action').selectOption('disclosure')
  await page.getByTestId('audit-show').click()
  await expect(page.getByTestId('audit-state')).toHaveAttribute('data-state', 'whole')
  const patient = (await cells(page, 4))[0] ?? ''
  const listed = (await cells(page, 4)).filter((each) => each === patient).length
  await page.getByTestId('audit-part-disclosures').click()
  await page.getByTestId('disclosures-show').click()
  await expect(page.getByText('Choose the patient first.')).toBeVisible()
  expect(await page.getByTestId('audit-period').inputValue()).toBe('six-years')
  await page.getByTestId('audit-patient').fill(patient)
  await page.getByTestId('disclosures-show').click()
  const report = page.getByTestId('disclosures-report')
  await expect(report).toContainText(`Patient: ${patient}`)
  const lines = page.locator('[data-testid="disclosures-owed"] tbody tr, [data-testid="disclosures-not-owed"] tbody tr')
  expect(await lines.count()).toBeGreaterThanOrEqual(listed)
  // When, to whom, what, purpose, by whom: none of them empty.
  expect((await lines.locator('td').allTextContents()).filter((text) => text.trim() === '' || /not stated/.test(text))).toEqual([])
  await page.getByTestId('disclosures-print').click()
  // The one that there is, is chosen.
  await expect(page.getByTestId('print-printer')).toHaveValue('ward')
  await picture(running, 'print')
  const before = printer.papers().length
  await page.getByTestId('print-now').click()
  await expect(page.getByTestId('disclosures-printing')).toHaveText('It was handed to the printer.', { timeout: 30_000 })
  await expect.poll(() => printer.papers().length).toBeGreaterThan(before)
  const words = await wordsOf(printer.papers().at(-1))
  // The report alone: neither the question that was asked over it nor what stands around it.
  expect(words).toContain(`Patient:${patient}`)
  expect(words).toContain('Disclosurestoaccountfor')
  // To its end, though the question stood over it meanwhile.
  expect(words).toContain((await report.locator('tbody tr').last().locator('td').first().innerText()).replaceAll(/\s/g, ''))
  for (const around of ['Cancel', 'Printeroftheward', 'Print…']) expect(words).not.toContain(around)
}

/** What was asked of the trail is sealed in the entries that say so: shown on a click, for the one entry, until another is chosen. */
async function opensWhatWasTyped(running: Running): Promise<void> {
  const page = await running.person.page()
  const show = page.getByTestId('audit-show-text')
  const sealedRow = async () => {
    await page.getByTestId('audit-show').click()
    await expect(page.getByTestId('audit-state')).toHaveAttribute('data-state', /whole|part/)
    // Not the EHR's own, of the same: those have no text.
    const rows = page.getByTestId('audit-row').filter({ hasText: 'Audit trail read' }).filter({ hasText: 'Chartkeep workstation' })
    const count = Math.min(8, await rows.count())
    for (let index = 0; index < count; index += 1) {
      await rows.nth(index).click()
      await expect(page.getByTestId('audit-details')).toContainText('Entry ID')
      if (await show.isVisible()) return
    }
    throw new Error('no entry with a text has arrived yet')
  }
  await expect(sealedRow).toPass({ timeout: 20_000, intervals: [1_000] })
  await expect(page.getByTestId('audit-details')).not.toContainText('eyJ')
  await show.click()
  await expect(page.getByTestId('audit-text')).toContainText('from: ')
  await picture(running, 'audit-text')
  await page.getByTestId('audit-table').press('ArrowDown')
  await expect(page.getByTestId('audit-text')).toBeHidden()
}

test('opens no chart to who reviews, and exports what the filter has, which the chain says first @164.312(a)(1) @164.312(b)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const printer = await openPrinter()
  const { app, person } = await place.start({ env: printer.env })
  await person.signIn(ehr.account(compliance))
  await person.enterCode(await ehr.codeOf(compliance))
  await person.choosePin()
  const first = await person.page()
  await person.sees('audit-table')
  // The page that comes to the front at a lock stands by.
  await expect.poll(() => app.context().pages().filter((each) => each.url() === 'app://chartkeep/').length).toBeGreaterThan(1)
  // A lock in the middle of a print ends the page, and not the application (ADR 0139).
  void call(first, 'audit.print', { patient: 'x', printer: 'ward' }).catch(() => 'the page was ended')
  // It is recorded, and the system has been asked.
  await expect.poll(() => printer.asked()).toBeGreaterThan(0)
  const locksWithTheComputer = () => carriedOut(app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen')))
  await locksWithTheComputer()
  await person.sees('lock-screen')
  await person.unlock()
  const page = await person.page()
  await person.sees('audit-table')
  await untilYesterday(page)
  // No chart, and no way to one.
  expect(await page.getByTestId('patient-search').count()).toBe(0)
  for (const name of ['patients.search', 'patients.mine', 'patients.recent', 'tab.open', 'place.recall']) {
    expect(await call(page, name, name === 'patients.search' ? { text: 'Ashworth' } : name === 'tab.open' ? { patient: 'x' } : {}), name).toContain('"kind":"not-permitted"')
  }

  await accountsForDisclosures({ app, person }, printer)
  await printer.close()
  await page.getByTestId('audit-part-trail').click()
  const count = await untilYesterday(page)

  const path = join(place.folder, 'report.csv')
  await page.getByTestId('audit-export').click()
  await expect(page.getByRole('dialog')).toContainText(/\d+ entries, by the EHR’s count/)
  await page.getByTestId('audit-export-csv').click()
  await place.fileDialog.choose(path)
  await expect(page.getByTestId('audit-exported')).toHaveText(/^\d+ entries were exported\.$/)
  const text = await readFile(path, 'utf8')
  const lines = text.split('\r\n').length - 2
  expect(lines).toBe(count)
  await page.getByRole('button', { name: 'Close' }).click()

  // An EHR that says it left something out: the file is not called whole.
  await ehr.misbehave({ outcomes: 'suppressed' })
  await page.getByTestId('audit-export').click()
  await page.getByTestId('audit-export-csv').click()
  await place.fileDialog.choose(join(place.folder, 'part.csv'))
  await expect(page.getByTestId('audit-exported')).toBeVisible()
  await expect(page.getByRole('dialog')).toContainText('The file is not complete: the EHR says that it left out entries that belong in it.')
  await page.getByRole('button', { name: 'Close' }).click()
  await ehr.behave()

  // A disk that is too small for it: it says so, and there is no file.
  const disk = await mountSmallDisk(join(place.folder, 'stick'), place.folder, 1)
  await page.getByTestId('audit-export').click()
  await page.getByTestId('audit-export-ndjson').click()
  await place.fileDialog.choose(join(disk.seenFromOutside, 'report.ndjson'))
  await expect(page.getByRole('dialog')).toContainText('The disk of this workstation is full.')
  await expect(page.getByRole('dialog')).toContainText('No file was made.')
  expect(await readdir(disk.seenFromOutside)).toEqual([])
  await disk.close()

  // One whose process ends by itself is no person who left it.
  await page.getByTestId('audit-export-csv').click()
  process.kill((await place.fileDialog.opened()).pid, 'SIGKILL')
  await expect(page.getByRole('dialog')).toContainText('The window for choosing a file did not open, or closed by itself.')
  await expect(page.getByRole('dialog')).toContainText('No file was made.')
  await expect.poll(place.fileDialog.windows).toEqual([])

  // A dialog that is open when the workstation locks goes with what it was opened for: there is nobody to choose, and nothing to choose in.
  await page.getByTestId('audit-export-csv').click()
  await place.fileDialog.opened()
  await locksWithTheComputer()
  await expect.poll(place.fileDialog.windows).toEqual([])
  await person.sees('lock-screen')
  await place.fileDialog.back()
  await person.unlock()
  await person.sees('audit-table')
  await opensWhatWasTyped({ app, person })
  await place.quit()
  const entries = (await readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')).split('\n').slice(0, -1).map((line) => z.looseObject({ event: z.string(), outcome: z.string(), count: z.number().optional(), failure: z.string().optional() }).parse(JSON.parse(line.slice(65))))
  const told = entries.filter(({ event }) => event === 'audit.export-write').map(({ outcome, count, failure }) => [outcome, failure ?? count])
  const printed = entries.filter(({ event }) => event === 'audit.print').map(({ outcome, failure }) => (failure === undefined ? outcome : `${outcome}: ${failure}`))
  // Of the one that the lock came into it says what is known: nothing was handed over, nobody heard whether it was, or the system was quicker and has it.
  expect(printed).toEqual(['intent', expect.stringMatching(/^(?:failed: not-printed|failed: print-unknown|success)$/), 'intent', 'success'])
  expect(entries.filter(({ event, failure }) => event === 'audit.export' && failure === 'file-dialog').map(({ outcome }) => outcome)).toEqual(['failed'])
  expect(told).toEqual([['intent', lines], ['success', lines], ['intent', lines], ['success', lines], ['intent', expect.any(Number)], ['failed', 'disk-full']])
})

test('has no serious barrier, in light and in dark, and nothing of it lies beside the window at 200 %', async ({ workstation }) => {
  const { app, page } = await signedIn(workstation, privacy)
  await page.getByTestId('audit-row').first().click()
  const barriers = async (screen: string) => (await new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()).violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  const found: string[] = []
  for (const zoom of [1, 2]) {
    await app.evaluate(
      ({ BaseWindow, webContents }, factor) => {
        BaseWindow.getAllWindows()[0]?.setContentSize(1_280, 800)
        for (const each of webContents.getAllWebContents()) each.setZoomFactor(factor)
      },
      zoom,
    )
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1_280 / zoom)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect(page.locator('body')).toHaveCSS('background-color', colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)')
      found.push(...(await barriers(`${colorScheme}, ${zoom}`)))
      await page.getByTestId('audit-export').click()
      await page.getByTestId('audit-export-csv').waitFor()
      found.push(...(await barriers(`export, ${colorScheme}, ${zoom}`)))
      await page.getByRole('button', { name: 'Cancel' }).click()
    }
  }
  await page.getByTestId('audit-part-disclosures').click()
  await page.getByTestId('audit-patient').fill('ma')
  await page.getByTestId('audit-patients').getByRole('button').first().click()
  await page.getByTestId('disclosures-show').click()
  await page.getByTestId('disclosures-report').waitFor()
  found.push(...(await barriers('disclosures, dark, 2')))
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
  expect(found).toEqual([])
})
