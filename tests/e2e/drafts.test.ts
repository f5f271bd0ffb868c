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

test('what was typed is on disk within half a second, and survives kill -9 of everything', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { page } = await writing(place)
  const box = page.getByTestId('draft-box')
  // Measured where it is typed, since the way to here takes its own time.
  const saved = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let typedAt = 0
        document.addEventListener('input', () => {
          typedAt = performance.now()
        })
        const state = document.querySelector('[data-testid="draft-state"]')
        if (!state) throw new Error('the box does not say whether it is saved')
        new MutationObserver(() => {
          if (state.getAttribute('data-state') === 'saved') resolve(performance.now() - typedAt)
        }).observe(state, { attributes: true })
      }),
  )
  await box.fill(words)
  expect(await saved).toBeLessThan(500)
  await place.kill()
  await findsAgain(await place.start(), words)
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
})
