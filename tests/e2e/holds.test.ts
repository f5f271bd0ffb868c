import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { z } from 'zod'
import type { Policy } from '../../shared/policy.ts'
import { barriers } from './harness/barriers.ts'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { picture } from './harness/pictures.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'mvillasenor'

let ehr: OwnEhr
test.beforeAll(async () => {
  ehr = await ownEhr()
})
test.afterAll(async () => ehr.stop())

/** These rules of the alerts, and the rest as they are by default. */
const withAlerts = (alerts: object) => (demo: Policy) => ({ ...demo, audit: { alerts } })

const Found = z.object({ value: z.object({ patients: z.array(z.object({ id: z.string(), name: z.array(z.object({ family: z.string() })), identifier: z.array(z.object({ value: z.string() })) })) }) })
type Patient = z.infer<typeof Found>['value']['patients'][number]

/** What the page gets that asks by itself, past every screen: the reply's value, or the kind of its failure. */
function ask(page: Page, name: string, ...input: readonly unknown[]): Promise<unknown> {
  return page.evaluate(
    async ([row, args]) => {
      const { chartkeep } = window as unknown as { chartkeep: Record<string, (...texts: string[]) => Promise<string>> }
      const reply = JSON.parse((await chartkeep[row]?.(...args)) ?? 'null')
      return reply.ok === true ? { value: reply.value } : reply.failure.kind
    },
    [name, input.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))] as const,
  )
}

async function patientsOf(page: Page, name: 'patients.mine' | 'patients.search', input: object): Promise<readonly Patient[]> {
  return Found.parse(await ask(page, name, input)).value.patients
}

/** Signed in, with patients of one's own and patients of nobody whom one has ever met. */
async function atWork(place: Workstation): Promise<Running & { readonly mine: Patient; readonly strangers: readonly Patient[] }> {
  const running = await place.start()
  await running.person.signIn(ehr.account(physician))
  await running.person.choosePin()
  const page = await running.person.page()
  const own = await patientsOf(page, 'patients.mine', {})
  const found = (await Promise.all(['ma', 'an', 'jo', 'el', 'ca'].map((text) => patientsOf(page, 'patients.search', { text })))).flat()
  const strangers = [...new Map(found.filter(({ id }) => !own.some((one) => one.id === id)).map((patient) => [patient.id, patient])).values()]
  const [mine] = own
  if (mine === undefined || strangers.length < 3) throw new Error('the hospital has too few people')
  return { ...running, mine, strangers }
}

const numberOf = (patient: Patient | undefined) => patient?.identifier[0]?.value ?? 'nobody'

/** Clicks on the row of a patient, whatever comes of it. */
async function open({ person }: Running, patient: Patient | undefined): Promise<void> {
  await (await person.page()).getByTestId('tab-patients').click()
  await (await person.search(numberOf(patient))).click()
}

async function chainOf(place: Workstation): Promise<readonly Record<string, unknown>[]> {
  const folder = join(place.profile, 'audit')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line.slice(65))))
}

async function expectHeld({ person }: Running): Promise<void> {
  await expect(await person.sees('hold')).toBeVisible()
  const page = await person.page()
  await expect(page.getByTestId('chart-banner')).toHaveCount(0)
  await expect(page.locator('[data-testid^="section-"]')).toHaveCount(0)
}

async function answer({ person }: Running, reason: string, words = ''): Promise<void> {
  const hold = await person.sees('hold')
  await hold.getByLabel(reason, { exact: true }).check()
  await hold.getByRole('textbox').fill(words)
  await hold.getByTestId('hold-answer').click()
}

test('the chart of somebody well known asks whoever is not known to care for them why, and opens with the answer @164.312(b)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const running = await atWork(place)
  const { person, mine, strangers } = running
  const famous = strangers[0]
  await ehr.labelVip(famous?.id ?? '')
  await open(running, famous)
  await expectHeld(running)
  const page = await person.page()
  // Nothing of it is in the page, whose it is aside.
  await expect(page.getByTestId('hold')).toContainText(famous?.name[0]?.family.toUpperCase() ?? '?', { ignoreCase: true })
  expect(await page.locator('main').innerText()).not.toContain(numberOf(famous))

  // Nor is it given past the screen: not a section, not a draft, not for an answer about somebody else.
  const opened = z.object({ value: z.object({ tab: z.string() }) }).parse(await ask(page, 'tab.open', { patient: famous?.id }))
  const { tab } = opened.value
  const section = { section: 'patient', cause: 'look', want: 'kept' }
  expect(await ask(page, 'chart.section', tab, { patient: famous?.id, ...section })).toBe('held')
  expect(await ask(page, 'draft.read', tab, { patient: famous?.id })).toBe('held')
  expect(await ask(page, 'hold.answer', tab, { patient: mine.id, reason: 'care', text: '' })).toBe('wrong-patient')
  expect(await ask(page, 'hold.answer', tab, { patient: famous?.id, reason: 'other', text: ' ' })).toBe('invalid-input')
  expect(await ask(page, 'chart.section', tab, { patient: famous?.id, ...section })).toBe('held')

  // One's own patients are there as ever, and nobody is asked about them.
  await open(running, mine)
  await person.chartIsRead()
  await open(running, famous)
  await expectHeld(running)

  // An answer that says nothing is none.
  const hold = await person.sees('hold')
  await hold.getByTestId('hold-answer').click()
  await expect(hold.getByText('Choose a reason.')).toBeVisible()
  await hold.getByLabel('Another reason', { exact: true }).check()
  await hold.getByTestId('hold-answer').click()
  await expect(hold.getByText('Write in a few words what the reason is.')).toBeVisible()
  await picture(running, 'hold')
  await answer(running, 'I am covering for a colleague', 'for Dr. Quimby tonight')
  await person.chartIsRead()
  await expect((await person.page()).getByTestId('hold')).toHaveCount(0)
  // The privacy desk of the hospital has it by then, or in a moment: who, whom, which rule, and what was answered. The words it has sealed.
  const onDesk = async () => (await ehr.privacyDesk()).find(({ rule, patient }) => rule === 'vip' && patient === `Patient/${famous?.id}`)
  await expect.poll(onDesk, { timeout: 20_000 }).toMatchObject({
    kind: 'alert', severity: 'high', response: 'ask-reason', count: 1, who: { reference: expect.stringMatching(/^Practitioner\//) },
    answer: { reason: 'cover', sealed: expect.stringMatching(/^[\w-]+\.\./) },
  })
  await person.lock()
  await person.unlock()
  await person.chartIsRead()

  await place.quit()
  const chain = await chainOf(place)
  expect(chain.filter(({ event, patient }) => event === 'alert.raised' && patient === famous?.id).map(({ rule, response }) => [rule, response])).toEqual(expect.arrayContaining([['vip', 'ask-reason'], ['noCareRelation', 'notice']]))
  const answered = chain.filter(({ event, outcome }) => event === 'hold.answered' && outcome === 'success')
  expect(answered).toEqual([expect.objectContaining({ patient: famous?.id, holdReason: 'cover', sealed: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/) })])
  expect(JSON.stringify(chain)).not.toContain('Quimby')
  expect(chain.filter(({ event, failure }) => event === 'chart.section' && failure === 'held').length).toBeGreaterThan(0)
})

