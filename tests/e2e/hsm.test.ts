import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { softTokens, type SoftTokens } from '../integration/hsm/soft-tokens.ts'
import { sharedEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Workstation, WorkstationSetting } from './harness/workstation.ts'

const physician = 'praghunathan'
/** A token has fifteen seconds to answer, and each question a process of its own. */
const answered = { timeout: 30_000 }
let shelf: SoftTokens
test.beforeAll(() => {
  shelf = softTokens()
})
test.afterAll(() => shelf.discard())

/** A workstation whose policy keeps the keys in that token. */
const tokenPolicy = (label: string) => ({ keyPart: 'pkcs11', pkcs11: { module: shelf.module, tokenLabel: label } })
const withToken = (label: string): WorkstationSetting => ({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, vault: tokenPolicy(label) }) })
const KeyFile = z.looseObject({ current: z.looseObject({ slots: z.array(z.looseObject({ part: z.string(), generation: z.number() })), previous: z.unknown().optional() }) })
const Entry = z.looseObject({ event: z.string(), outcome: z.string() })
const keptPart = async (place: Workstation) => {
  const [userKey = ''] = await readdir(join(place.profile, 'vaults'))
  return (await place.secret(`key-part/${userKey}`)) ?? ''
}

/** The key file of the one vault there is, and its databases. */
async function vaultOf(place: Workstation) {
  const [userKey = ''] = await readdir(join(place.profile, 'vaults'))
  const folder = join(place.profile, 'vaults', userKey)
  const { current } = KeyFile.parse(JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8')))
  return { generations: current.slots.map(({ generation }) => generation), parts: current.slots.map(({ part }) => part), isMoved: current.previous === undefined, databases: (await readdir(folder)).filter((name) => name.endsWith('.db')).sort() }
}

test('keys that come under an HSM are all made anew behind the next unlock, beside the work: the note stays, the PIN opens after a restart, and no key from before is left @164.312(a)(2)(iv)', async ({ workstation }) => {
  const token = shelf.add('ward-3')
  const place = await workstation({ ehr: sharedEhr() })
  expect(await place.command(['--hsm-pin'], `${token.pin}\n`)).toBe(0)
  const { person } = await place.start({ env: shelf.env })
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await (await person.page()).getByTestId('write-note').click()
  const note = 'Cough for three days, no fever.'
  await (await person.sees('draft-box')).fill(note)
  await expect((await person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  const before = JSON.parse(await keptPart(place)) as { readonly id: string; readonly part?: string }[]
  expect(before).toEqual([{ id: expect.any(String), part: expect.any(String) }])
  expect(await vaultOf(place)).toMatchObject({ generations: [1, 1], databases: ['cache.db', 'work.db'] })

  // IT rolls the HSM out; the next full sign-in has what it takes to wrap all anew.
  const timesRead = async () => (await readFile(join(place.profile, 'logs', 'chartkeep.log'), 'utf8')).split('"policy.loaded"').length
  const read = await timesRead()
  const policy = JSON.parse(await readFile(place.policyFile, 'utf8')) as object
  await writeFile(place.policyFile, JSON.stringify({ ...policy, vault: tokenPolicy(token.label) }))
  await expect.poll(timesRead, { timeout: 15_000 }).toBeGreaterThan(read)
  await person.lock()
  await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(sharedEhr().account(physician))
  await person.unlock()
  // At work meanwhile.
  await expect(await person.sees('draft-box')).toHaveValue(note)
  await (await person.sees('draft-box')).fill(`${note} Better.`)
  await expect((await person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  await expect.poll(() => vaultOf(place), { timeout: 30_000 }).toMatchObject({ generations: [2, 2], isMoved: true, databases: ['cache-2.db', 'work-2.db'] })
  const after = JSON.parse(await keptPart(place)) as { readonly id: string }[]
  expect(after).toEqual([{ id: expect.any(String), wrapped: expect.any(String), token: expect.any(String) }])
  expect(after[0]?.id).not.toBe(before[0]?.id)
  expect(new Set((await vaultOf(place)).parts)).toEqual(new Set([after[0]?.id]))

  await place.quit()
  const again = await place.start({ env: shelf.env })
  await again.person.unlock()
  await expect(await again.person.sees('draft-box')).toHaveValue(`${note} Better.`)
  await place.quit()
  // Who ordered it, that it was begun and that it ended are in the chain, with what the keys are now.
  const chain = (await readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')).split('\n').slice(0, -1).map((line) => Entry.parse(JSON.parse(line.slice(65))))
  expect(chain.filter(({ event }) => event === 'key.rotation-order' || event === 'key.data-rotated').map(({ event, outcome }) => [event, outcome])).toEqual([['key.rotation-order', 'success'], ['key.data-rotated', 'intent'], ['key.data-rotated', 'success']])
  expect(chain.findLast(({ event }) => event === 'key.settle')).toMatchObject({ generation: 2 })
  expect(chain.findLast(({ event, outcome }) => event === 'key.release' && outcome === 'success')).toMatchObject({ due: 'nothing', dataKeyDays: 0 })
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
    await expect((await person.page()).getByText(/holds this workstation’s key is not there/)).toBeVisible(answered)
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
  await expect((await person.page()).getByText(/holds this workstation’s key does not work/)).toBeVisible(answered)
})
