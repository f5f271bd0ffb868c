import type { Bundle, Condition, Patient } from '@medplum/fhirtypes'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { type Answer, type LyingProxy, openLyingProxy, type Question } from './harness/lying-proxy.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'aokafor'
let ehr: OwnEhr
let proxy: LyingProxy

test.beforeAll(async () => {
  ehr = await ownEhr()
  proxy = await openLyingProxy(ehr)
})
test.beforeEach(async () => {
  proxy.honest()
  await ehr.behave()
})
test.afterAll(async () => {
  await proxy.close()
  await ehr.stop()
})

/** At the patient list of a fresh workstation, through the proxy. */
async function atWork(place: Workstation, more: { readonly colorScheme?: 'light' | 'dark' } = {}): Promise<Running> {
  const running = await place.start({ args: proxy.args, ...more })
  await running.person.signIn(ehr.account(physician))
  await running.person.choosePin()
  await running.person.sees('patient-row')
  return running
}

const asksFor = ({ path }: Question, type: string) => new RegExp(`^/fhir/R4/${type}(/_search)?\\?`).test(path)
// Only bundles are passed here, by the question.
const bundleOf = ({ body }: Answer) => JSON.parse(body) as Bundle
const withBody = (answer: Answer, body: unknown): Answer => ({ ...answer, body: typeof body === 'string' ? body : JSON.stringify(body) })

/** The condition under a name that is on no honest record. */
const problem = (patient: string, id: string, text: string): Condition => ({
  resourceType: 'Condition',
  id,
  subject: { reference: `Patient/${patient}` },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
  code: { text },
})

/** Lies about the problems alone; gives the section, with the chart open and read. */
async function problemsAfter(running: Running, how: (question: Question, answer: Answer) => Answer | undefined) {
  proxy.lie((question, answer) => (asksFor(question, 'Condition') ? how(question, answer) : undefined))
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  const page = await running.person.page()
  // The rest of the chart is there, whatever becomes of this part.
  for (const other of ['medications', 'allergies', 'laboratory']) await expect(page.getByTestId(`section-${other}`)).toHaveAttribute('data-state', /data|empty/)
  return page.getByTestId('section-problems')
}

test("another patient's record in an answer is left out and said @164.312(c)", async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  const section = await problemsAfter(running, (_question, answer) => {
    const bundle = bundleOf(answer)
    return withBody(answer, { ...bundle, entry: [...(bundle.entry ?? []), { resource: problem('somebody-else', 'theirs', 'Their disease'), search: { mode: 'match' } }] })
  })
  await expect(section).toContainText('1 record of another patient was left out. Report this to IT.')
  await expect((await running.person.page()).locator('body')).not.toContainText('Their disease')
})

test("an answer about another patient's person never becomes the banner @164.312(c)", async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  const listed = (await (await running.person.sees('patient-row')).locator('td, th').first().innerText()).trim()
  proxy.lie((question, answer) => {
    if (!/^\/fhir\/R4\/Patient\/[^/?]+$/.test(question.path)) return undefined
    const person: Patient = { resourceType: 'Patient', id: 'somebody-else', name: [{ family: 'Impostor', given: ['Ida'] }] }
    return withBody(answer, person)
  })
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  const banner = (await running.person.page()).getByTestId('chart-banner')
  await expect(banner).toContainText(listed)
  await expect(banner).not.toContainText('Impostor')
  await expect(banner).toContainText(/another patient/)
})

test('a chain of pages that leads back to itself ends', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  let asked = 0
  const section = await problemsAfter(running, (_question, answer) => {
    asked += 1
    const bundle = bundleOf(answer)
    const own = bundle.link?.find(({ relation }) => relation === 'self')?.url ?? `${ehr.place.fhirBase}/Condition?patient=x&_offset=1`
    return withBody(answer, { ...bundle, link: [{ relation: 'self', url: own }, { relation: 'next', url: own }] })
  })
  await expect(section).not.toHaveAttribute('data-state', 'loading')
  expect(asked).toBeLessThan(20)
})

test('a next page at another host is not asked for', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  await problemsAfter(running, (_question, answer) => {
    const elsewhere = ehr.place.fhirBase.replace('127.0.0.1', 'localhost').replace('/fhir/', '/elsewhere/fhir/')
    return withBody(answer, { ...bundleOf(answer), link: [{ relation: 'next', url: `${elsewhere}/Condition?page=2` }] })
  })
  expect(await ehr.strays()).toEqual({ requests: 0, withToken: 0 })
})

for (const [what, body] of [
  ['is no JSON', '<html>Welcome to guest Wi-Fi</html>'],
  ['is cut short', '{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Condi'],
  ['is JSON of another kind', '{"resourceType":"OperationOutcome","issue":[]}'],
  ['is nested a hundred thousand deep', '['.repeat(100_000)],
] as const) {
  test(`an answer that ${what} fails its section, with a way to try again, and no other`, async ({ workstation }) => {
    const running = await atWork(await workstation({ ehr }))
    const section = await problemsAfter(running, (_question, answer) => withBody(answer, body))
    await expect(section).toHaveAttribute('data-state', 'failed')
    await expect(section).not.toContainText('None recorded')
    proxy.honest()
    await section.getByRole('button', { name: 'Try again' }).click()
    await expect(section).toHaveAttribute('data-state', /data|empty/)
  })
}

