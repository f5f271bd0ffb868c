import { existsSync, watch } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeskOrder } from '../../shared/contract/index.ts'
import { workstationCode } from '../../shared/workstation-code.ts'
import { chainOf } from './harness/chain.ts'
import { type Colleague, openColleague } from './harness/colleague.ts'
import { type DeskApp, openDeskApp } from './harness/desk-app.ts'
import { type DeskScreens, deskScreens } from './harness/desk-screens.ts'
import { ownEhr, type OwnEhr } from './harness/ehr.ts'
import { effects, type Kind } from './harness/order-effects.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'
import { atWork, type Ward } from './harness/ward.ts'
import { openWorkstation, type Workstation } from './harness/workstation.ts'

let ehr: OwnEhr
let colleague: Colleague
let deskPlace: Workstation
let desk: DeskApp
let screens: DeskScreens
test.beforeAll(async () => {
  ehr = await ownEhr({ patients: 2 })
  colleague = await openColleague(ehr, 'tmarchetti')
  deskPlace = await openWorkstation({ ehr })
  const running = await deskPlace.start()
  desk = await openDeskApp(running, ehr, 'ihalvorsen')
  screens = await deskScreens(running, desk)
})
test.afterAll(async () => {
  await deskPlace.close()
  await colleague.close()
  await ehr.stop()
})
test.afterEach(() => ehr.behave())

const done = { state: 'taken', result: 'done' }

interface Way {
  readonly name: string
  /** Whom the orders hit: nobody but them, and no workstation of another test. */
  readonly username: string
  /** The application ends meanwhile. */
  readonly ends: boolean
  leave(ward: Ward): Promise<void>
  comeBack(ward: Ward): Promise<void>
}

const ways: readonly Way[] = [
  { name: 'offline', username: 'gnakamura', ends: false, leave: async ({ line }) => line.cut(), comeBack: async ({ line }) => line.mend() },
  { name: 'off', username: 'lkealoha', ends: true, leave: ({ place }) => place.quit(), comeBack: (ward) => ward.start() },
  { name: 'killed', username: 'twieczorek', ends: true, leave: ({ place }) => place.kill(), comeBack: (ward) => ward.start() },
]

/** What is ordered each time that they are away. The last ones find nobody at work: they are about what is left there. */
const absences: readonly (readonly Kind[])[] = [['message', 'lock'], ['reset-pin'], ['require-sign-in'], ['disable-user'], ['enable-user'], ['sign-out'], ['wipe']]

/** What both ends have written down of the orders: each once. */
async function isOnRecord({ place, deviceId }: Ward, orders: readonly DeskOrder[]): Promise<void> {
  const carriedOut = async () => (await chainOf(place)).filter(({ event, outcome }) => event.startsWith('order.') && outcome !== 'intent').map(({ event, outcome }) => `${event} ${outcome}`)
  expect((await carriedOut()).sort()).toEqual(orders.map(({ kind }) => `order.${kind} success`).sort())
  const { entries } = await desk.ask('desk.history', { of: { workstation: deviceId } })
  for (const { id, kind } of orders) {
    // What was carried out may be reported before it is acknowledged: they go by two ways.
    const steps = entries.filter(({ order, what }) => order === id && !what.endsWith('.undone')).map(({ what }) => what)
    expect(steps.sort()).toEqual([...(kind === 'wipe' ? ['order.wipe.asked', 'order.wipe.agreed'] : [`order.${kind}.given`]), 'order.taken', 'order.done'].sort())
  }
}

