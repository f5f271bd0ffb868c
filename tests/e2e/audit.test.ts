import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { capture } from '../../build/run/child.ts'
import { z } from 'zod'
import { sharedEhr } from './harness/ehr.ts'
import { appFolder, electronPath } from './harness/surroundings.ts'
import { expect, test } from './harness/test.ts'

const nurse = 'lkealoha'
const Entry = z.looseObject({ event: z.string(), outcome: z.string(), reason: z.string().optional(), failure: z.string().optional(), triesLeft: z.number().optional(), sealed: z.string().optional(), text: z.string().optional(), user: z.string().nullable() })

test('what a shift leaves in the audit chain is proven by the application itself, and one changed byte is named @164.312(c)', async ({ workstation }) => {
  const place = await workstation({ ehr: sharedEhr() })
  const { person } = await place.start()
  await person.signIn(sharedEhr().account(nurse))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await (await person.page()).getByTestId('tab-patients').click()
  await person.search('Ashworth')
  await person.lock()
  await person.enterPin('000000')
  await expect((await person.sees('lock-screen')).getByRole('alert')).toBeVisible()
  await person.unlock()
  await place.quit()

  const folder = join(place.profile, 'audit')
  // As IT asks it: no window, and no profile of whoever asks.
  const asked = (...args: readonly string[]) => capture(electronPath(), [appFolder(), '--audit-verify', ...args], { env: { ...process.env, HOME: place.folder } })
  const whole = await asked(folder)
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringMatching(/^The chain holds: \d+ entries \(1 to \d+\) in 1 file\./) })
  expect(whole.stdout).toMatch(/Last checkpoint: \d+:[0-9a-f]{64}, signed by device [A-Za-z0-9_-]{22} with the key [A-Za-z0-9_-]{43}\. 0 entries after it\./)

  const file = join(folder, 'chain-1.jsonl')
  const lines = (await readFile(file, 'utf8')).split('\n')
  const entries = lines.slice(0, -1).map((line) => Entry.parse(JSON.parse(line.slice(65))))
  const events = entries.map(({ event }) => event)
  // Rules, keys, and who came and went, each as it happened.
  const happened = ({ event, outcome, reason, failure, triesLeft, user }: z.infer<typeof Entry>) => [event, outcome, reason ?? failure, triesLeft, user === null ? 'nobody' : 'somebody'].filter((each) => each !== undefined).join(' ')
  expect(entries.map(happened)).toEqual(
    expect.arrayContaining([
      'app.started success nobody', 'policy.loaded success nobody', 'sign-in.begin intent nobody', 'session.active success somebody',
      'vault.pin-set intent somebody', 'key.renew intent somebody', 'key.renew success somebody', 'vault.key-made success somebody', 'vault.pin-set success somebody',
      'chart.open intent somebody', 'chart.section intent somebody', 'chart.section success somebody',
      'session.locked success manual somebody', 'key.release intent somebody', 'key.release success 4 somebody', 'session.unlock failed pin-wrong somebody',
      'session.unlock success somebody', 'key.settle success somebody', 'app.ended success somebody',
    ]),
  )
  // What was typed is there for the EHR's auditors alone.
  expect(entries.filter(({ event }) => event === 'patients.search').map(({ sealed, text }) => [sealed?.split('.').length, text])).toContainEqual([5, undefined])
  expect(lines.join('')).not.toContain('Ashworth')
  // Who opened the door is known before it opens: no key leaves before it is said.
  expect(events.indexOf('key.release')).toBeGreaterThan(events.indexOf('session.locked'))
  // Signed for when somebody comes, when they leave, and at the end.
  expect(events.filter((event) => event === 'chain.checkpoint').length).toBeGreaterThanOrEqual(4)
  const at = events.indexOf('chart.section')
  await writeFile(file, lines.map((line, index) => (index === at ? line.replace('"chart.section"', '"chart.sectiom"') : line)).join('\n'))
  expect(await asked(folder)).toMatchObject({ code: 1, stdout: expect.stringContaining(`Entry ${at + 1} (chain-1.jsonl, line ${at + 1}) was changed`) })
})
