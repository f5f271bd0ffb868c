import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Policy } from '../../shared/policy.ts'
import type { FaultChange } from '../../sandbox/faults/index.ts'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { signInPage } from './harness/front-page.ts'
import { expect, test } from './harness/test.ts'
import type { Running } from './harness/workstation.ts'

const physician = 'dlindqvist'
let ehr: OwnEhr

test.beforeAll(async () => {
  ehr = await ownEhr()
})
test.beforeEach(() => ehr.behave())
test.afterAll(() => ehr.stop())

async function says({ person }: Running, words: RegExp | string): Promise<void> {
  const screen = await person.sees('sign-in')
  await expect(screen.getByRole('alert')).toContainText(words)
}

async function press({ person }: Running): Promise<void> {
  const screen = await person.sees('sign-in')
  await screen.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in at an EHR that misbehaves, and reads what the screen makes of it. */
async function triesWith(running: Running, fault: FaultChange, words: RegExp | string): Promise<void> {
  await test.step(JSON.stringify(fault), async () => {
    await ehr.misbehave(fault)
    await press(running)
    await running.person.finishSignIn(ehr.account(physician))
    await says(running, words)
  })
}

test('what goes wrong before the sign-in page is worded, each with what to do next', async ({ workstation }) => {
  const running = await (await workstation({ ehr })).start()
  const faults: readonly (readonly [FaultChange, RegExp])[] = [
    [{ network: 'cut' }, /EHR cannot be reached.*Check the network/],
    [{ discovery: 'missing' }, /does not say how to sign in.*IT must check/],
    [{ discovery: 'not-json' }, /does not say how to sign in/],
    [{ discovery: 'wrong-issuer' }, /does not say how to sign in/],
    [{ discovery: 'server-error' }, /EHR failed to answer/],
  ]
  for (const [fault, words] of faults) {
    await test.step(JSON.stringify(fault), async () => {
      await ehr.misbehave(fault)
      await press(running)
      await says(running, words)
    })
  }
  await ehr.behave()
  await running.person.signIn(ehr.account(physician))
  await running.person.sees('choose-pin')
})

test('an answer to the sign-in that was tampered with is refused and worded @164.312(d)', async ({ workstation }) => {
  const running = await (await workstation({ ehr })).start()
  for (const fault of [{ idToken: 'wrong-nonce' }, { idToken: 'wrong-issuer' }, { idToken: 'wrong-audience' }, { idToken: 'bad-signature' }, { callback: 'wrong-state' }, { callback: 'wrong-issuer' }] as const) {
    await triesWith(running, fault, /not meant for this workstation/)
  }
  await triesWith(running, { idToken: 'old-auth-time' }, /did not ask who you are/)
  await triesWith(running, { code: 'expired' }, /took too long or was used before/)
  await triesWith(running, { tokenEndpoint: 'server-error' }, /EHR failed to answer/)
  await ehr.behave()
  await running.person.signIn(ehr.account(physician))
  await running.person.sees('choose-pin')
})

test('a server with a certificate of another authority is not talked to @164.312(e)', async ({ workstation }) => {
  const running = await (await workstation({ ehr })).start()
  await ehr.misbehave({ certificate: 'foreign' })
  await press(running)
  await says(running, /not the one your organization trusts/)
})

test('a certificate that is trusted but outside the pins is not enough @164.312(e)', async ({ workstation }) => {
  const both = async (): Promise<string> => {
    const file = join(dirname(ehr.place.caFile), 'ca-both.pem')
    await writeFile(file, (await readFile(ehr.place.caFile, 'utf8')) + (await readFile(join(dirname(ehr.place.caFile), 'ca-foreign.pem'), 'utf8')))
    return file
  }
  const caFile = await both()
  const pinned = await (await workstation({ ehr, policy: (demo) => ({ ...demo, ehr: { ...demo.ehr, caFile } }) })).start()
  await ehr.misbehave({ certificate: 'foreign' })
  await press(pinned)
  await says(pinned, /not the one your organization trusts/)
  // The proof that it was the pins: without them this authority would do.
  const unpinned = await (await workstation({ ehr, policy: (demo) => ({ ...demo, ehr: { ...demo.ehr, caFile, pins: [] } }) })).start()
  await unpinned.person.signIn(ehr.account(physician))
  await unpinned.person.sees('choose-pin')
})

test('declined at the EHR, or given up in the bar above it, leads back to the start', async ({ workstation }) => {
  const running = await (await workstation({ ehr })).start()
  await press(running)
  await (await signInPage(running.app)).getByRole('button', { name: 'Cancel' }).click()
  await says(running, /Sign-in was declined/)

  await press(running)
  await signInPage(running.app)
  await (await running.person.page()).getByRole('button', { name: 'Cancel sign-in' }).click()
  await running.person.sees('sign-in')
  expect(running.app.context().pages().filter((page) => page.url().startsWith('https://'))).toEqual([])
})

test('a wrong password stays at the EHR, and the right one then goes on', async ({ workstation }) => {
  const running = await (await workstation({ ehr })).start()
  await running.person.signIn({ username: physician, password: 'not this one' })
  await expect((await signInPage(running.app)).getByRole('alert')).toContainText('User name or password is wrong.')
  await running.person.finishSignIn(ehr.account(physician))
  await running.person.sees('choose-pin')
})

test('a policy that does not parse is refused with its line and its reason, and nobody signs in', async ({ workstation }) => {
  const place = await workstation({ ehr })
  await writeFile(place.policyFile, '{\n  "ehr": {\n    "fhirBase": "http://not-encrypted.example/fhir"\n')
  const { person } = await place.start()
  const screen = await person.sees('sign-in')
  await expect(screen).toContainText(/policy/i)
  await expect(screen).toContainText(/line \d/i)
  await expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled()
})

test('a policy that breaks a rule is refused with the line of the rule, and the last good one holds', async ({ workstation }) => {
  const place = await workstation({ ehr })
  await (await place.start()).person.sees('sign-in')
  await place.quit()
  const good = await readFile(place.policyFile, 'utf8')
  const line = 1 + good.split('\n').findIndex((text) => text.includes('"lockAfterSeconds"'))
  await writeFile(place.policyFile, good.replace(/"lockAfterSeconds": \d+/, '"lockAfterSeconds": 99999'))
  const running = await place.start()
  await expect(await running.person.sees('sign-in')).toContainText(new RegExp(`line ${line}\\b`, 'i'))
  await running.person.signIn(ehr.account(physician))
  await running.person.sees('choose-pin')
})

test('a policy that is tightened under way locks what was connected under the old one, and what comes next keeps to it @164.312(e)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await place.start()
  await person.signIn(ehr.account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const policy = JSON.parse(await readFile(place.policyFile, 'utf8')) as Policy
  await writeFile(place.policyFile, JSON.stringify({ ...policy, ehr: { ...policy.ehr, pins: [`sha256/${'A'.repeat(43)}=`] }, cache: { ...policy.cache, enabled: false } }))
  await expect(await person.sees('lock-screen')).toContainText('Locked by a change of your organization’s rules.')
  await person.unlock()
  // The EHR is outside of the pins now, and what was kept of the chart is gone.
  const page = await person.page()
  await expect(page.getByTestId('section-problems')).toHaveAttribute('data-state', 'failed')
  await expect(page.getByTestId('section-problems')).toContainText('not the one your organization trusts')
})

test('a workstation without a policy says so', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const { person } = await place.start({ env: { CHARTKEEP_POLICY: join(place.folder, 'no-such-policy.json') } })
  const screen = await person.sees('sign-in')
  await expect(screen).toContainText(/policy/i)
})