test('each order that the desk gives by hand happens in front of the clinician, and both ends say so @164.312(a)(2)(iii)', async ({ workstation }) => {
  const ward = await atWork(await workstation({ ehr, policy: (demo) => ({ ...demo, support: { phone: '555-0100' } }) }), ehr, desk, 'mvillasenor')
  const { deviceId, who, person } = ward
  const orders: DeskOrder[] = []
  for (const kind of absences.flat()) {
    await test.step(kind, async () => {
      const { message, state, shows, goesOn } = effects[kind]
      const order = kind === 'enable-user' ? await screens.takeBack('disable-user') : await screens.order(kind, { deviceId, username: who.username }, message)
      orders.push(order)
      if (kind === 'wipe') {
        await expect(desk.ask('desk.agree', { id: order.id, reason: 'I agree with myself' })).rejects.toThrow('desk-needs-another')
        await effects['sign-out'].shows(ward, true)
        await colleague.agree(order.id)
      }
      await shows(ward, true)
      await picture(ward.running(), `ordered-${kind}`)
      if (kind === 'message') await person().sees('chart-banner')
      else await ward.showsNoChart(false)
      await desk.became(order.id, deviceId, done)
      await screens.newestIs(kind, 'Done')
      expect((await desk.station(deviceId)).state).toBe(state)
      if (kind === 'lock') await somebodyGuesses(ward)
      if (kind === 'disable-user') {
        // Whom to call, and what to say there.
        const call = (await person().page()).getByTestId('call-support')
        await expect(call).toContainText('Call support: 555-0100')
        await expect(call.getByTestId('workstation-code')).toHaveText(workstationCode(deviceId))
      }
      await goesOn(ward)
    })
  }
  await isOnRecord(ward, orders)
  const atDesk = (await chainOf(deskPlace)).map(({ event }) => event)
  for (const event of ['desk.order-given', 'desk.order-undone', 'desk.order-agreed', 'desk.alert-taken', 'desk.alert-closed']) expect(atDesk).toContain(event)
})

/** The rule that finds it tells the desk. */
async function somebodyGuesses({ person, deviceId, who }: Ward): Promise<void> {
  for (const [pin, left] of [['904417', 4], ['904418', 3], ['904419', 2]] as const) {
    await person().enterPin(pin)
    await expect((await person().page()).getByText(new RegExp(`${left} tries left`))).toBeVisible()
  }
  const alert = async () => (await desk.ask('desk.alerts', { cause: 'look' })).alerts.find((each) => each.rule === 'failedUnlocks' && each.deviceId === deviceId)
  await person().unlock()
  await expect.poll(alert, { timeout: 20_000 }).toMatchObject({ state: 'open', severity: 'medium', count: 3, user: { name: who.name } })
  const id = (await alert())?.id ?? ''
  await desk.ask('desk.takeAlert', { id })
  expect(await desk.ask('desk.closeAlert', { id, finding: 'harmless', comment: 'She called: new keyboard' })).toMatchObject({ state: 'closed', finding: 'harmless', steps: [{ what: 'taken' }, { what: 'closed' }] })
  await person().lock()
}

for (const { name, username, ends, leave, comeBack } of ways) {
  test(`each order that finds the workstation ${name} is carried out at its next contact, before anything is shown @164.312(a)(2)(iii)`, async ({ workstation }) => {
    const ward = await atWork(await workstation({ ehr }), ehr, desk, username)
    const { deviceId } = ward
    const sub = await desk.subOf(username)
    const orders: DeskOrder[] = []
    const give = async (kind: Kind): Promise<DeskOrder> => {
      if (kind === 'enable-user') return desk.undo(orders.at(-1)?.id ?? '')
      const order = await desk.order(kind, kind === 'reset-pin' || kind === 'disable-user' ? { users: [sub] } : { workstations: [deviceId] }, effects[kind].message)
      if (kind === 'wipe') await colleague.agree(order.id)
      return order
    }
    for (const kinds of absences) {
      await test.step(kinds.join(' and '), async () => {
        await leave(ward)
        const given: DeskOrder[] = []
        for (const kind of kinds) given.push(await give(kind))
        for (const { id } of given) expect((await desk.ask('desk.order', { id, cause: 'refresh' })).deliveries).toMatchObject([{ state: 'waiting', deviceId }])
        await comeBack(ward)
        for (const kind of kinds) await effects[kind].shows(ward, !ends)
        await ward.showsNoChart(ends)
        for (const { id } of given) await desk.became(id, deviceId, done)
        const [last] = kinds.slice(-1)
        if (last) await expect.poll(async () => (await desk.station(deviceId)).state).toBe(effects[last].state)
        // Nobody unlocked, and nothing of anybody was opened.
        if (ends) expect((await ward.sinceStart()).filter(({ event, patient }) => typeof patient === 'string' || /^(chart\.(open|section)|patients|key|session\.unlock)/.test(event))).toEqual([])
        for (const kind of kinds) await effects[kind].goesOn(ward)
        orders.push(...given)
      })
    }
    await isOnRecord(ward, orders)
  })
}

