import type { Page } from 'playwright'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'praghunathan'
const words = 'Cough for three days, no fever. Lungs clear.'

/** A chart of one's own patient, with the note box open. */
async function writing(place: Workstation): Promise<Running & { readonly page: Page }> {
  const running = await place.start()
  const { person } = running
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const page = await person.page()
  await page.getByTestId('write-note').click()
  await page.getByTestId('draft-box').waitFor()
  return { ...running, page }
}

async function findsAgain({ person }: Running, text: string): Promise<void> {
  await person.unlock()
  await expect((await person.page()).getByTestId('draft-box')).toHaveValue(text)
}

/** Milliseconds from the next key to "saved", by the clock of the page: the way to it takes its own time. */
function savedAfterTyping(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let typedAt = Number.POSITIVE_INFINITY
        document.addEventListener('input', () => {
          typedAt = performance.now()
        }, { once: true, capture: true })
        const look = () => {
          const passed = performance.now() - typedAt
          if (passed > 0 && document.querySelector('[data-testid="draft-state"]')?.getAttribute('data-state') === 'saved') resolve(passed)
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

test('what was typed is on disk within half a second, and survives kill -9 of everything', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { page } = await writing(place)
  const box = page.getByTestId('draft-box')
  const took: number[] = []
  // Five times, for a machine that others use too: the middle one is the figure.
  for (const text of ['S', 'Se', 'See', 'Seen', words]) {
    const saved = savedAfterTyping(page)
    await box.fill(text)
    took.push(await saved)
  }
  expect(took.sort((one, other) => one - other)[2]).toBeLessThan(500)
  await place.kill()
  await findsAgain(await place.start(), words)
})

/** What an unlock comes back to, as `records` has it sealed on the disk: a process that is killed before it has heard of a click keeps nothing of it. */
const placeKept = (page: Page) => page.evaluate(() => (window as unknown as { chartkeep: Record<string, (text: string) => Promise<string>> }).chartkeep['place.recall']?.('{}'))

test('a crash right after a chart was opened comes back to that chart, and to the view that was chosen in it', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  const opened = (await (await person.sees('chart-banner')).getByRole('heading').textContent()) ?? 'no name'
  const first = await person.page()
  await expect.poll(() => placeKept(first)).toContain('"view":"summary"')
  await place.kill()

  const second = await place.start()
  await second.person.unlock()
  await expect((await second.person.sees('chart-banner')).getByRole('heading')).toHaveText(opened)
  await (await second.person.sees('view-results')).click()
  await expect(await second.person.sees('view-results')).toHaveAttribute('aria-current', 'page')
  const next = await second.person.page()
  await expect.poll(() => placeKept(next)).toContain('"view":"results"')
  await place.kill()

  const third = await place.start()
  await third.person.unlock()
  await expect((await third.person.sees('chart-banner')).getByRole('heading')).toHaveText(opened)
  await expect(await third.person.sees('view-results')).toHaveAttribute('aria-current', 'page')
})

test('the last word before a lock is not lost: it is saved on the way', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await writing(place)
  await running.page.getByTestId('draft-box').fill(words)
  await running.person.lock()
  await findsAgain(running, words)
})

test('the last word before the window is closed is not lost', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { app, page } = await writing(place)
  await page.getByTestId('draft-box').fill(words)
  await app.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows()[0]?.close())
  await place.ended()
  await findsAgain(await place.start(), words)
})

test('the last word before quitting is not lost', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { page } = await writing(place)
  await page.getByTestId('draft-box').fill(words)
  await place.quit()
  await findsAgain(await place.start(), words)
})

test('each patient keeps a note of their own', async ({ workstation }) => {
  const { person, page } = await writing(await workstation({ ehr: sharedEhr() }))
  await page.getByTestId('draft-box').fill('For the first.')
  await page.getByTestId('tab-patients').click()
  await page.getByTestId('patient-row').nth(1).click()
  await person.chartIsRead()
  await page.getByTestId('write-note').click()
  await expect(page.getByTestId('draft-box')).toHaveValue('')
  await page.getByTestId('draft-box').fill('For the second.')
  await page.getByTestId('tab-chart').first().click()
  await expect(page.getByTestId('draft-box')).toHaveValue('For the first.')

  // A lock in between: the same tabs, the same one in front, and in each its own note.
  await person.lock()
  await person.unlock()
  await person.chartIsRead()
  const back = await person.page()
  await expect(back.getByTestId('tab-chart')).toHaveCount(2)
  await expect(back.getByTestId('draft-box')).toHaveValue('For the first.')
  await back.getByTestId('tab-chart').nth(1).click()
  await expect(back.getByTestId('draft-box')).toHaveValue('For the second.')
})

test('a forgotten PIN loses no draft: a full sign-in, a new PIN, and the note is there @164.312(a)(2)(ii)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person, page } = await writing(place)
  await page.getByTestId('draft-box').fill(words)
  await person.lock()
  await (await person.page()).getByRole('button', { name: 'I forgot my PIN' }).click()
  await person.finishSignIn(sharedEhr().account(physician))
  await person.sees('choose-pin')
  await person.choosePin('862093')
  await expect((await person.page()).getByTestId('draft-box')).toHaveValue(words)
  await place.kill()
  const again = await place.start()
  await again.person.unlock('862093')
  await expect((await again.person.page()).getByTestId('draft-box')).toHaveValue(words)
})
