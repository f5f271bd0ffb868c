import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Policy } from '../../shared/policy.ts'
import { carriedOut } from './harness/carried-out.ts'
import { sharedEhr } from './harness/ehr.ts'
import { signInPage } from './harness/front-page.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation, WorkstationSetting } from './harness/workstation.ts'

const first = { username: 'praghunathan', name: 'Dr Priya Raghunathan', pin: '736104', note: 'Cough for three days, no fever.' }
const second = { username: 'mvillasenor', pin: '862093', note: 'Sleeps well, eats little.' }
const accountOf = (username: string) => sharedEhr().account(username)

const withPolicy = (change: (demo: Policy) => unknown): WorkstationSetting => ({ ehr: sharedEhr(), policy: change })

async function writes({ person }: Running, note: string): Promise<void> {
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await (await person.page()).getByTestId('write-note').click()
  await (await person.sees('draft-box')).fill(note)
  await expect((await person.page()).getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
}

/** The first clinician at work, with a note, who then locks. */
async function lockedByFirst(place: Workstation): Promise<Running> {
  const running = await place.start()
  await running.person.signIn(accountOf(first.username))
  await running.person.choosePin(first.pin)
  await writes(running, first.note)
  await running.person.lock()
  return running
}

async function asSomeoneElse(running: Running, username: string): Promise<void> {
  const page = await running.person.page()
  await page.getByRole('button', { name: 'Someone else' }).click()
  await page.getByRole('button', { name: 'Sign in as someone else' }).click()
  await running.person.finishSignIn(accountOf(username))
}

async function switchTo(running: Running, name: string): Promise<void> {
  const page = await running.person.page()
  await page.getByRole('button', { name: 'Someone else' }).click()
  await page.getByTestId('waiting-people').getByRole('button', { name }).click()
  await expect(async () => {
    const screen = await running.person.sees('lock-screen')
    // Whose lock it is; the list of those who wait names them too.
    await expect(screen.locator('p > strong').first()).toHaveText(name, { timeout: 500 })
  }).toPass()
}

async function wrong({ person }: Running, pin: string, says: RegExp): Promise<void> {
  await person.enterPin(pin)
  await expect((await person.page()).getByText(says)).toBeVisible()
}

interface Entry {
  readonly event: string
  readonly user: string | null
  readonly reason?: string
  readonly triesLeft?: number
}

async function entries(place: Workstation): Promise<Entry[]> {
  const text = await readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')
  return text.split('\n').slice(0, -1).map((line) => JSON.parse(line.slice(65)) as Entry)
}

test('two clinicians on one workstation: each has their own PIN, notes and tries, and nothing of the other @164.312(a)(2)(i) @164.312(d)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await lockedByFirst(place)
  const { person } = running
  const nameOfSecond = accountOf(second.username).name
  await picture(running, 'lock')

  await asSomeoneElse(running, second.username)
  await person.choosePin(second.pin)
  const page = await person.page()
  await expect(page.getByTestId('draft-box')).toHaveCount(0)
  await expect(page.getByText(first.note)).toHaveCount(0)
  await writes(running, second.note)
  await person.lock()

  // Back to the first: the second one's PIN opens nothing of theirs, and is counted against the one whose session it was tried on.
  await (await person.page()).getByRole('button', { name: 'Someone else' }).click()
  await picture(running, 'two-switch')
  await (await person.page()).getByRole('button', { name: 'Cancel' }).click()
  await switchTo(running, first.name)
  await wrong(running, second.pin, /4 tries left/)
  await wrong(running, second.pin, /3 tries left/)
  await picture(running, 'two-taken')
  await switchTo(running, nameOfSecond)
  await wrong(running, first.pin, /4 tries left/)
  await person.unlock(second.pin)
  await expect(await person.sees('draft-box')).toHaveValue(second.note)
  await person.lock()

  // A restart finds who was at work last, and the other one still waits.
  await place.quit()
  const again = await place.start()
  await expect(await again.person.sees('lock-screen')).toContainText(nameOfSecond)
  await switchTo(again, first.name)
  await wrong(again, '904417', /2 tries left/)
  await again.person.unlock(first.pin)
  await expect(await again.person.sees('draft-box')).toHaveValue(first.note)

  const told = await entries(place)
  const [one, two] = [...new Set(told.filter(({ event }) => event === 'key.settle').map(({ user }) => user))]
  expect(one).not.toBe(two)
  expect(told.filter(({ event, reason }) => event === 'session.locked' && reason === 'taken').map(({ user }) => user)).toEqual([one, two, one])
})

test('who signs out leaves the other one waiting, who goes on with their PIN from the first screen', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const running = await lockedByFirst(place)
  const { person } = running
  await asSomeoneElse(running, second.username)
  await person.choosePin(second.pin)
  await person.signOut()
  const waiting = await person.sees('waiting-people')
  await picture(running, 'two-signed-out')
  await waiting.getByRole('button', { name: first.name }).click()
  await person.unlock(first.pin)
  await expect(await person.sees('draft-box')).toHaveValue(first.note)
})