test('without a keyring nothing is kept, the screen says so, and a lock needs a full sign-in @164.312(a)(2)(iv) @170.315(d)(12)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const running = await place.start({ env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(place.folder, 'no-bus')}` } })
  const { person } = running
  await person.signIn(ehr.account(physician))
  await person.sees('workspace')
  await expect((await person.page()).getByText('Nothing is kept on this workstation')).toBeVisible()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await person.lock()
  const locked = await person.page()
  await expect(locked.getByTestId('pin-input')).toHaveCount(0)
  await locked.getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(ehr.account(physician))
  await person.sees('workspace')
  const vaults = join(place.profile, 'vaults')
  expect(existsSync(vaults) ? await readdir(vaults) : []).toEqual([])
})

test('the front desk finds patients, and sees nothing clinical @164.312(a)(1)', async ({ workstation }) => {
  const { person } = await (await workstation({ ehr })).start()
  await person.signIn(ehr.account('rbenavides'))
  await person.choosePin()
  const page = await person.page()
  await expect(page.getByText('Your role may search patients but not open charts.')).toBeVisible()
  const row = await person.search('Ashworth')
  await row.click()
  await expect(page.getByTestId('chart-banner')).toHaveCount(0)
  const refusal = await page.evaluate(async () => {
    // What the preload puts there, by shared/bridge.ts.
    const { chartkeep } = window as unknown as { chartkeep: Record<string, (input: string) => Promise<string>> }
    return JSON.parse((await chartkeep['tab.open']?.(JSON.stringify({ patient: 'anybody' }))) ?? 'null').failure.kind
  })
  expect(refusal).toBe('not-permitted')
})

test('the support desk is let in to its workstations, and to no patient @164.312(a)(1)', async ({ workstation }) => {
  const { person } = await (await workstation({ ehr })).start()
  await person.signIn(ehr.account('ihalvorsen'))
  await person.enterCode(await ehr.codeOf('ihalvorsen'))
  await person.choosePin()
  await person.sees('support-desk')
  const page = await person.page()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByTestId('patient-search')).toHaveCount(0)
  await expect(page.getByTestId('lock')).toBeVisible()
})

test('a policy that asks for two factors refuses a password alone, in words, and takes a code @164.312(d) @170.315(d)(13)', async ({ workstation }) => {
  const mfa = { required: true, acr: ['urn:chartkeep-sandbox:acr:mfa'] }
  const running = await (await workstation({ ehr, policy: (demo) => ({ ...demo, mfa }) })).start()
  await running.person.signIn(ehr.account('gnakamura'))
  await says(running, /asks for two factors.*authenticator app or security key/)
  await running.person.signIn(ehr.account(physician))
  await running.person.enterCode(await ehr.codeOf(physician))
  await running.person.sees('choose-pin')
})

test('the policy a person names is for development builds: the copy made of it names no other EHR', async ({ workstation }) => {
  const place = await workstation({ ehr })
  await (await place.start()).person.sees('sign-in')
  await place.quit()
  const kept = JSON.parse(JSON.parse(await readFile(join(place.profile, 'policy.last-good.json'), 'utf8')).content) as { policy: Policy }
  expect(kept.policy.ehr.fhirBase).toBe(ehr.place.fhirBase)
  // A copy that was altered is not held to.
  await writeFile(place.policyFile, '{')
  const file = join(place.profile, 'policy.last-good.json')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('127.0.0.1', '127.0.0.2'))
  const { person } = await place.start()
  const screen = await person.sees('sign-in')
  await expect(screen).toContainText(/line 1\b/i)
  await expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled()
})
