import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit'
import type { Page } from 'playwright'
import { barriers } from './harness/barriers.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'praghunathan'

let folder: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chartkeep-chosen-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

async function scan(): Promise<string> {
  const pdf = new PDFDocument({ size: 'A4' })
  const parts: Buffer[] = []
  pdf.on('data', (part: Buffer) => parts.push(part))
  const ended = once(pdf, 'end')
  pdf.fontSize(18).text('Discharge summary').fontSize(11).moveDown().text('Brought by the patient: xanthelasma.')
  pdf.end()
  await ended
  const path = join(folder, 'Discharge summary.pdf')
  // Of several parts: what follows the end of a PDF is read over.
  await writeFile(path, Buffer.concat([...parts, Buffer.alloc(3 * 1024 * 1024, '\n% more')]))
  return path
}

async function writing(place: Workstation, more: { readonly colorScheme?: 'light' | 'dark' } = {}): Promise<Running & { readonly page: Page }> {
  const running = await place.start(more)
  await running.person.signIn(sharedEhr().account(physician))
  await running.person.choosePin()
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  const page = await running.person.page()
  await page.getByTestId('write-note').click()
  await page.getByTestId('draft-box').waitFor()
  return { ...running, page }
}

/** Whom the banner names: by name, birth date and record number. */
function identity(page: Page): Promise<string[]> {
  const banner = page.getByTestId('chart-banner')
  return Promise.all([banner.getByRole('heading', { level: 1 }), banner.getByText(/^born /), banner.getByText(/^MRN /)].map((part) => part.innerText()))
}

