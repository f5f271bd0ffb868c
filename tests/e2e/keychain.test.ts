import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPin } from './harness/clinician.ts'
import { sharedEhr } from './harness/ehr.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'praghunathan'
const note = 'Cough for three days, no fever.'
const account = () => sharedEhr().account(physician)

/** The application waits for a keychain for ten seconds an operation, and for a person who was told to answer its question a minute. */
const [tried, looked] = [{ timeout: 30_000 }, { timeout: 60_000 }]

const notice = async ({ person }: Running) => person.sees('keychain')
const retry = async (running: Running) => (await running.person.page()).getByRole('button', { name: 'Try again' }).click({ timeout: 10_000 })

/** A chart with a note that is saved. */
async function atWork(place: Workstation): Promise<Running> {
  const running = await place.start()
  await running.person.signIn(account())
  await running.person.choosePin()
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  await (await running.person.page()).getByTestId('write-note').click()
  await (await running.person.sees('draft-box')).fill(note)
  await expect((await running.person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  return running
}

async function fullSignIn({ person }: Running): Promise<void> {
  await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(account())
}

async function events(place: Workstation): Promise<string[]> {
  const text = await readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')
  return text.split('\n').slice(0, -1).map((line) => {
    const entry = JSON.parse(line.slice(65)) as { readonly event: string; readonly failure?: string }
    return entry.failure === undefined ? entry.event : `${entry.event} ${entry.failure}`
  })
}

const faults = [
  { fault: 'keychain-missing', words: 'This workstation has no keychain.', breaks: (place: Workstation) => place.keyring.kill(), mends: (place: Workstation) => place.keyring.start() },
  { fault: 'keychain-locked', words: 'The keychain of this workstation is locked.', breaks: (place: Workstation) => place.keyring.lock(), mends: (place: Workstation) => place.keyring.unlock() },
  { fault: 'keychain-denied', words: 'The keychain of this workstation refused Chartkeep.', breaks: (place: Workstation) => place.keyring.deny(true), mends: (place: Workstation) => place.keyring.deny(false) },
] as const

for (const { fault, words, breaks, mends } of faults) {
  test(`${fault} at start: the screen says so at all times, a session keeps nothing and is recorded, and "Try again" begins anew with the keyring @164.312(b)`, async ({ workstation }) => {
    const place = await workstation({ ehr: sharedEhr() })
    await breaks(place)
    const running = await place.start()
    const { person } = running
    await person.sees('sign-in')
    await expect(await notice(running)).toContainText(words)
    await expect(await notice(running)).toContainText('Nothing is kept on this workstation')
    await picture(running, `${fault}-start`)
    await retry(running)
    await expect(await notice(running)).toContainText('It is still so.', looked)

    await (await person.page()).getByRole('button', { name: 'Sign in, with nothing kept' }).click()
    await expect((await person.page()).getByText('Nothing is kept on this workstation.')).toBeVisible()
    await person.finishSignIn(account())
    await person.sees('workspace', looked.timeout)
    await expect(await notice(running)).toContainText(words)
    await picture(running, `${fault}-session`)
    await person.lock()
    await expect(await notice(running)).toContainText(words)
    await picture(running, `${fault}-lock`)

    await mends(place)
    await retry(running)
    await place.ended()
    const told = await events(place)
    expect(told).toContain(`keychain.memory-only ${fault}`)
    expect(told).toContain(`session.memory-only ${fault}`)
    expect(told.filter((event) => event === 'keychain.try-again').length).toBeGreaterThanOrEqual(4)
  })

  test(`${fault} in mid-session: what is written is kept, an unlock costs no try and says why, work goes on without keeping, and all is there when it is back`, async ({ workstation }) => {
    const place = await workstation({ ehr: sharedEhr() })
    const running = await atWork(place)
    const { person } = running
    await breaks(place)
    await person.lock()
    for (let time = 0; time < 6; time += 1) {
      await person.enterPin(goodPin)
      await expect(await notice(running)).toContainText(words)
      await expect((await person.page()).getByRole('button', { name: 'Unlock', exact: true })).toBeEnabled(tried)
    }
    await expect(await notice(running)).toContainText('no try of your PIN was used')
    await picture(running, `${fault}-unlock`)

    // Work without keeping, and see it said.
    await fullSignIn(running)
    // A sign-in asks the keychain several things, one after the other.
    await person.sees('workspace', looked.timeout)
    await expect(await notice(running)).toContainText('Nothing is kept on this workstation')
    await mends(place)
    // Whatever the application keeps next finds it back as well, and takes the button away.
    const asked = await retry(running).then(() => true, () => false)
    expect(asked || (await (await notice(running)).getAttribute('data-fault')) === 'none').toBe(true)
    if (fault === 'keychain-missing') {
      // What libsecret has of a daemon that died finds no other one: another process does.
      await expect(await notice(running)).toContainText('has to start again', looked)
      await place.quit()
      const again = await place.start()
      await again.person.unlock()
      await expect(await again.person.sees('draft-box')).toHaveValue(note)
      await expect((await again.person.page()).getByTestId('keychain')).toHaveCount(0)
    } else {
      await expect(await notice(running)).toContainText('lock, and unlock with full sign-in', looked)
      await expect(await notice(running)).toHaveAttribute('data-fault', 'none')
      await person.lock()
      await fullSignIn(running)
      await person.unlock()
      await expect(await person.sees('draft-box')).toHaveValue(note)
      await expect((await person.page()).getByTestId('keychain')).toHaveCount(0)
    }
    expect(await events(place)).toContain(`session.memory-only ${fault}`)
  })
}

test('a keyring that was killed and is there again is found by another start, which "Try again" on the lock screen makes', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await atWork(place)
  await running.person.lock()
  await place.keyring.kill()
  await running.person.enterPin(goodPin)
  await expect(await notice(running)).toContainText('has no keychain')
  await place.keyring.start()
  await retry(running)
  await place.ended()
})

test('a keyring that is locked before a PIN is chosen keeps nobody from their patients', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await place.start()
  const { person } = running
  await person.signIn(account())
  await person.sees('choose-pin')
  await place.keyring.lock()
  await person.offerPin(goodPin)
  const page = await person.page()
  await expect(page.getByText('The keychain of this workstation is locked.')).toBeVisible()
  await picture(running, 'keychain-locked-choose-pin')
  await page.getByRole('button', { name: 'Go on with nothing kept' }).click()
  await person.sees('workspace', looked.timeout)
  await expect(await notice(running)).toContainText('Nothing is kept on this workstation')
  await place.keyring.unlock()
  await person.lock()
  expect(await events(place)).toContain('session.memory-only keychain-locked')
})

