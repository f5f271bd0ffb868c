import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture } from '../../build/run/child.ts'
import { eventsAt, lineOf, linesIn, nameOf } from '../integration/audit-shipping/held.ts'
import { openBrowser } from '../integration/sandbox-browser.ts'
import { asksForCode, openProbe } from '../integration/sandbox-client.ts'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { accountsOf, appFolder, electronPath } from './harness/surroundings.ts'
import { expect, test } from './harness/test.ts'

let ehr: OwnEhr
let share = ''
test.beforeAll(async () => {
  ehr = await ownEhr()
  share = await mkdtemp(join(tmpdir(), 'ck-share-'))
})
test.afterAll(async () => {
  await ehr.stop()
  await rm(share, { recursive: true, force: true })
})

const nurse = 'lkealoha'

/** The audit trail of the EHR, as somebody of compliance reads it. */
async function auditTrail() {
  const { baseUrl, fhirBase, caFile } = ehr.place
  const sandbox = { baseUrl, fhirBase, caPem: await readFile(caFile, 'utf8') }
  const account = accountsOf(ehr.place).find(({ role }) => role === 'compliance')
  if (!account) throw new Error('the sandbox has nobody of compliance')
  const probe = await openProbe(sandbox)
  const browser = openBrowser(sandbox.caPem)
  try {
    const ask = await probe.ask({ scope: 'openid fhirUser user/AuditEvent.rs' })
    const page = await browser.open(ask.url)
    if (page.kind !== 'page') throw new Error('no sign-in page was shown')
    let landing = await browser.submit(page, { action: 'sign-in', username: account.username, password: account.password })
    if (landing.kind === 'page' && asksForCode(landing)) landing = await browser.submit(landing, { action: 'code', code: await ehr.codeOf(account.username) })
    const { access_token: token } = await probe.redeem(landing, ask)
    return () => eventsAt(sandbox, token)
  } finally {
    await Promise.all([probe.close(), browser.close()])
  }
}

test('the key of the bucket is put into the keychain by the command; what is none is refused, and takes the place of nothing', async ({ workstation }) => {
  const place = await workstation({ ehr })
  const put = async (input: string) => [await place.command(['--audit-s3-key'], input), await place.secret('audit-s3-key')]
  const key = { id: 'AKIDCHARTKEEP', secret: 'c2VjcmV0LW9mLXRoZS1idWNrZXQ/+=' }
  expect(await put(`${key.id}\n\n`)).toEqual([2, null])
  // As Windows ends its lines.
  expect(await put(`${key.id}\r\n${key.secret}\r\n`)).toEqual([0, JSON.stringify(key)])
  expect(await put(`other\n${key.secret}\nmore`)).toEqual([2, JSON.stringify(key)])
  // It is a command, and not a start: nothing of the session, and no key in a file.
  const files = (await readdir(place.folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  expect(files.filter((file) => /chain-|chartkeep\.log|keys\.json/.test(file))).toEqual([])
  for (const file of files) expect((await readFile(file)).includes(key.secret), file).toBe(false)
})

test('what is done at a workstation lies at the EHR within seconds, while it is locked too, and once though the plug is pulled @164.312(b)', async ({ workstation }) => {
  const events = await auditTrail()
  const place = await workstation({ ehr, policy: (demo) => ({ ...demo, audit: { ...demo.audit, ship: { ehr: true, folder: share } } }) })
  const folder = join(place.profile, 'audit')
  /** Everything that stands in the chain now is at the EHR; gives how often each line is. */
  const arrived = async () => {
    const lines = linesIn(folder)
    await expect.poll(async () => {
      const there = new Set((await events()).map(lineOf))
      return lines.filter((line) => !there.has(line)).length
    }, { timeout: 20_000 }).toBe(0)
    return lines.length
  }

  let { person } = await place.start()
  await person.signIn(ehr.account(nurse))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  await arrived()
  const reads = (await events()).filter(({ type, action }) => type.code === 'rest' && action === 'R')
  expect(reads.length).toBeGreaterThan(10)
  expect(reads.at(0)?.agent[0]?.who?.reference).toBe(`Practitioner/${ehr.account(nurse).practitioner}`)

  // Locked: somebody tries a PIN, and it is known.
  await person.lock()
  await person.enterPin('000000')
  await expect((await person.sees('lock-screen')).getByRole('alert')).toBeVisible()
  // On the screen it is a moment before it is in the chain.
  await expect.poll(async () => (await events()).some((event) => lineOf(event).includes('"pin-wrong"')), { timeout: 20_000 }).toBe(true)

  // In the middle of a chart that is being opened, and reported.
  await person.unlock()
  await person.chartIsRead()
  await place.kill()
  ;({ person } = await place.start())
  await person.sees('lock-screen')
  await arrived()
  const names = (await events()).map(nameOf)
  expect(new Set(names).size).toBe(names.length)
  await place.quit()
  const [device = ''] = names[0]?.split('.') ?? []
  const verified = await capture(electronPath(), [appFolder(), '--audit-verify', join(share, device)], { env: { ...process.env, HOME: place.folder } })
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('The chain holds') })
})
