import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Desk, openDesk } from './harness/desk.ts'
import { ownEhr, type OwnEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'mvillasenor'
let ehr: OwnEhr
let desk: Desk
test.beforeEach(async () => {
  ehr = await ownEhr({ patients: 2 })
  desk = await openDesk(ehr)
})
test.afterEach(async () => {
  await desk.close()
  await ehr.stop()
})

/** A physician at work, with a PIN, on a workstation that the desk sees. */
async function atWork(place: Workstation): Promise<Running> {
  const running = await place.start()
  await running.person.signIn(ehr.account(physician))
  await running.person.choosePin()
  await expect.poll(async () => (await desk.station().catch(() => undefined))?.state, { timeout: 20_000 }).toBe('active')
  return running
}
const here = async () => ({ workstations: [(await desk.station()).deviceId] })
async function chain(place: Workstation): Promise<string> {
  const folder = join(place.profile, 'audit')
  const files = (await readdir(folder)).filter((name) => name.startsWith('chain-'))
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('')
}

test('an order to lock darkens the screen, the PIN opens it again, and both ends say so @164.312(a)(2)(iii)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await atWork(place)
  await (await person.search('Ashworth')).click()
  await person.chartIsRead()
  await (await person.page()).getByTestId('write-note').click()
  await (await person.page()).getByTestId('draft-box').fill('Not sent yet.')
  await expect.poll(async () => (await desk.station()).unsent).toEqual({ drafts: 1, changes: 0 })
  const { id } = await desk.order('lock', await here(), { message: 'Please call 4711' })
  await person.sees('lock-screen')
  const page = await person.page()
  await expect(page.getByText('IT support locked it.')).toBeVisible()
  await expect(page.getByTestId('support-notice')).toContainText('Please call 4711')
  await desk.became(id, { state: 'taken', result: 'done' })
  await expect.poll(async () => desk.station()).toMatchObject({ state: 'locked', unsent: { drafts: 1, changes: 0 } })
  await page.getByRole('button', { name: 'I have read it' }).click()
  await expect(page.getByTestId('support-notice')).toHaveCount(0)
  await person.unlock()
  expect(await chain(place)).toContain('"event":"order.lock"')
})

test('an order to sign out ends the session, and the PIN with it opens nothing', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await atWork(place)
  const { id } = await desk.order('sign-out', await here())
  await person.sees('sign-in')
  await desk.became(id, { state: 'taken', result: 'done' })
  expect((await desk.station()).state).toBe('signedOut')
})

test('a person who is disabled is locked out at once, and comes back when the desk undoes it', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await atWork(place)
  const { id } = await desk.order('disable-user', { users: [await desk.subOf(physician)] })
  await person.sees('locked-out')
  await desk.became(id, { state: 'taken', result: 'done' })
  await desk.undo(id)
  await person.signIn(ehr.account(physician))
  // What was kept is there: the PIN opens it.
  await person.unlock()
  await expect.poll(async () => (await desk.station()).state).toBe('active')
})

test('a wipe, once two have agreed, leaves nothing of the person on the disk', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await atWork(place)
  const vaults = join(place.profile, 'vaults')
  expect(await readdir(vaults)).toHaveLength(1)
  const { id, state } = await desk.order('wipe', await here())
  expect(state).toBe('awaiting')
  await person.sees('workspace')
  await desk.agree(id)
  await person.sees('sign-in')
  await desk.became(id, { state: 'taken', result: 'done' })
  expect(await readdir(vaults)).toEqual([])
})

test('an order that finds the workstation offline is carried out when it is back', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await atWork(place)
  await ehr.misbehave({ orderPoll: 'server-error' })
  const { id } = await desk.order('lock', await here())
  await person.sees('workspace')
  await ehr.behave()
  await person.sees('lock-screen')
  await desk.became(id, { state: 'taken', result: 'done' })
  await expect.poll(async () => (await desk.station()).state).toBe('locked')
})

test('a person who was disabled while the workstation was off is shut out from its next contact on, also after it is killed', async ({ workstation }) => {
  const place = await workstation({ ehr })
  await atWork(place)
  await place.kill()
  const { id } = await desk.order('disable-user', { users: [await desk.subOf(physician)] })
  const again = await place.start()
  await again.person.sees('locked-out')
  await desk.became(id, { state: 'taken', result: 'done' })
  await place.kill()
  const third = await place.start()
  await third.person.sees('sign-in')
  expect(existsSync(join(place.profile, 'vaults'))).toBe(true)
})

for (const [fault, why] of [['bad-signature', 'authentication_failed'], ['alg-none', 'invalid_key'], ['wrong-audience', 'invalid_audience']] as const) {
  test(`an order that is forged (${fault}) is refused, reported and recorded; nothing happens`, async ({ workstation }) => {
    const place = await workstation({ ehr })
    const { person } = await atWork(place)
    await ehr.misbehave({ orderToken: fault })
    const { id } = await desk.order('lock', await here())
    await desk.became(id, { state: 'refused', error: why })
    await person.sees('workspace')
    await expect.poll(() => chain(place)).toContain('"event":"order.refused"')
  })
}
