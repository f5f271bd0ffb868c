import { expect } from 'playwright/test'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeskOrder } from '../../../shared/contract/index.ts'
import type { Ward } from './ward.ts'

export type Kind = DeskOrder['kind']

export interface Effect {
  /** What the desk says to whoever sits there. */
  readonly message?: string
  /** What the workstation says of itself then. */
  readonly state: 'active' | 'locked' | 'lockedOut' | 'signedOut'
  /** What the screen shows once it is carried out. `wasUp`: the application ran when it came. */
  shows(ward: Ward, wasUp: boolean): Promise<void>
  /** How the person is at work again; or what is left to do for them. */
  goesOn(ward: Ward): Promise<void>
}

const seen = async ({ person }: Ward, testId: string) => void (await person().sees(testId))
const vaultsOf = ({ place }: Ward) => readdir(join(place.profile, 'vaults'))

/** What they had open and wrote is there. */
async function unlocks({ person, pin }: Ward): Promise<void> {
  await person().unlock(pin)
  await person().chartIsRead()
}
async function reads({ person }: Ward): Promise<void> {
  const page = await person().page()
  await page.getByRole('button', { name: 'I have read it' }).click()
  await expect(page.getByTestId('support-notice')).toHaveCount(0)
}
async function isDarkWithoutPin(ward: Ward): Promise<void> {
  await seen(ward, 'lock-screen')
  await expect((await ward.person().page()).getByTestId('pin-input')).toHaveCount(0)
}

/** Each order, as whoever sits at the workstation sees it. */
export const effects: Readonly<Record<Kind, Effect>> = {
  message: {
    message: 'The network is down at five',
    state: 'active',
    shows: async ({ person }) => expect(await person().sees('support-notice')).toContainText('The network is down at five'),
    goesOn: reads,
  },
  lock: {
    state: 'locked',
    async shows(ward, wasUp) {
      await seen(ward, 'lock-screen')
      // One that has just started is locked already, and says so.
      if (wasUp) await expect((await ward.person().page()).getByText('IT support locked it.')).toBeVisible()
    },
    goesOn: unlocks,
  },
  'reset-pin': {
    state: 'locked',
    async shows(ward, wasUp) {
      await isDarkWithoutPin(ward)
      const page = await ward.person().page()
      await expect(page.getByText('then choose a new PIN')).toBeVisible()
      if (wasUp) await expect(page.getByText('IT support has reset your PIN.')).toBeVisible()
    },
    async goesOn(ward) {
      await ward.signInFully()
      ward.pin = '862093'
      await ward.person().choosePin(ward.pin)
      await ward.person().chartIsRead()
    },
  },
  'require-sign-in': {
    state: 'locked',
    shows: isDarkWithoutPin,
    async goesOn(ward) {
      await ward.signInFully()
      // Who they are is known; what is kept here their PIN opens.
      await unlocks(ward)
    },
  },
  'disable-user': { state: 'lockedOut', shows: (ward) => seen(ward, 'locked-out'), goesOn: async () => undefined },
  'enable-user': {
    state: 'signedOut',
    shows: (ward) => seen(ward, 'sign-in'),
    async goesOn(ward) {
      await ward.person().signIn(ward.who)
      await unlocks(ward)
    },
  },
  'sign-out': {
    state: 'signedOut',
    async shows(ward) {
      await seen(ward, 'sign-in')
      await expect((await ward.person().page()).getByText(/^IT support signed the last person out at \d\d:\d\d\.$/)).toBeVisible()
      // What was kept waits for its owner.
      expect(await vaultsOf(ward)).toHaveLength(1)
    },
    goesOn: async () => undefined,
  },
  wipe: {
    state: 'signedOut',
    async shows(ward) {
      await seen(ward, 'sign-in')
      await expect.poll(() => vaultsOf(ward)).toEqual([])
    },
    goesOn: async () => undefined,
  },
}
