import { barriers } from './harness/barriers.ts'
import { goodPin } from './harness/clinician.ts'
import { openDeskApp } from './harness/desk-app.ts'
import { deskScreens, typed } from './harness/desk-screens.ts'
import { sharedEhr } from './harness/ehr.ts'
import { openLine } from './harness/line.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'

const nurse = 'gnakamura'

test('offline and out of tries, the desk’s answer to the code on the lock screen gives three more, once, and the right PIN opens @164.312(d)', async ({ workstation }) => {
  const ehr = sharedEhr()
  const atDesk = await (await workstation({ ehr })).start()
  const screens = await deskScreens(atDesk, await openDeskApp(atDesk, ehr, 'ihalvorsen'))
  const line = await openLine()
  try {
    const running = await (await workstation({ ehr, policy: (demo) => ({ ...demo, support: { ...demo.support, phone: '+1 555 0142' } }) })).start({ args: line.args })
    const { person } = running
    await person.signIn(ehr.account(nurse))
    await person.choosePin()
    await person.lock()
    const page = await person.page()
    line.cut()
    for (const said of [/4 tries left/, /3 tries left/, /2 tries left/, /1 try left/, /last try with this PIN/]) {
      await person.enterPin('904417')
      await expect(page.getByText(said)).toBeVisible()
    }
    await expect(page.getByTestId('pin-input')).toHaveCount(0)
    await picture(running, 'out-of-tries')

    const ask = page.getByRole('button', { name: 'No network? Ask support for more tries' })
    const codeForIt = page.getByTestId('lock-screen').getByText(/^\s*Code \w/)
    await expect(codeForIt).toBeVisible()
    await ask.click()
    // Whom to call stands there once, with the code; and who gives up is where they were.
    await expect(page.getByTestId('unlock-answer')).toBeFocused()
    await expect(page.getByTestId('call-support')).toHaveCount(1)
    // No code stands beside it that might be read out in its place.
    await expect(codeForIt).toHaveCount(0)
    await page.getByTestId('unlock-help').getByRole('button', { name: 'Cancel' }).click()
    await expect(ask).toBeFocused()
    await expect(codeForIt).toBeVisible()
    await expect(page.getByTestId('call-support')).toHaveCount(1)
    await ask.press('Enter')
    const challenge = (await page.getByTestId('unlock-challenge').textContent()) ?? ''
    expect(challenge).toMatch(/^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$/)
    await picture(running, 'unlock-challenge', { height: 1_060 })
    expect(await barriers(page, 'challenge')).toEqual([])

    // By telephone, from screen to screen.
    const code = (await page.getByTestId('workstation-code').textContent()) ?? ''
    const response = await screens.help({ name: ehr.account(nurse).name, code, challenge })
    await picture(atDesk, 'unlock-answer-at-desk')

    const answer = page.getByTestId('unlock-answer')
    const slip = response.startsWith('2') ? `3${response.slice(1)}` : `2${response.slice(1)}`
    await answer.fill(slip)
    await answer.press('Enter')
    await expect(page.getByText('There is a slip in that code.')).toBeVisible()
    await picture(running, 'unlock-answer-slip')
    expect(await barriers(page, 'slip')).toEqual([])
    await typed(answer, response.toLowerCase().replace('-', ' '))
    await answer.press('Enter')
    await expect(page.getByText('Support has given you more tries.')).toBeVisible()
    await picture(running, 'tries-granted')
    await person.enterPin('904418')
    await expect(page.getByText(/2 tries left/)).toBeVisible()
    await person.unlock(goodPin)
  } finally {
    await line.close()
  }
})
