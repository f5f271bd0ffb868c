import { randomBytes } from 'node:crypto'
import { watch } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type * as keytar from 'keytar'
import { goodPin } from '../e2e/harness/clinician.ts'
import { type Ehr, sharedEhr } from '../e2e/harness/ehr.ts'
import { expect, test } from '../e2e/harness/test.ts'
import { bytesOf, sweep } from './disk/sweep.ts'

const physician = 'aokafor'

/** Something that must not be found, and a name of it that may be printed. */
type Sought = readonly [name: string, text: string]

/** Words of a text that name something: shorter ones may be anywhere. */
const tellingWords = (text: string) => [...new Set(text.split(/[^\p{L}\p{N}'-]+/u).filter((word) => word.length >= 6))]

/** Every token and session that the EHR knows of: those of this workstation are among them. */
function tokensAt(ehr: Ehr): Sought[] {
  const database = new DatabaseSync(join(dirname(ehr.place.usersFile), 'auth.db'), { readOnly: true })
  try {
    const rows = database.prepare("select model, id from oidc where model in ('AccessToken', 'RefreshToken', 'Session', 'AuthorizationCode')").all()
    return rows.map(({ model, id }): Sought => [String(model), String(id)])
  } finally {
    database.close()
  }
}

test('nothing that the application writes holds what was read, typed, searched or entered @164.312(a)(2)(iv) @170.315(d)(7) @170.315(d)(12)', async ({ workstation }) => {
  const ehr = sharedEhr()
  const place = await workstation({ ehr })
  const { app, person } = await place.start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()

  const draft = `Draft-${randomBytes(8).toString('hex')}`
  const search = `Search-${randomBytes(8).toString('hex')}`
  const sought: Sought[] = [
    ['draft', draft],
    ['search', search],
    ['PIN', goodPin],
    ['password', ehr.account(physician).password],
  ]
  const page = await person.page()
  for (const patient of [1, 2, 3]) {
    await page.getByTestId('patient-row').nth(patient - 1).click()
    await person.chartIsRead()
    const banner = page.getByTestId('chart-banner')
    for (const word of tellingWords(await banner.getByRole('heading').innerText())) sought.push([`name of patient ${patient}`, word])
    for (const [, number = ''] of (await banner.innerText()).matchAll(/\b(\d{6,})\b/g)) sought.push([`record number of patient ${patient}`, number])
    for (const section of ['problems', 'medications']) {
      const cells = await page.getByTestId(`section-${section}`).locator('tbody tr > :first-child').allInnerTexts()
      for (const text of cells) for (const word of tellingWords(text.split('\n')[0] ?? '')) sought.push([`${section} of patient ${patient}`, word])
    }
    await page.getByTestId('tab-patients').click()
  }
  for (const kind of ['name', 'record number', 'problems', 'medications']) expect(sought.some(([name]) => name.startsWith(kind))).toBe(true)
  await page.getByTestId('patient-search').fill(search)
  await expect(page.getByTestId('list-found')).toHaveAttribute('data-state', 'empty')
  await page.getByTestId('tab-chart').first().click()
  await page.getByTestId('write-note').click()
  await page.getByTestId('draft-box').fill(`${draft} feels better`)
  await expect(page.getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  await page.getByTestId('draft-box').selectText()
  await page.keyboard.press('Control+c')
  await person.lock()
  await person.unlock()
  await person.chartIsRead()

  // What the keychain holds may be in the keychain alone.
  const secrets = await app.evaluate(async ({ app: electron }) => {
    const { createRequire } = process.getBuiltinModule('node:module')
    // The module that the application itself loads, and its own types.
    const { findCredentials } = createRequire(`${electron.getAppPath()}/main.js`)('keytar') as typeof keytar
    return findCredentials('Chartkeep')
  })
  for (const { account, password: stored } of secrets) {
    const [kind = ''] = account.split('/')
    // It says in which form it is; what must be nowhere else is what follows.
    const password = stored.replace(/^ck1:/, '')
    expect(password).not.toBe(stored)
    if (['refresh-token', 'key-part', 'device-key'].includes(kind)) sought.push([`keychain: ${kind}`, /"key":"([^"]+)"/.exec(password)?.[1] ?? password])
  }
  const kinds = new Set(sought.map(([name]) => name))
  for (const kind of ['refresh-token', 'key-part', 'device-key']) expect([...kinds]).toContain(`keychain: ${kind}`)
  sought.push(...tokensAt(ehr))
  expect(sought.some(([name]) => name === 'AccessToken')).toBe(true)
  await place.quit()

  // A word that a workstation holds which has never seen a patient (Chromium's own files have some) tells nothing.
  const innocent = await workstation({ ehr })
  await (await innocent.start()).person.sees('sign-in')
  await innocent.quit()
  const common = new Set((await sweep(innocent.folder, sought.map(([, text]) => ({ name: text, bytes: Buffer.from(text) })))).hits.map(({ needle }) => needle))
  expect(common.size).toBeLessThan(3)

  const telling = sought.filter(([, text]) => !common.has(text))
  const found = await sweep(place.folder, telling.flatMap(([name, text]) => bytesOf(name, text)))
  expect(found.files).toBeGreaterThan(10)
  expect(found.hits).toEqual([])
})

/**
 * Watches (inotify) the folders in which a file could be made for a moment, and reads whatever appears or changes there, at once: what is gone by the end is
 * found too. `stop` gives the names of those that held the bytes, and how many were looked at.
 */
function watchFor(bytes: Buffer, folders: readonly { readonly folder: string; readonly recursive: boolean }[]) {
  const held = new Set<string>()
  const looks: Promise<void>[] = []
  const watchers = folders.map(({ folder, recursive }) =>
    watch(folder, { recursive }, (_event, name) => {
      if (name === null) return
      const path = join(folder, name)
      looks.push(readFile(path).then((content) => void (content.includes(bytes) && held.add(path)), () => undefined))
    }),
  )
  return {
    held: () => [...held],
    async stop() {
      for (const watcher of watchers) watcher.close()
      await Promise.all(looks)
      return { held: [...held], looks: looks.length }
    },
  }
}

test('a file that is attached to a note is nowhere in clear, for no moment: not in the profile, not among temporary files @164.312(a)(2)(iv) @170.315(d)(7)', async ({ workstation }) => {
  const ehr = sharedEhr()
  const place = await workstation({ ehr })
  const { person } = await place.start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const page = await person.page()
  await page.getByTestId('write-note').click()

  // Where the person keeps it is their own: outside of what is watched.
  const own = await mkdtemp(join(dirname(ehr.place.usersFile), 'chosen-'))
  const [words, name] = [`Attached-${randomBytes(12).toString('hex')}`, `Named-${randomBytes(8).toString('hex')}`]
  const chosen = join(own, `${name}.txt`)
  await writeFile(chosen, `${words}\n`.repeat(60_000))
  const watching = watchFor(Buffer.from(words), [{ folder: place.folder, recursive: true }, { folder: tmpdir(), recursive: false }])
  await page.getByTestId('attach-file').click()
  await place.fileDialog.choose(chosen)
  await page.getByTestId('attachment').getByTestId('open-document').click()
  await expect(page.getByTestId('document-text')).toContainText(words)
  await person.lock()
  await person.unlock()
  await person.sees('attachment')
  // The watch sees what is made for a moment.
  const control = join(tmpdir(), `chartkeep-control-${randomBytes(4).toString('hex')}`)
  await writeFile(control, words)
  await expect.poll(() => watching.held()).toContain(control)
  const seen = await watching.stop()
  await rm(control)
  expect(seen.held).toEqual([control])
  expect(seen.looks).toBeGreaterThan(3)

  await place.quit()
  await rm(own, { recursive: true })
  const found = await sweep(place.folder, [...bytesOf('words', words), ...bytesOf('name', name)])
  expect(found.files).toBeGreaterThan(10)
  expect(found.hits).toEqual([])
})

test('the sweep finds what is planted: in text, in SQLite, in Chromium\'s own stores, in another encoding', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { app, person } = await place.start()
  await person.sees('sign-in')
  const planted = `Planted-${randomBytes(8).toString('hex')}`
  // As a mistake of ours would: into the session that writes to the profile.
  const page = join(place.folder, 'page.html')
  await writeFile(page, '<!doctype html><title>A page</title>')
  await app.evaluate(
    async ({ BrowserWindow, session }, { text, file }) => {
      await session.defaultSession.cookies.set({ url: 'https://example.org', name: text, value: '1', expirationDate: Date.now() / 1_000 + 86_400 })
      await session.defaultSession.cookies.flushStore()
      const window = new BrowserWindow({ show: false })
      await window.loadFile(file)
      await window.webContents.executeJavaScript(`localStorage.setItem('note', ${JSON.stringify(text)})`)
      session.defaultSession.flushStorageData()
      window.destroy()
    },
    { text: planted, file: page },
  )
  await place.quit()

  const folder = join(place.profile, 'planted')
  await mkdir(folder)
  await writeFile(join(folder, 'log.txt'), `something ${planted} something`)
  await writeFile(join(folder, 'utf16.bin'), Buffer.from(planted, 'utf16le'))
  await writeFile(join(folder, 'base64.txt'), `x${Buffer.from(`..${planted}..`).toString('base64')}`)
  await writeFile(join(folder, 'hex.txt'), Buffer.from(planted).toString('hex'))
  const database = new DatabaseSync(join(folder, 'plain.db'))
  database.exec('create table note (text)')
  database.prepare('insert into note values (?)').run(planted)
  database.close()

  const found = await sweep(place.folder, bytesOf('planted', planted))
  const names = new Set(found.hits.map(({ file }) => file.replace(/^.*profile\//, '').replace(/\/\d+\.(log|ldb)$/, '/*')))
  for (const name of ['planted/log.txt', 'planted/utf16.bin', 'planted/base64.txt', 'planted/hex.txt', 'planted/plain.db', 'Local Storage/leveldb/*', 'Cookies']) expect([...names]).toContain(name)
})