const sayNothingYet = async (id: string) => expect((await desk.ask('desk.order', { id, cause: 'refresh' })).deliveries.map(({ result }) => result)).toEqual([undefined])

test('a sign-out that is killed in the middle is carried out by the next start, before anything is shown @164.312(a)(2)(iii)', async ({ workstation }) => {
  const ward = await atWork(await workstation({ ehr }), ehr, desk, 'aokafor')
  const { place, deviceId } = ward
  // It stands still where the session is to be taken out of the keychain. The screen does not wait for that.
  place.keyring.hang()
  const order = await desk.order('sign-out', { workstations: [deviceId] })
  await effects['sign-out'].shows(ward, true)
  await ward.showsNoChart(false)
  await desk.became(order.id, deviceId, { state: 'taken' })
  await sayNothingYet(order.id)
  await place.kill()
  place.keyring.goOn()
  await ward.start()
  await effects['sign-out'].shows(ward, false)
  await ward.showsNoChart(true)
  await desk.became(order.id, deviceId, done)
  await isOnRecord(ward, [order])
})

test('a wipe that is killed in the middle is gone on with by the next start, before anything is shown @164.310(d)(2)(i)', async ({ workstation }) => {
  const ward = await atWork(await workstation({ ehr }), ehr, desk, 'dlindqvist')
  const { place, deviceId } = ward
  const [userKey = ''] = await readdir(join(place.profile, 'vaults'))
  const vault = join(place.profile, 'vaults', userKey)
  // So much lies there that it takes a moment to be gone.
  await mkdir(join(vault, 'more'))
  await Promise.all(Array.from({ length: 10_000 }, (_, index) => writeFile(join(vault, 'more', String(index)), '')))
  const killed = new Promise<void>((resolve, reject) => {
    const watcher = watch(vault, () => {
      if (existsSync(join(vault, 'keys.json'))) return
      watcher.close()
      place.kill().then(resolve, reject)
    })
  })
  const order = await desk.order('wipe', { workstations: [deviceId] })
  await colleague.agree(order.id)
  await killed
  // What opens it is gone, and it is not through.
  expect(existsSync(vault)).toBe(true)
  expect(await place.secret('wiping')).toBe(JSON.stringify([userKey]))
  await sayNothingYet(order.id)
  await ward.start()
  await effects.wipe.shows(ward, false)
  await ward.showsNoChart(true)
  expect(await place.secret('wiping')).toBeNull()
  await desk.became(order.id, deviceId, done)
  await isOnRecord(ward, [order])
  expect((await chainOf(place)).filter(({ event }) => event === 'vault.wipe').map(({ outcome }) => outcome)).toEqual(['intent', 'success'])
})

test('an order that is forged is refused, reported and recorded; nothing happens', async ({ workstation }) => {
  const { place, person, deviceId } = await atWork(await workstation({ ehr }), ehr, desk, 'praghunathan')
  for (const [fault, why] of [['bad-signature', 'authentication_failed'], ['alg-none', 'invalid_key'], ['wrong-audience', 'invalid_audience']] as const) {
    await ehr.misbehave({ orderToken: fault })
    const { id } = await desk.order('lock', { workstations: [deviceId] })
    await desk.became(id, deviceId, { state: 'refused', error: why })
    await person().sees('workspace')
  }
  await expect.poll(async () => (await chainOf(place)).filter(({ event }) => event === 'order.refused').length).toBe(3)
})
