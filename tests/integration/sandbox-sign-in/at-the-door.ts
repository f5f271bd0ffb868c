import { afterAll } from 'vitest'
import { type Browser, openBrowser, type Page } from '../sandbox-browser.ts'
import { openProbe, smallSandbox } from '../sandbox-client.ts'

/** A small hospital, and a client of it that trusts what it says. */
export const sandbox = await smallSandbox()
export const probe = await openProbe(sandbox)
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

/** In a browser of its own, closed afterwards. */
export async function inBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = openBrowser(sandbox.caPem)
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

/** The page that is shown there; throws where there is none. */
export async function pageAt(browser: Browser, url: URL): Promise<Page> {
  const landing = await browser.open(url)
  if (landing.kind !== 'page') throw new Error('no page was shown')
  return landing
}
