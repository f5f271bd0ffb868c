import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright'
import { type Ehr, sharedEhr } from '../../e2e/harness/ehr.ts'
import { signInPage } from '../../e2e/harness/front-page.ts'
import { appFolder } from '../../e2e/harness/surroundings.ts'
import { openWorkstation, type Workstation } from '../../e2e/harness/workstation.ts'

const physician = 'dlindqvist'
export const appPage = 'app://chartkeep/'

/** What of Chromium and of the system is watched in the main process. */
interface Watched {
  readonly seen: string[]
  readonly opened: string[]
}

/** The application as it runs with a chart open, and what the checklist asks of it. */
export interface Opened {
  readonly ehr: Ehr
  readonly place: Workstation
  readonly app: ElectronApplication
  readonly page: Page
  /** Preferences of the EHR's sign-in page, which is gone by the time the tests run. */
  readonly signInPreferences: Readonly<Record<string, unknown>>
  /** The web preferences of the first contents whose URL starts so, as Chromium took them. */
  preferences(url: string): Promise<Readonly<Record<string, unknown>>>
  /** Fetches in the name of a page's Chromium session, past its content policy: the status, or that it was refused. */
  fetched(url: string): Promise<number | 'refused'>
  /** URLs that have left the application, of the requests its pages made. */
  requests(): Promise<readonly string[]>
  /** URLs that were handed to the system's browser. */
  handedOver(): Promise<readonly string[]>
  contentsCount(): Promise<number>
}

/** Starts it from a copy that holds a link out of the served folder, signs a physician in and opens a chart. */
export async function openWithChart(): Promise<Opened> {
  const ehr = sharedEhr()
  const place = await openWorkstation({ ehr })
  // From a copy beside the sources' packages, so that a test may put a link into it.
  const copy = join(place.folder, 'copy', 'out', 'app')
  await mkdir(dirname(copy), { recursive: true })
  await cp(appFolder(), copy, { recursive: true })
  await symlink(join(appFolder(), '..', '..', 'node_modules'), join(place.folder, 'copy', 'node_modules'))
  await writeFile(join(place.folder, 'outside.js'), 'window.leaked = true')
  await symlink(join(place.folder, 'outside.js'), join(copy, 'renderer', 'inside.js'))

  const { app, person } = await place.start({ folder: copy })
  await app.evaluate(({ app: electron, webContents, shell }) => {
    const seen: string[] = []
    const opened: string[] = []
    const watch = (session: Electron.Session) => session.webRequest.onSendHeaders(({ url }) => void seen.push(url))
    for (const each of webContents.getAllWebContents()) watch(each.session)
    electron.on('session-created', watch)
    shell.openExternal = async (url) => void opened.push(url)
    Object.assign(globalThis, { seen, opened })
  })
  const preferences = (url: string): Promise<Record<string, unknown>> =>
    app.evaluate(({ webContents }, start) => {
      const contents = webContents.getAllWebContents().find((each) => each.getURL().startsWith(start))
      // Undocumented and stable: Electron's own devtools rely on it.
      const told = contents as unknown as { getLastWebPreferences?: () => Record<string, unknown> } | undefined
      return told?.getLastWebPreferences?.() ?? {}
    }, url)

  await (await person.sees('sign-in')).getByRole('button', { name: 'Sign in' }).click()
  await signInPage(app)
  const signInPreferences = await preferences('https://')
  await person.finishSignIn(ehr.account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  return {
    ehr,
    place,
    app,
    page: await person.page(),
    signInPreferences,
    preferences,
    fetched: (url) =>
      app.evaluate(async ({ webContents }, wanted) => {
        const session = webContents.getAllWebContents()[0]?.session
        if (!session) throw new Error('there is no page')
        return session.fetch(wanted).then(
          ({ status }) => status,
          () => 'refused' as const,
        )
      }, url),
    // What is put there above.
    requests: () => app.evaluate(() => (globalThis as unknown as Watched).seen),
    handedOver: () => app.evaluate(() => (globalThis as unknown as Watched).opened),
    contentsCount: () => app.evaluate(({ webContents }) => webContents.getAllWebContents().length),
  }
}
