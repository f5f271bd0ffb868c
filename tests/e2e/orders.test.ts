import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workstationCode } from '../../shared/workstation-code.ts'
import { type Desk, openDesk } from './harness/desk.ts'
import { type DeskApp, openDeskApp } from './harness/desk-app.ts'
import { ownEhr, type OwnEhr } from './harness/ehr.ts'
import { expect, test } from './harness/test.ts'
import { openWorkstation, type Running, type Workstation } from './harness/workstation.ts'

const physician = 'mvillasenor'
let ehr: OwnEhr
/** The second person, elsewhere. */
let colleague: Desk
let deskPlace: Workstation
let desk: DeskApp
let target: { users: string[] }
test.beforeAll(async () => {
  ehr = await ownEhr({ patients: 2 })
  colleague = await openDesk(ehr)
  deskPlace = await openWorkstation({ ehr })
  desk = await openDeskApp(await deskPlace.start(), ehr, 'ihalvorsen')
  target = { users: [await desk.subOf(physician)] }
})
test.afterAll(async () => {
  await deskPlace.close()
  await colleague.close()
  await ehr.stop()
})
test.afterEach(() => ehr.behave())

/** A physician at work, with a PIN, on a workstation that the desk sees. */
async function atWork(place: Workstation): Promise<Running & { readonly deviceId: string; readonly here: { workstations: string[] } }> {
  const known = await desk.stations()
  const running = await place.start()
  await running.person.signIn(ehr.account(physician))
  await running.person.choosePin()
  const deviceId = await desk.newcomer(known)
  return { ...running, deviceId, here: { workstations: [deviceId] } }
}
async function chain(place: Workstation): Promise<string> {
  const folder = join(place.profile, 'audit')
  const files = (await readdir(folder)).filter((name) => name.startsWith('chain-'))
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('')
}
const done = { state: 'taken', result: 'done' }

