import type { Locator, Page } from 'playwright'
import { expect } from 'playwright/test'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import { workstationCode } from '../../../shared/workstation-code.ts'
import type { DeskApp } from './desk-app.ts'
import type { Running } from './workstation.ts'

type Kind = DeskOrder['kind']

/** How an order is called on the desk's buttons. */
const called: Readonly<Record<Kind, string>> = {
  message: 'Message', lock: 'Lock', 'require-sign-in': 'Full sign-in', 'reset-pin': 'Reset PIN', 'enable-user': 'Enable account', 'sign-out': 'Sign out', 'disable-user': 'Disable account', wipe: 'Wipe',
}

/** Orders about people are given where people are listed; the others where workstations are. */
const isAboutPeople: Partial<Readonly<Record<Kind, true>>> = { 'reset-pin': true, 'enable-user': true, 'disable-user': true }

/** Somebody on the telephone, and what their lock screen shows. */
export interface Caller {
  readonly name: string
  /** Of the workstation. */
  readonly code: string
  readonly challenge: string
}

/** The desk's own screens, under the hands of whoever sits there: each act ends when the screen shows what came of it. */
export interface DeskScreens {
  /** Gives an order for one workstation, or for one person. */
  order(kind: Kind, whom: { readonly deviceId: string; readonly username: string }, message?: string): Promise<DeskOrder>
  /** Takes the newest order back; gives what comes of it: the opposite order, where there is one. */
  takeBack(kind: Kind): Promise<DeskOrder>
  /** Waits until the newest order is said to be this, in the list and where it went: at one workstation. */
  newestIs(kind: Kind, became: string): Promise<void>
  /** Answers what somebody's lock screen shows, and reads the answer off the screen. */
  help(caller: Caller): Promise<string>
}

export async function deskScreens({ person }: Running, desk: DeskApp): Promise<DeskScreens> {
  const page = await person.page()
  const reason = 'Said so by somebody at the desk'
  const open = (part: string) => page.getByRole('navigation', { name: 'Parts of the support desk' }).getByRole('button', { name: part }).click()
  /** The newest order, as the EHR has it. */
  const newest = async () => {
    const { orders: [order] } = await desk.ask('desk.orders', { cause: 'refresh' })
    if (!order) throw new Error('no order was given')
    return order
  }
  const newestLine = () => page.getByRole('grid', { name: 'Orders' }).getByTestId('desk-orders-row').first()
  const details = () => page.getByRole('region', { name: 'Order', exact: true })

  async function chooseWorkstation(deviceId: string): Promise<Locator> {
    await open('Workstations')
    await page.getByRole('searchbox', { name: 'Search' }).fill(workstationCode(deviceId))
    const line = page.getByTestId('desk-row')
    await expect(line).toHaveCount(1)
    if ((await line.getAttribute('aria-selected')) !== 'true') await line.getByRole('gridcell', { name: /^Choose / }).click()
    await expect(line).toHaveAttribute('aria-selected', 'true')
    return page.getByRole('region', { name: 'Give an order' })
  }
  async function choosePerson(username: string): Promise<Locator> {
    await open('People')
    await page.getByRole('searchbox', { name: 'Search' }).fill(username)
    const line = page.getByTestId('desk-people-row')
    await expect(line).toHaveCount(1)
    await line.click()
    return page.getByRole('region', { name: 'Person', exact: true })
  }

  return {
    async order(kind, { deviceId, username }, message) {
      const place = isAboutPeople[kind] === true ? await choosePerson(username) : await chooseWorkstation(deviceId)
      await place.getByRole('button', { name: `${called[kind]}…`, exact: true }).click()
      const dialog = page.getByRole('alertdialog')
      // Whom it reaches is said before anything can be given.
      await expect(dialog.getByTestId('desk-preview')).toContainText('1 workstation')
      if (message !== undefined) await dialog.getByRole('textbox', { name: 'Words on the screen' }).fill(message)
      // No PIN is reset before it is said how they were identified.
      if (kind === 'reset-pin') await isIdentified(dialog)
      await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
      await dialog.getByTestId('desk-order-confirm').click()
      const given = page.getByRole('dialog')
      await expect(given.getByTestId('desk-order-given')).toContainText(kind === 'wipe' ? 'waits for a second person' : 'The order is given.')
      await given.getByRole('button', { name: 'See it under Orders' }).click()
      const order = await newest()
      expect(order).toMatchObject({ kind, reason })
      return order
    },
    async takeBack(kind) {
      await open('Orders')
      await newestLine().click()
      await expect(details().getByRole('heading', { level: 2 })).toContainText(called[kind])
      await details().getByRole('button', { name: 'Take back…' }).click()
      const dialog = page.getByRole('alertdialog')
      await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
      await dialog.getByRole('button', { name: 'Take it back' }).click()
      await expect(dialog).toHaveCount(0)
      return newest()
    },
    async newestIs(kind, became) {
      await open('Orders')
      await newestLine().click()
      await expect(details().getByRole('heading', { level: 2 })).toContainText(called[kind])
      await expect(page.getByRole('table', { name: 'What became of it' }).getByRole('row')).toContainText(became)
    },
    async help({ name, code, challenge }) {
      await open('Unlock help')
      const form = page.getByRole('form', { name: 'Unlock help' })
      await form.getByLabel('Workstation, as the caller reads it out').fill(code.toLowerCase())
      await expect(form.getByLabel('Who is calling').locator('option:checked')).toContainText(name)
      await isIdentified(form)
      await typed(form.getByLabel('Code that the caller reads out'), challenge.toLowerCase().replace('-', ' '))
      await form.getByRole('textbox', { name: 'Reason' }).fill(reason)
      await form.getByRole('button', { name: 'Get the answer' }).press('Enter')
      await expect(page.getByRole('heading', { name: /^Read this out to/ })).toBeFocused()
      return (await page.getByTestId('desk-help-response').locator('[aria-hidden="true"]').textContent()) ?? ''
    },
  }
}

async function isIdentified(form: Locator): Promise<void> {
  await form.getByLabel('How you know that it is them').selectOption({ label: 'I called them back at a number the hospital knows' })
  await form.getByLabel('By what').fill('Rang the ward back')
}

/** Key by key. */
export async function typed(field: ReturnType<Page['getByLabel']>, text: string): Promise<void> {
  await field.fill('')
  await field.pressSequentially(text)
}