async function sends(page: Page): Promise<void> {
  await page.getByTestId('send-attachment').click()
  await page.getByTestId('confirm-send').click()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a file is attached to a note and read again, in the ${colorScheme}`, async ({ workstation }) => {
    const place = await workstation({ ehr: sharedEhr() })
    const { page } = await writing(place, { colorScheme })
    await page.getByTestId('attach-file').click()
    await place.fileDialog.cancel()
    await expect(page.getByTestId('attachments')).toContainText('None. A file is sealed')
    await page.getByTestId('attach-file').click()
    await place.fileDialog.choose(await scan())
    await expect(page.getByTestId('attachment')).toContainText('Discharge summary.pdf')
    await expect(page.getByTestId('attachment')).toContainText('3.1 MB')
    await page.screenshot({ path: test.info().outputPath(`attached-${colorScheme}.png`), animations: 'disabled' })
    await page.getByTestId('attachment').getByTestId('open-document').click()
    await expect(page.getByTestId('document-words')).toContainText('Brought by the patient: xanthelasma.')
    await expect(page.getByTestId('document-pdf')).toHaveAttribute('data-state', 'drawn')
    await page.screenshot({ path: test.info().outputPath(`attached-open-${colorScheme}.png`), animations: 'disabled' })
    await expect(page.getByTestId('upload-state')).toHaveAttribute('data-state', 'kept')
    await page.getByRole('button', { name: 'Close document' }).click()
    if (colorScheme === 'dark') {
      await sharedEhr().trouble({ for: { type: 'Binary', method: 'POST', times: 1 }, deed: { do: 'answer', status: 413 } })
      await sends(page)
      await expect(page.getByTestId('upload-state')).toContainText('Not in the record. The EHR does not take a file of this size.')
      await page.screenshot({ path: test.info().outputPath(`refused-${colorScheme}.png`), animations: 'disabled' })
      await sharedEhr().behave()
    }
    // By the keyboard alone: asked, called off, asked again.
    const send = page.getByTestId('send-attachment')
    const question = page.getByRole('alertdialog')
    await send.press('Enter')
    await expect(question).toContainText('Discharge summary.pdf 3.1 MB')
    for (const words of await identity(page)) await expect(question).toContainText(words)
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await page.screenshot({ path: test.info().outputPath(`asked-${colorScheme}.png`), animations: 'disabled' })
    expect(await barriers(page, 'sending')).toEqual([])
    await page.keyboard.press('Escape')
    await expect(question).toHaveCount(0)
    await expect(send).toBeFocused()
    await expect(page.getByTestId('upload-state')).toHaveAttribute('data-state', colorScheme === 'dark' ? 'refused' : 'kept')
    await page.keyboard.press('Enter')
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('upload-state')).toContainText('In the record since', { timeout: 15_000 })
    await page.screenshot({ path: test.info().outputPath(`sent-${colorScheme}.png`), animations: 'disabled' })
    await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(0)
    await page.getByRole('button', { name: 'Clear from this list: Discharge summary.pdf' }).click()
    await expect(page.getByTestId('attachment')).toHaveCount(0)
  })
}

test('what is attached is there after a lock and after kill -9, and gone when it is removed; the dialog in which a file is chosen ends with both @164.312(a)(2)(iii)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { app, person, page } = await writing(place)
  await page.getByTestId('attach-file').click()
  await place.fileDialog.choose(await scan())
  await expect(page.getByTestId('attachment')).toHaveCount(1)
  await page.getByTestId('draft-box').fill('See the summary.')
  await expect(page.getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  // The system's dialog is open, folders and all: with the lock it is gone from the screen, and so is the process that showed it.
  await page.getByTestId('attach-file').click()
  const { pid } = await place.fileDialog.opened()
  // By the button: the keyboard is the dialog's.
  await page.getByTestId('lock').click()
  await person.sees('lock-screen')
  await expect.poll(place.fileDialog.windows).toEqual([])
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false)
  await person.unlock()
  await person.sees('attachment')
  const later = await person.page()
  await expect(later.getByTestId('attachments')).toHaveAttribute('data-state', 'idle')
  // Nor does it outlive the application, of which `main` alone is killed.
  await later.getByTestId('attach-file').click()
  await place.fileDialog.opened()
  process.kill(app.process().pid ?? Number.NaN, 'SIGKILL')
  await place.ended()
  await expect.poll(place.fileDialog.windows).toEqual([])
  // The original is not needed any more.
  await rm(folder, { recursive: true })
  const again = await place.start()
  await again.person.unlock()
  await (await again.person.sees('attachment')).getByTestId('open-document').click()
  const found = await again.person.page()
  await expect(found.getByTestId('document-words')).toContainText('xanthelasma')
  // One press takes nothing away: it is in no record, and the original is gone.
  const remove = found.getByRole('button', { name: 'Remove… Discharge summary.pdf' })
  const question = found.getByRole('alertdialog')
  await remove.press('Enter')
  await expect(question).toContainText('Discharge summary.pdf 3.1 MB')
  await expect(question).toContainText('cannot be brought back')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  expect(await barriers(found, 'removing')).toEqual([])
  await found.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  await expect(remove).toBeFocused()
  await again.person.lock()
  await again.person.unlock()
  await again.person.sees('attachment')
  const last = await again.person.page()
  await last.getByRole('button', { name: 'Remove… Discharge summary.pdf' }).click()
  await last.getByTestId('confirm-remove').click()
  await expect(last.getByTestId('attachment')).toHaveCount(0)
  await expect(last.getByTestId('attachments')).toContainText('None. A file is sealed')
})

test('a file that is too large is refused in words', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { page } = await writing(place)
  const path = join(folder, 'film.pdf')
  await writeFile(path, Buffer.alloc(26 * 1024 * 1024))
  await page.getByTestId('attach-file').click()
  await place.fileDialog.opened()
  await page.getByTestId('cancel-attach').click()
  await expect.poll(place.fileDialog.windows).toEqual([])
  await page.getByTestId('attach-file').click()
  await place.fileDialog.choose(path)
  await expect(page.getByTestId('attachments').getByRole('alert')).toContainText('too large')
  await expect(page.getByTestId('attachment')).toHaveCount(0)
})
