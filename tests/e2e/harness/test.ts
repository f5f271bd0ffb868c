import { test as base } from 'playwright/test'
import { openWorkstation, type Workstation, type WorkstationSetting } from './workstation.ts'

export { expect } from 'playwright/test'

interface Fixtures {
  /** Sets up a workstation that is gone when the test is over. */
  readonly workstation: (setting: WorkstationSetting) => Promise<Workstation>
}

/** A test in the real application. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright finds out by this pattern what a fixture needs: nothing
  workstation: async ({}, use, about) => {
    const opened: Workstation[] = []
    await use(async (setting) => {
      const made = await openWorkstation(setting)
      opened.push(made)
      return made
    })
    if (about.status !== about.expectedStatus) for (const each of opened) console.error(`"${about.title}" failed here:\n${await each.lastWords()}`)
    for (const each of opened) await each.close()
  },
})