test('a hold outlives a lock, a kill -9 and a restart, and is asked before the chart is @164.312(b)', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const running = await atWork(place)
  const famous = running.strangers[1]
  await ehr.labelVip(famous?.id ?? '')
  await open(running, famous)
  await expectHeld(running)
  await running.person.lock()
  await running.person.unlock()
  await expectHeld(running)
  await place.kill()
  const again = await place.start()
  await again.person.unlock()
  await open(again, famous)
  await expectHeld(again)
  await answer(again, 'Emergency')
  await again.person.chartIsRead()
  await place.kill()
  const last = await place.start()
  await last.person.unlock()
  await open(last, famous)
  await last.person.chartIsRead()
  await expect((await last.person.page()).getByTestId('hold')).toHaveCount(0)
})

test('one that was opened by mistake is closed by saying so, with the keyboard alone, and stays answered', async ({ workstation }) => {
  const place = await workstation({ ehr, policy: withAlerts({ noCareRelation: { response: 'ask-reason' } }) })
  const running = await atWork(place)
  await open(running, running.strangers[2])
  await expectHeld(running)
  const page = await running.person.page()
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    found.push(...(await barriers(page, `hold, ${colorScheme}`)))
  }
  expect(found).toEqual([])
  // The question has the focus; its first reason is one step away, and the others are by arrows.
  await expect(page.getByTestId('hold')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  for (let down = 0; down < 5; down += 1) await page.keyboard.press('ArrowDown')
  await expect(page.getByLabel('I opened it by mistake')).toBeChecked()
  await expect(page.getByTestId('hold-answer')).toHaveText('Close the chart')
  await page.keyboard.press('Enter')
  await running.person.sees('patient-search')
  await expect((await running.person.page()).getByTestId('hold')).toHaveCount(0)
  await expect.poll(async () => (await chainOf(place)).filter(({ event, outcome }) => event === 'hold.answered' && outcome === 'success').map(({ holdReason }) => holdReason)).toEqual(['mistake'])
})

test('too many charts in a minute are all held by one question, and a note that was begun is kept', async ({ workstation }) => {
  const place = await workstation({ ehr, policy: withAlerts({ chartsPerMinute: { threshold: 3, windowSeconds: 600 }, vip: { response: 'notice' } }) })
  const running = await atWork(place)
  const { person, mine, strangers } = running
  await open(running, mine)
  await person.chartIsRead()
  await (await person.sees('write-note')).click()
  await (await person.sees('draft-box')).fill('Seen on the ward, and not to be lost')
  await open(running, strangers[0])
  await open(running, strangers[1])
  await expectHeld(running)
  await (await person.page()).getByTestId('tab-chart').first().click()
  await expectHeld(running)
  await answer(running, 'I was asked for advice')
  await expect(await person.sees('draft-box')).toHaveValue('Seen on the ward, and not to be lost')
  await open(running, strangers[1])
  await person.chartIsRead()
})

test('where the rule says so the workstation locks, and its screen says why @164.312(a)(2)(iii)', async ({ workstation }) => {
  const place = await workstation({ ehr, policy: withAlerts({ noCareRelation: { response: 'lock' }, failedUnlocks: { threshold: 2 } }) })
  const running = await atWork(place)
  const { person, strangers } = running
  await open(running, strangers[2])
  const screen = await person.sees('lock-screen')
  await expect(screen.getByText(/Locked by a rule of your organization/)).toBeVisible()
  for (const wrong of ['904417', '904418']) {
    await person.enterPin(wrong)
    await expect(screen.getByRole('alert')).toBeVisible()
  }
  await person.unlock()
  await person.chartIsRead()
  await expect.poll(async () => (await chainOf(place)).filter(({ event }) => event === 'alert.raised').map(({ rule, response }) => `${String(rule)} ${String(response)}`)).toEqual(expect.arrayContaining(['noCareRelation lock', 'failedUnlocks notice']))
  expect((await chainOf(place)).filter(({ event, reason }) => event === 'session.locked' && reason === 'alert')).toHaveLength(1)
})
