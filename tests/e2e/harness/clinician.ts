import type { ElectronApplication, Locator, Page } from 'playwright'
import { frontPage, signInPage } from './front-page.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

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
  choosePin(pin?: string): Promise<void>
  unlock(pin?: string): Promise<void>
  enterPin(pin: string): Promise<void>
  search(text: string): Promise<Locator>
  /** Opens the chart of the patient found by this record number or name. */
  openChart(text: string): Promise<void>
  lock(): Promise<void>
  sees(testId: string): Promise<Locator>
}

export function clinician(app: ElectronApplication): Clinician {
  const page = () => frontPage(app)
  const sees = async (testId: string) => {
    const found = (await page()).getByTestId(testId).first()
    await found.waitFor({ state: 'visible', timeout: 20_000 })
    return found
  }
  const enterPin = async (pin: string) => {
    const input = await sees('pin-input')
    await input.fill(pin)
    await input.press('Enter')
  }
  const search = async (text: string) => {
    const field = await sees('patient-search')
    await field.fill(text)
    return sees('patient-row')
  }
  return {
    page,
    sees,
    enterPin,
    search,
    signIn: async ({ username, password }) => {
      const start = await sees('sign-in')
      await start.getByRole('button', { name: /sign in/i }).first().click()
      const theirs = await signInPage(app)
      await theirs.getByLabel('User name').fill(username)
      await theirs.getByLabel('Password').fill(password)
      await theirs.getByRole('button', { name: 'Sign in' }).click()
    },
    choosePin: async (pin = goodPin) => {
      const first = await sees('pin-input')
      await first.fill(pin)
      const again = await sees('pin-again')
      await again.fill(pin)
      await again.press('Enter')
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
    lock: async () => {
      await (await page()).keyboard.press('Control+l')
      await sees('lock-screen')
    },
  }
}
