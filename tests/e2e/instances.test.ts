import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Workstation } from './harness/workstation.ts'

const nurse = 'lkealoha'

const KeyFile = z.looseObject({ format: z.number() })

async function vaultOf({ profile }: Workstation): Promise<string> {
  const [only, ...others] = await readdir(join(profile, 'vaults'))
  if (only === undefined || others.length > 0) throw new Error('one person has signed in, so there is one vault')
  return join(profile, 'vaults', only)
}

/** What every file of a vault holds, by name. Beside it stands when its owner was last here, which is told anew of a session that kept nothing too. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== 'left.json').toSorted()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, createHash('sha256').update(await readFile(join(folder, name))).digest('hex')])))
}

test('a second start on the same profile ends at once and brings the first to the front', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { app, person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await app.evaluate(({ BaseWindow }) => {
    const [window] = BaseWindow.getAllWindows()
    // Counted where it is asked for: without a window manager nothing else can be told from outside.
    if (window) window.focus = () => void Object.assign(globalThis, { broughtToFront: true })
  })
  expect(await place.startAgain()).toBe(0)
  await expect.poll(() => app.evaluate(() => 'broughtToFront' in globalThis)).toBe(true)
  expect(await app.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows().length)).toBe(1)
  // Whoever works in the first one goes on working.
  await person.lock()
  await person.unlock()
})

test('a vault that a newer Chartkeep has written is refused with words, and left as it is', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await place.quit()
  const folder = await vaultOf(place)
  const file = join(folder, 'keys.json')
  const keys = KeyFile.parse(JSON.parse(await readFile(file, 'utf8')))
  await writeFile(file, JSON.stringify({ ...keys, format: keys.format + 1 }))
  const before = await contentsOf(folder)

  const again = await place.start()
  await again.person.sees('lock-screen')
  await again.person.enterPin('736104')
  await expect((await again.person.page()).getByText(/written by a newer Chartkeep/)).toBeVisible()
  await expect((await again.person.page()).getByText(/Ask IT to update this workstation/)).toBeVisible()
  await place.quit()
  expect(await contentsOf(folder)).toEqual(before)
})

test('a vault whose key file is lost or cut short opens by the copy of it, and has both again', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await place.quit()
  const folder = await vaultOf(place)
  const whole = await readFile(join(folder, 'keys.json'))
  for (const damage of [(file: string) => rm(file), (file: string) => writeFile(file, whole.subarray(0, whole.length / 2))]) {
    for (const name of ['keys.json', 'keys.copy.json']) {
      await damage(join(folder, name))
      await (await place.start()).person.unlock()
      await place.quit()
      for (const each of ['keys.json', 'keys.copy.json']) expect(JSON.parse(await readFile(join(folder, each), 'utf8'))).toEqual(JSON.parse(whole.toString('utf8')))
    }
  }
})

test('a vault whose key file and its copy are cut short is said to be damaged, and is put aside by nobody but the one who wrote in it', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await place.quit()
  const file = join(await vaultOf(place), 'keys.json')
  const whole = await readFile(file)
  for (const each of [file, file.replace('keys.json', 'keys.copy.json')]) await writeFile(each, whole.subarray(0, whole.length / 2))

  const again = await place.start()
  await again.person.sees('lock-screen')
  await again.person.enterPin('736104')
  await expect((await again.person.page()).getByText(/kept on this workstation is damaged/)).toBeVisible()
  await (await again.person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await again.person.finishSignIn(sharedEhr().account(nurse))
  await again.person.offerPin('481516')
  const page = await again.person.page()
  await expect(page.getByText(/what is kept of the key is damaged/)).toBeVisible()
  expect(await readFile(file)).toEqual(whole.subarray(0, whole.length / 2))
  await page.getByRole('button', { name: 'Go on without what I wrote here' }).click()
  await again.person.sees('patient-row')
})

test('a cache with one byte flipped, or cut short, costs what was kept, and nothing else', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await place.quit()
  const file = join(await vaultOf(place), 'cache.db')
  const flipped = (bytes: Buffer) => {
    const at = Math.floor(bytes.length / 2)
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    return bytes
  }
  const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2) + 7)
  for (const damage of [flipped, cut]) {
    await writeFile(file, damage(await readFile(file)))
    const again = await place.start()
    await again.person.unlock()
    await again.person.chartIsRead()
    await expect((await again.person.page()).getByTestId('section-problems')).not.toHaveAttribute('data-state', 'failed')
    await place.quit()
  }
})

test('a keyring that is locked is said to be, costs no try, and loses nothing that it keeps @164.312(a)(2)(iv)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await person.lock()
  await place.keyring.lock()
  for (let time = 0; time < 6; time += 1) {
    await person.enterPin('736104')
    await expect((await person.sees('lock-screen')).getByRole('alert')).toContainText('The keychain of this workstation is locked.')
  }
  await place.quit()
  const folder = await vaultOf(place)
  const before = await contentsOf(folder)

  // Started with it locked, the workstation works online and keeps nothing, and leaves alone what it cannot open.
  const again = await place.start()
  await again.person.signIn(sharedEhr().account(nurse))
  await again.person.sees('workspace')
  await expect(await again.person.sees('keychain')).toContainText('Nothing is kept on this workstation')
  await (await again.person.sees('patient-row')).click()
  await again.person.chartIsRead()
  await place.quit()
  expect(await contentsOf(folder)).toEqual(before)
})
