import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { goodPin } from './harness/clinician.ts'
import { sharedEhr } from './harness/ehr.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'

const account = () => sharedEhr().account('praghunathan')

test('a policy that asks for presence beside the PIN lets nobody in by the PIN where there is no sensor, uses no try, and takes a full sign-in instead @164.312(d)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr(), policy: (demo) => ({ ...demo, unlock: { presence: 'with-pin' } }) })
  const running = await place.start()
  const { person } = running
  await person.signIn(account())
  await person.choosePin()
  await person.lock()
  // Five minutes later: what the sign-in proved is not fresh any more. The clock of main, which asks, is put forward.
  await running.app.evaluate(() => {
    const now = Date.now
    Date.now = () => now() + 301_000
  })
  for (let time = 0; time < 6; time += 1) {
    await person.enterPin(goodPin)
    await expect((await person.page()).getByText(/cannot check one now/)).toBeVisible()
    await expect((await person.page()).getByRole('button', { name: 'Unlock', exact: true })).toHaveAttribute('aria-disabled', 'false')
  }
  await picture(running, 'presence-unavailable')
  const text = await readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')
  expect(text).toContain('"failure":"presence-unavailable"')
  await running.app.evaluate(() => {
    const now = Date.now
    Date.now = () => now() - 301_000
  })
  await (await person.page()).getByRole('button', { name: 'Unlock with full sign-in' }).click()
  await person.finishSignIn(account())
  await person.unlock()
  await expect.poll(() => readFile(join(place.profile, 'audit', 'chain-1.jsonl'), 'utf8')).toContain('"presence":"full-sign-in"')
})