test('where the policy says so, a session that is taken is signed out at the EHR: its notes stay sealed for a full sign-in and the PIN', async ({ workstation }) => {
  const place = await workstation(withPolicy((demo) => ({ ...demo, session: { ...demo.session, whenTaken: 'signs-out' } })))
  const running = await lockedByFirst(place)
  const { person } = running
  const waiting = async () => JSON.parse(((await place.secret('waiting-users')) ?? '').replace(/^ck1:/, '')) as string[]
  const [firstKey = ''] = await waiting()
  expect(await place.secret(`refresh-token/${firstKey}`)).not.toBeNull()
  await asSomeoneElse(running, second.username)
  await person.choosePin(second.pin)
  await expect.poll(() => place.secret(`refresh-token/${firstKey}`)).toBeNull()
  expect(await waiting()).not.toContain(firstKey)
  await person.lock()
  const page = await person.page()
  await page.getByRole('button', { name: 'Someone else' }).click()
  await expect(page.getByTestId('waiting-people')).toHaveCount(0)
  await page.getByRole('button', { name: 'Sign in as someone else' }).click()
  await person.finishSignIn(accountOf(first.username))
  await person.unlock(first.pin)
  await expect(await person.sees('draft-box')).toHaveValue(first.note)
})

for (const others of ['that-locked', 'nothing'] as const) {
  test(`a locked screen that tells ${others} names nobody, nor does a forged call get to anybody’s session`, async ({ workstation }) => {
    const place = await workstation(withPolicy((demo) => ({ ...demo, lock: { ...demo.lock, others } })))
    const running = await lockedByFirst(place)
    const { person } = running
    const screen = await person.sees('lock-screen')
    await expect(screen).not.toContainText('Raghunathan')
    await expect(screen.getByText('Locked since')).toHaveCount(others === 'nothing' ? 0 : 1)
    await picture(running, `two-${others}`)
    await asSomeoneElse(running, second.username)
    await person.choosePin(second.pin)
    await person.lock()
    const page = await person.page()
    await page.getByRole('button', { name: 'Someone else' }).click()
    await expect(page.getByTestId('waiting-people')).toHaveCount(0)
    const waiting = JSON.parse(((await place.secret('waiting-users')) ?? '').replace(/^ck1:/, '')) as string[]
    expect(waiting).toHaveLength(2)
    for (const key of waiting) {
      const failure = await page.evaluate(async (asked) => {
        // What the preload puts there, by shared/bridge.ts.
        const { chartkeep } = window as unknown as { chartkeep: Record<string, (input: string) => Promise<string>> }
        return JSON.parse((await chartkeep['session.switchTo']?.(JSON.stringify({ userKey: asked }))) ?? 'null').failure?.kind
      }, key)
      expect(failure).toBe('not-permitted')
    }
    // The first one comes back by a full sign-in, and their PIN.
    await page.getByRole('button', { name: 'Sign in as someone else' }).click()
    await person.finishSignIn(accountOf(first.username))
    await person.unlock(first.pin)
    await expect(await person.sees('draft-box')).toHaveValue(first.note)
  })
}

test('given up or failed, a sign-in as someone else, by button or by badge, leaves the lock as it was', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, badge: { reader: 'keyboard' } }) })
  const running = await lockedByFirst(place)
  const { person } = running
  // The reader types into the field that has the focus, which is the PIN's.
  await person.sees('badge-reader')
  await carriedOut(running.app.evaluate(({ webContents }) => {
    const focused = webContents.getFocusedWebContents()
    for (const keyCode of ['0', '0', '4', '8', '2', '1', '3', '3', 'Enter']) for (const type of ['keyDown', 'char', 'keyUp'] as const) focused?.sendInputEvent({ type, keyCode })
  }))
  const asked = await signInPage(running.app)
  await expect(asked.getByLabel('User name')).toHaveValue('00482133')
  await (await person.page()).getByRole('button', { name: 'Cancel sign-in' }).click()
  const field = (await person.page()).getByTestId('pin-input')
  await expect(field).toHaveValue('')
  await expect(await person.sees('lock-screen')).not.toContainText(/wrong|tries left/i)
  const page = await person.page()
  await page.getByRole('button', { name: 'Someone else' }).click()
  await page.getByRole('button', { name: 'Sign in as someone else' }).click()
  await person.sees('signing-in')
  await (await person.page()).getByRole('button', { name: 'Cancel sign-in' }).click()
  await expect(await person.sees('lock-screen')).toContainText(first.name)
  await person.unlock(first.pin)
  await expect(await person.sees('draft-box')).toHaveValue(first.note)
})