test('records that cannot be read are counted, and those that can are shown', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  const section = await problemsAfter(running, ({ path }, answer) => {
    const patient = decodeURIComponent(/patient=(?:Patient(?:\/|%2F))?([^&]+)/.exec(path)?.[1] ?? '')
    const entry = [
      { resource: problem(patient, 'good', 'Readable disease') },
      { resource: 'no record at all' },
      { resource: { resourceType: 'Condition', id: 'no-subject' } },
      { resource: { ...problem(patient, 'odd', ''), code: { text: 7 }, onsetDateTime: { oh: 'no' } } },
    ]
    return withBody(answer, { resourceType: 'Bundle', type: 'searchset', entry })
  })
  await expect(section).toContainText('Readable disease')
  await expect(section).toContainText(/left out|could not be read/)
})

test('markup and script in a record are text on the screen', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  const script = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
  const section = await problemsAfter(running, ({ path }, answer) => {
    const patient = decodeURIComponent(/patient=(?:Patient(?:\/|%2F))?([^&]+)/.exec(path)?.[1] ?? '')
    return withBody(answer, { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: problem(patient, 'scripted', script) }] })
  })
  await expect(section).toContainText(script)
  expect(await (await running.person.page()).evaluate(() => 'ran' in window)).toBe(false)
})

test('a redirect to another host is refused, and no token goes there @164.312(e)', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  await ehr.misbehave({ fhir: 'redirect' })
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  const section = (await running.person.page()).getByTestId('section-problems')
  await expect(section).toContainText('pointed to another address')
  expect(await ehr.strays()).toEqual({ requests: 0, withToken: 0 })
})

test('an EHR that fails makes sections that say so, and each is tried again by hand', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  await ehr.misbehave({ fhir: 'server-error' })
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  const page = await running.person.page()
  const section = page.getByTestId('section-problems')
  await expect(section).toHaveAttribute('data-state', 'failed')
  await expect(page.getByTestId('banner-allergies')).not.toContainText(/none recorded|no known/i)
  await ehr.behave()
  await section.getByRole('button', { name: 'Try again' }).click()
  await expect(section).toHaveAttribute('data-state', /data|empty/)
})

test('a token that the EHR no longer takes is renewed without a word', async ({ workstation }) => {
  const running = await atWork(await workstation({ ehr }))
  await ehr.expire('access')
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  await expect((await running.person.page()).getByTestId('section-problems')).toHaveAttribute('data-state', /data|empty/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`parts in trouble say so, each in its own words and with what to do, while the others show, ${colorScheme}`, async ({ workstation }) => {
    const running = await atWork(await workstation({ ehr }), { colorScheme })
    await ehr.trouble(
      { for: { type: 'Condition' }, deed: { do: 'answer', status: 429, retryAfter: 600 } },
      { for: { type: 'MedicationRequest' }, deed: { do: 'bulk', megabytes: 40 } },
      { for: { type: 'AllergyIntolerance' }, deed: { do: 'swap', type: 'Flag' } },
      { for: { type: 'Encounter' }, deed: { do: 'spoil', how: 'stranger' } },
      { for: { type: 'Immunization' }, deed: { do: 'spoil', how: 'script' } },
    )
    await (await running.person.sees('patient-row')).click()
    await running.person.chartIsRead()
    const page = await running.person.page()
    const part = (name: string) => page.getByTestId(`section-${name}`)
    const said = [
      ['problems', 'The EHR asks for a pause.', 'Wait a moment'],
      ['medications', 'too large to read safely', 'Use the EHR’s own screen'],
      ['allergies', 'could not be read', 'Use the EHR’s own screen'],
    ] as const
    for (const [name, what, next] of said) {
      await expect(part(name)).toHaveAttribute('data-state', 'failed')
      await expect(part(name)).toContainText(what)
      await expect(part(name)).toContainText(next)
    }
    // An allergy that is not known is not an allergy that is not there.
    await expect(page.getByTestId('banner-allergies')).toContainText('Allergies could not be loaded')
    for (const name of ['laboratory', 'vitals', 'notes']) await expect(part(name)).toHaveAttribute('data-state', /data|empty/)
    await expect(page.locator('body')).not.toContainText('Their disease')
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
    await page.screenshot({ path: test.info().outputPath(`troubled-${colorScheme}.png`), animations: 'disabled' })

    await ehr.behave()
    for (const [name] of said) {
      await part(name).getByRole('button', { name: 'Try again' }).click()
      await expect(part(name)).toHaveAttribute('data-state', /data|empty/)
    }
  })
}
