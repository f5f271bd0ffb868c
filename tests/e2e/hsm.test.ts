import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { softTokens, type SoftTokens } from '../integration/hsm/soft-tokens.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Workstation, WorkstationSetting } from './harness/workstation.ts'

const physician = 'praghunathan'
let shelf: SoftTokens
test.beforeAll(() => {
  shelf = softTokens()
})
test.afterAll(() => shelf.discard())

/** A workstation whose policy keeps the keys in that token. */
const withToken = (label: string): WorkstationSetting => ({
  ehr: sharedEhr(),
  policy: (demo) => ({ ...demo, vault: { keyPart: 'pkcs11', pkcs11: { module: shelf.module, tokenLabel: label } } }),
})
const keptPart = async (place: Workstation) => {
  const [userKey = ''] = await readdir(join(place.profile, 'vaults'))
  return (await place.secret(`key-part/${userKey}`)) ?? ''
}

test('with the key in an HSM the PIN locks, unlocks and opens after a restart; the keychain alone holds no key @164.312(a)(2)(iv)', async ({ workstation }) => {
  const token = shelf.add('ward-3')
  const place = await workstation(withToken(token.label))
  expect(await place.command(['--hsm-pin'], `${token.pin}\n`)).toBe(0)
  const { person } = await place.start({ env: shelf.env })
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  expect(JSON.parse(await keptPart(place))).toEqual([{ id: expect.any(String), wrapped: expect.any(String) }])
  await person.lock()
  await person.unlock()
  await place.quit()
  const again = await place.start({ env: shelf.env })
  await again.person.unlock()
  await place.quit()
  // The token's PIN is in the keyring, which is encrypted, and in no log and no other file.
  const files = (await readdir(place.folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) expect((await readFile(file)).includes(token.pin), file).toBe(false)
})

test('a token that is taken out costs no try and no note: the screen says what is missing, a full sign-in works without, and all is there when it is back', async ({ workstation }) => {
  const token = shelf.add('ward-4')
  const place = await workstation(withToken(token.label))
  await place.command(['--hsm-pin'], token.pin)
  const { person } = await place.start({ env: shelf.env })
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await (await person.page()).getByTestId('write-note').click()
  const note = 'Cough for three days, no fever.'
  await (await person.sees('draft-box')).fill(note)
  await expect((await person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  await person.lock()

  token.takeOut()
  for (let time = 0; time < 6; time += 1) {
    await person.enterPin('736104')
    await expect((await person.page()).getByText(/holds this workstation’s key is not there/)).toBeVisible()
  }
  await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(sharedEhr().account(physician))
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  // It says that nothing is kept, and so does each note that is written in it.
  await expect((await person.page()).getByText(/Nothing is kept on this workstation/).first()).toBeVisible()
  await (await person.page()).getByTestId('write-note').click()
  await (await person.sees('draft-box')).fill('Not kept.')
  await expect((await person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'failed')
  await person.lock()

  token.putBack()
  await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(sharedEhr().account(physician))
  await person.unlock()
  await expect(await person.sees('draft-box')).toHaveValue(note)
})

test('a module that crashes leaves the application as it was', async ({ workstation }) => {
  const place = await workstation({
    ehr: sharedEhr(),
    policy: (demo) => ({ ...demo, vault: { keyPart: 'pkcs11', pkcs11: { module: shelf.brokenModule(), tokenLabel: 'ward-5' } } }),
  })
  const { person } = await place.start({ env: shelf.env })
  await person.signIn(sharedEhr().account(physician))
  const first = await person.sees('pin-input')
  await first.fill('736104')
  const again = await person.sees('pin-again')
  await again.fill('736104')
  await again.press('Enter')
  await expect((await person.page()).getByText(/holds this workstation’s key does not work/)).toBeVisible()
})