test('each order that the desk gives happens in front of the clinician, and both ends say so @164.312(a)(2)(iii)', async ({ workstation }) => {
  const place = await workstation({ ehr, policy: (demo) => ({ ...demo, support: { phone: '555-0100' } }) })
  const { person, deviceId, here } = await atWork(place)
  const state = async () => (await desk.station(deviceId)).state
  const read = async () => (await person.page()).getByRole('button', { name: 'I have read it' }).click()
  const withFullSignIn = async () => {
    await expect((await person.page()).getByTestId('pin-input')).toHaveCount(0)
    await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
    await person.finishSignIn(ehr.account(physician))
  }

  const message = await desk.order('message', here, 'The network is down at five')
  await expect(await person.sees('support-notice')).toContainText('The network is down at five')
  await desk.became(message.id, deviceId, done)
  await person.sees('workspace')
  await read()

  const lock = await desk.order('lock', here, 'Please call 4711')
  await person.sees('lock-screen')
  await expect((await person.page()).getByText('IT support locked it.')).toBeVisible()
  await expect(await person.sees('support-notice')).toContainText('Please call 4711')
  await desk.became(lock.id, deviceId, done)
  await expect.poll(state).toBe('locked')
  await read()
  // Somebody guesses meanwhile: the rule that finds it tells the desk.
  for (const [pin, left] of [['904417', 4], ['904418', 3], ['904419', 2]] as const) {
    await person.enterPin(pin)
    await expect((await person.page()).getByText(new RegExp(`${left} tries left`))).toBeVisible()
  }
  await person.unlock()
  const alert = async () => (await desk.ask('desk.alerts', { cause: 'look' })).alerts.find((each) => each.rule === 'failedUnlocks' && each.deviceId === deviceId)
  await expect.poll(alert, { timeout: 20_000 }).toMatchObject({ state: 'open', severity: 'medium', count: 3, user: { sub: target.users[0] } })
  const id = (await alert())?.id ?? ''
  await desk.ask('desk.takeAlert', { id })
  expect(await desk.ask('desk.closeAlert', { id, finding: 'harmless', comment: 'She called: new keyboard' })).toMatchObject({ state: 'closed', finding: 'harmless', steps: [{ what: 'taken' }, { what: 'closed' }] })

  const reset = await desk.order('reset-pin', target)
  await person.sees('lock-screen')
  await desk.became(reset.id, deviceId, done)
  await withFullSignIn()
  await person.choosePin('862093')

  const anew = await desk.order('require-sign-in', here)
  await person.sees('lock-screen')
  await desk.became(anew.id, deviceId, done)
  await withFullSignIn()
  // Who they are is known; what is kept here their PIN opens.
  await person.unlock('862093')

  const disable = await desk.order('disable-user', target)
  await person.sees('locked-out')
  // Whom to call, and what to say there.
  const call = (await person.page()).getByTestId('call-support')
  await expect(call).toContainText('Call support: 555-0100')
  await expect(call).toContainText(`This workstation is ${(await desk.station(deviceId)).displayName}`)
  await expect(call.getByTestId('workstation-code')).toHaveText(workstationCode(deviceId))
  await desk.became(disable.id, deviceId, done)
  expect(await desk.undo(disable.id)).toMatchObject({ kind: 'enable-user', undoes: disable.id })
  await person.signIn(ehr.account(physician))
  // What was kept is there: the PIN opens it.
  await person.unlock('862093')
  await expect.poll(state).toBe('active')

  const out = await desk.order('sign-out', here)
  await person.sees('sign-in')
  await desk.became(out.id, deviceId, done)
  await expect.poll(state).toBe('signedOut')

  const vaults = join(place.profile, 'vaults')
  expect(await readdir(vaults)).toHaveLength(1)
  const wipe = await desk.order('wipe', here)
  expect(wipe.state).toBe('awaiting')
  await expect(desk.ask('desk.agree', { id: wipe.id, reason: 'I agree with myself' })).rejects.toThrow('desk-needs-another')
  expect(await readdir(vaults)).toHaveLength(1)
  await colleague.agree(wipe.id)
  await desk.became(wipe.id, deviceId, done)
  expect(await readdir(vaults)).toEqual([])

  const there = await chain(place)
  for (const kind of ['message', 'lock', 'reset-pin', 'require-sign-in', 'disable-user', 'enable-user', 'sign-out', 'wipe']) expect(there, kind).toContain(`"event":"order.${kind}"`)
  const atDesk = await chain(deskPlace)
  for (const event of ['desk.order-given', 'desk.order-undone', 'desk.order-agreed', 'desk.alert-taken', 'desk.alert-closed']) expect(atDesk, event).toContain(`"event":"${event}"`)
})

test('an order that finds the workstation offline, off or killed is carried out at its next contact, before anything is shown', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person, deviceId, here } = await atWork(place)
  await ehr.misbehave({ orderPoll: 'server-error' })
  const lock = await desk.order('lock', here)
  // They work on: nobody there has heard of it.
  await person.lock()
  await person.unlock()
  expect(await desk.ask('desk.order', { id: lock.id, cause: 'look' })).toMatchObject({ deliveries: [{ state: 'waiting' }] })
  await ehr.behave()
  await person.sees('lock-screen')
  await desk.became(lock.id, deviceId, done)

  await place.kill()
  const disable = await desk.order('disable-user', target)
  const again = await place.start()
  await again.person.sees('locked-out')
  await desk.became(disable.id, deviceId, done)
  await place.kill()
  const third = await place.start()
  await third.person.sees('sign-in')
  expect(existsSync(join(place.profile, 'vaults'))).toBe(true)

  // And what takes it back, the same way.
  await place.quit()
  await desk.undo(disable.id)
  const fourth = await place.start()
  await fourth.person.signIn(ehr.account(physician))
  await fourth.person.unlock()
})

test('an order that is forged is refused, reported and recorded; nothing happens', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person, deviceId, here } = await atWork(place)
  for (const [fault, why] of [['bad-signature', 'authentication_failed'], ['alg-none', 'invalid_key'], ['wrong-audience', 'invalid_audience']] as const) {
    await ehr.misbehave({ orderToken: fault })
    const { id } = await desk.order('lock', here)
    await desk.became(id, deviceId, { state: 'refused', error: why })
    await person.sees('workspace')
  }
  await expect.poll(async () => (await chain(place)).split('"event":"order.refused"').length - 1).toBe(3)
})
