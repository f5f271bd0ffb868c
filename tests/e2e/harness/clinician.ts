import type { ElectronApplication, Locator, Page } from 'playwright'
import { carriedOut } from './carried-out.ts'
import { frontPage, signInPage } from './front-page.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

export type Modifier = 'control' | 'shift' | 'alt'

/** A PIN that the policy takes. */
export const goodPin = '736104'

/**
 * What a person does at the workstation, in their words. Each act ends when the screen shows its result, and fails when
 * it does not.
 */
export interface Clinician {
  page(): Promise<Page>
  /** Presses "Sign in" and fills the EHR's page. */
  signIn(who: Credentials): Promise<void>
  /** Fills the EHR's page, which some other act has opened. */
  finishSignIn(who: Credentials): Promise<void>
  /** Gives the code of their authenticator app, which the EHR's page asks for. */
  enterCode(code: string): Promise<void>
  choosePin(pin?: string): Promise<void>
  /** Fills the form for a new PIN, whatever comes of it. */
  offerPin(pin: string): Promise<void>
  unlock(pin?: string): Promise<void>
  enterPin(pin: string): Promise<void>
  search(text: string): Promise<Locator>
  /** Opens the chart of the patient found by this record number or name. */
  openChart(text: string): Promise<void>
  /** Waits until no section of the chart is loading any more. */
  chartIsRead(): Promise<void>
  /** Signs out by the menu, and says yes when asked. */
  signOut(): Promise<void>
  lock(): Promise<void>
  /**
   * Presses a key as the keyboard does: it goes to whatever has the focus, and through the application before it
   * reaches a page. Playwright's own keys skip both.
   */
  press(key: string, ...modifiers: readonly Modifier[]): Promise<void>
  /** `within`: how long it may take to come, in milliseconds; 20 s unless told. */
  sees(testId: string, within?: number): Promise<Locator>
}

const nobodyHasTheKeyboard = 'nothing has the keyboard'

export function clinician(app: ElectronApplication): Clinician {
  const page = () => frontPage(app)
  const sees = async (testId: string, within = 20_000) => {
    const deadline = performance.now() + within
    for (;;) {
      const found = (await page()).getByTestId(testId).first()
      // A lock or an unlock may bring another page to the front meanwhile: it is looked at anew four times a second.
      const left = deadline - performance.now()
      const state = await found.waitFor({ state: 'visible', timeout: Math.max(1, Math.min(250, left)) }).catch((error: unknown) => error)
      if (state === undefined) return found
      if (left <= 0) throw new Error(`"${testId}" did not come to be seen within ${within / 1_000} s`, { cause: state })
    }
  }
  const enterPin = async (pin: string) => {
    const input = await sees('pin-input')
    await input.fill(pin)
    await input.press('Enter')
  }
  const pressNow = (key: string, modifiers: readonly Modifier[]) =>
    carriedOut(
      app.evaluate(
        ({ webContents }, { keyCode, held, nobody }) => {
          const focused = webContents.getFocusedWebContents()
          if (!focused) throw new Error(nobody)
          for (const type of ['keyDown', 'char', 'keyUp'] as const) {
            // Only a key that writes something comes with a character, and Enter, which presses buttons by its own.
            if (type !== 'char' || ((keyCode.length === 1 || keyCode === 'Enter') && held.length === 0)) focused.sendInputEvent({ type, keyCode, modifiers: [...held] })
          }
        },
        { keyCode: key, held: modifiers, nobody: nobodyHasTheKeyboard },
      ),
    )
  const press = async (key: string, ...modifiers: readonly Modifier[]) => {
    const deadline = performance.now() + 5_000
    for (;;) {
      const missed = await pressNow(key, modifiers).then(() => undefined, (error: unknown) => error)
      if (missed === undefined) return
      // One page hands it over to the next: for a moment nobody has it, and the key was not pressed.
      const isAboutThat = missed instanceof Error && missed.message.includes(nobodyHasTheKeyboard)
      if (!isAboutThat || performance.now() > deadline) throw missed
    }
  }
  const search = async (text: string) => {
    const field = await sees('patient-search')
    await field.fill(text)
    return sees('patient-row')
  }
  const finishSignIn = async ({ username, password }: Credentials) => {
    const theirs = await signInPage(app)
    await theirs.getByLabel('User name').fill(username)
    await theirs.getByLabel('Password').fill(password)
    await theirs.getByRole('button', { name: 'Sign in' }).click()
  }
  const enterCode = async (code: string) => {
    const theirs = await signInPage(app)
    await theirs.getByLabel('Six-digit code').fill(code)
    await theirs.getByRole('button', { name: 'Go on' }).click()
  }
  const offerPin = async (pin: string) => {
    const first = await sees('pin-input')
    await first.fill(pin)
    const again = await sees('pin-again')
    await again.fill(pin)
    await again.press('Enter')
  }
  return {
    page,
    sees,
    enterCode,
    enterPin,
    press,
    search,
    finishSignIn,
    signIn: async (who) => {
      const start = await sees('sign-in')
      await start.getByRole('button', { name: /sign in/i }).first().click()
      await finishSignIn(who)
    },
    offerPin,
    choosePin: async (pin = goodPin) => {
      await offerPin(pin)
      await sees('workspace')
    },
    unlock: async (pin = goodPin) => {
      await sees('lock-screen')
      await enterPin(pin)
      await sees('workspace')
    },
    openChart: async (text) => {
      const row = await search(text)
      await row.click()
      await sees('chart-banner')
    },
    chartIsRead: async () => {
      await sees('chart-banner')
      await sees('section-problems')
      const front = await page()
      await front.locator('[data-testid^="section-"][data-state="loading"]').first().waitFor({ state: 'detached', timeout: 20_000 })
    },
    signOut: async () => {
      const front = await page()
      await front.getByRole('button', { name: 'More' }).click()
      await front.getByRole('menuitem', { name: 'Sign out…' }).click()
      await front.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
      await sees('sign-in')
    },
    lock: async () => {
      await press('l', 'control')
      await sees('lock-screen')
    },
  }
}