test('a keyring that is locked and opened again while somebody is locked: "Try again", and the PIN opens', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await atWork(place)
  const { person } = running
  await person.lock()
  await place.keyring.lock()
  await person.enterPin(goodPin)
  await expect(await notice(running)).toContainText('is locked')
  // That try is over: it must not find the keyring open.
  await expect((await person.page()).getByRole('button', { name: 'Unlock', exact: true })).toHaveAttribute('aria-disabled', 'false', tried)
  await place.keyring.unlock()
  await retry(running)
  await expect((await person.page()).getByTestId('keychain')).toHaveCount(0, looked)
  await person.unlock()
  await expect(await person.sees('draft-box')).toHaveValue(note)
})

test('a keyring whose entries were damaged says so, with a code for IT; a full sign-in leads on, and nothing is deleted', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  await atWork(place)
  await place.quit()
  const userKey = ((await place.secret('last-user')) ?? '').replace(/^ck1:/, '')
  await place.plant(`user/${userKey}`, 'rubbish')
  await place.plant('device-key', 'x'.repeat(4_000))
  const running = await place.start()
  const { person } = running
  await person.sees('sign-in')
  await expect(await notice(running)).toContainText('holds cannot be read')
  await expect(await notice(running)).toContainText(/Code [0-9a-f]{8}/)
  await picture(running, 'keychain-corrupt-start')
  await person.signIn(account())
  await person.unlock()
  await expect(await person.sees('draft-box')).toHaveValue(note)
  await picture(running, 'keychain-corrupt-session')
  await place.quit()
  expect(await place.secret('device-key')).toBe('x'.repeat(4_000))
})
