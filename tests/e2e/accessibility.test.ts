import { codePage, consentPage, continuePage, dead, type SignInProblem, signInPage as theirSignInPage } from '../../sandbox/auth/pages.ts'
import { barriers } from './harness/barriers.ts'
import { goodPin } from './harness/clinician.ts'
import { sharedEhr } from './harness/ehr.ts'
import { signInPage } from './harness/front-page.ts'
import { expect, test } from './harness/test.ts'

const physician = 'aokafor'

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no screen of the main job has a serious barrier, ${colorScheme}`, async ({ workstation }) => {
    const { app, person } = await (await workstation({ ehr: sharedEhr() })).start({ colorScheme })
    const found: string[] = []
    const look = async (screen: string) => found.push(...(await barriers(await person.page(), screen)))
    await person.sees('sign-in')
    await look('sign-in')
    await (await person.page()).getByRole('button', { name: 'Sign in' }).click()
    await signInPage(app)
    await look('signing in')
    await person.finishSignIn(sharedEhr().account(physician))
    await person.sees('choose-pin')
    await look('PIN')
    await person.choosePin()
    await person.sees('patient-row')
    await look('patients')
    await person.search('Ashworth')
    await look('search')
    await (await person.sees('patient-row')).click()
    await person.chartIsRead()
    const page = await person.page()
    for (const view of ['summary', 'results', 'vitals', 'medications', 'notes', 'encounters', 'history']) {
      await page.getByTestId(`view-${view}`).click()
      await expect(page.getByTestId(`view-${view}`)).toHaveAttribute('aria-current', 'page')
      await look(view)
    }
    await page.getByTestId('write-note').click()
    await page.getByTestId('draft-box').waitFor()
    await look('note')
    await person.lock()
    await look('lock')
    await person.enterPin('904417')
    await (await person.page()).getByText(/4 tries left/).waitFor()
    await look('wrong PIN')
    await (await person.page()).getByRole('button', { name: 'Someone else' }).click()
    await person.sees('switch-user')
    await look('someone else')
    expect(found).toEqual([])
  })
}

test('a keychain that fails is told without a barrier, before, in and after a session, in light and in dark', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  await place.keyring.lock()
  const { person } = await place.start()
  const found: string[] = []
  const look = async (screen: string) => {
    await person.sees('keychain')
    for (const colorScheme of ['light', 'dark'] as const) {
      await (await person.page()).emulateMedia({ colorScheme })
      found.push(...(await barriers(await person.page(), `${screen}, ${colorScheme}`)))
    }
  }
  await person.sees('sign-in')
  await look('start')
  await person.signIn(sharedEhr().account(physician))
  await person.sees('patient-row')
  await look('session')
  await person.lock()
  await look('lock')
  expect(found).toEqual([])
})

test('no page of the sandbox’s sign-in has a serious barrier, in light and in dark, the code and the consent among them', async ({ workstation }) => {
  const { app, person } = await (await workstation({ ehr: sharedEhr() })).start()
  await (await person.sees('sign-in')).getByRole('button', { name: 'Sign in' }).click()
  await signInPage(app)
  await person.finishSignIn(sharedEhr().account('ihalvorsen'))
  const page = await signInPage(app)
  await page.getByLabel('Six-digit code').waitFor()
  const found: string[] = []
  const look = async (screen: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Dark text on what was light a moment ago is not what anyone sees.
      await expect(page.locator('body')).toHaveCSS('background-color', colorScheme === 'light' ? 'rgb(238, 242, 245)' : 'rgb(16, 23, 28)')
      found.push(...(await barriers(page, `${screen}, ${colorScheme}`)))
    }
  }
  await look('code, as it came')
  // The others are laid into its place, under its policy and style: each as the sandbox would send it.
  const problem: SignInProblem = { kind: 'too-many', waitSeconds: 60 }
  const [hospital, action, application] = ['Millbrook Falls General Hospital', '/auth/interaction/x', 'Growth charts']
  const choices = ['user/*.rs', 'user/Patient.rs', 'user/DocumentReference.cruds', 'offline_access'].map((scope, index) => ({ scope, isChosen: index > 0 }))
  const pages = {
    'sign-in': theirSignInPage({ hospital, action, application, username: '' }),
    'wrong sign-in': theirSignInPage({ hospital, action, application, username: 'x', problem }),
    'wrong code': codePage({ hospital, action, username: 'x', problem }),
    continue: continuePage({ hospital, action, name: 'Dr. X', wants: ['see records', 'write notes'] }),
    consent: consentPage({ hospital, action, application, name: 'Dr. X', choices }),
    'consent to nothing': consentPage({ hospital, action, application, name: 'Dr. X', choices: [] }),
    'the end': dead({ hospital, title: 'This sign-in cannot go on', explanation: 'Go back to the application and sign in again.', code: 'invalid_client' }),
  }
  for (const [screen, html] of Object.entries(pages)) {
    await page.setContent(html)
    await look(screen)
  }
  expect(found).toEqual([])
})

test('at 200 % nothing has to be scrolled sideways but tables, and the banner stays in sight (WCAG 1.4.4, 1.4.10)', async ({ workstation }) => {
  const { app, person } = await (await workstation({ ehr: sharedEhr() })).start()
  const zoom = () =>
    app.evaluate(({ BaseWindow, webContents }) => {
      BaseWindow.getAllWindows()[0]?.setContentSize(1_280, 800)
      for (const each of webContents.getAllWebContents()) each.setZoomFactor(2)
    })
  const sideways = async () => (await person.page()).evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await person.sees('sign-in')
  await zoom()
  expect(await sideways()).toBe(0)
  await person.signIn(sharedEhr().account(physician))
  await person.sees('choose-pin')
  expect(await sideways()).toBe(0)
  await person.choosePin()
  await person.sees('patient-row')
  await zoom()
  expect(await sideways()).toBe(0)
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  expect(await sideways()).toBe(0)
  await expect((await person.page()).getByTestId('chart-banner')).toBeInViewport()
  await person.lock()
  await zoom()
  expect(await sideways()).toBe(0)
})

test('the whole main job without a mouse', async ({ workstation }) => {
  const { app, person } = await (await workstation({ ehr: sharedEhr() })).start()
  const type = async (text: string) => {
    for (const letter of text) await person.press(letter)
  }
  const focused = async (testId: string) => expect(await person.sees(testId)).toBeFocused()
  await person.sees('sign-in')
  await expect((await person.page()).getByRole('button', { name: 'Sign in' })).toBeFocused()
  await person.press('Enter')
  const theirs = await signInPage(app)
  const { username, password } = sharedEhr().account(physician)
  await expect(theirs.getByLabel('User name')).toBeFocused()
  await type(username)
  await person.press('Tab')
  await type(password)
  await person.press('Enter')

  await focused('pin-input')
  await type(goodPin)
  await person.press('Tab')
  await focused('pin-again')
  await type(goodPin)
  await person.press('Enter')

  await focused('patient-search')
  await type('Ashworth')
  await person.sees('patient-row')
  const page = await person.page()
  await expect(page.getByTestId('list-found')).toHaveAttribute('data-state', 'data')
  await person.press('Down')
  await person.press('Enter')
  await person.chartIsRead()
  await person.press('2', 'alt')
  await expect(page.getByTestId('view-results')).toHaveAttribute('aria-current', 'page')
  await person.press('e', 'control')
  await focused('draft-box')
  await type('fine')
  await expect(page.getByTestId('draft-box')).toHaveValue('fine')

  await person.press('l', 'control')
  await focused('pin-input')
  await type(goodPin)
  await person.press('Enter')
  await person.sees('chart-banner')
  await expect((await person.page()).getByTestId('view-results')).toHaveAttribute('aria-current', 'page')
  await expect((await person.page()).getByTestId('draft-box')).toHaveValue('fine')
})
