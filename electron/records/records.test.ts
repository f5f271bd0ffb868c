import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { permissions, type SectionName } from '../../shared/contract/index.ts'
import { type FhirTestServer, json, sharePath, startFhirServer, type TestResource } from './testing/fhir-server.ts'
import { newKeychain, type Rig, type RigOptions, startRig, type TestKeychain } from './testing/rig.ts'

const pin = 'kestrel-7'
const ann = PatientId.parse('ann')
const hour = 3_600_000

let server: FhirTestServer
let folder: string
let keychain: TestKeychain
let rigs: Rig[]
let now: number

beforeEach(async () => {
  server = await startFhirServer()
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-records-'))
  keychain = newKeychain()
  rigs = []
  now = Date.UTC(2026, 10, 23, 9)
  server.resources = [
    { resourceType: 'Patient', id: 'ann', name: [{ family: 'Quill', given: ['Ann'] }], birthDate: '1961-03-12', identifier: [{ value: '4471' }] },
    { resourceType: 'Patient', id: 'bob', name: [{ family: 'Quillon', given: ['Bob'] }], birthDate: '1975-01-02', identifier: [{ value: '44719' }] },
    allergy('a1', 'ann', 'penicillin'),
    allergy('a2', 'ann', 'latex'),
  ]
})
afterEach(async () => {
  for (const rig of rigs) await rig.stop()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const allergy = (id: string, patient: string, text: string): TestResource => ({ resourceType: 'AllergyIntolerance', id, patient: { reference: `Patient/${patient}` }, code: { text } })

function start(options: Partial<RigOptions> = {}): Rig {
  const rig = startRig({ server, folder, keychain, now: () => now, ...options })
  rigs.push(rig)
  return rig
}

/** A session whose vault is open, as after the first sign-in. */
async function begin(options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = start(options)
  expect(await rig.workspace().call('vault.setPin', { pin })).toEqual({ value: {} })
  return rig
}

/** The same workstation after a lock or a restart, and the PIN. */
async function resume(options: Partial<RigOptions> = {}): Promise<Rig> {
  const rig = start({ state: 'locked', ...options })
  expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
  return rig
}

async function look(rig: Rig, section: SectionName = 'allergies', want: 'kept' | 'current' = 'current', next?: string) {
  const reply = await rig.tab('ann').call('chart.section', { patient: ann, section, cause: 'look', want, ...(next === undefined ? {} : { next }) })
  return 'value' in reply
    ? { ids: reply.value.resources.map(({ id }) => id), source: reply.value.freshness.source, asOf: reply.value.freshness.asOf, refused: reply.value.refused, next: reply.value.next, total: reply.value.total }
    : reply.failure
}

const cut = () => {
  server.intercept = (_asked, response) => {
    response.destroy()
    return true
  }
}

describe('reading a chart', () => {
  it('gives the section, from the EHR, and says how fresh it is', async () => {
    expect(await look(await begin())).toEqual({ ids: ['a1', 'a2'], source: 'network', asOf: now, refused: { wrongPatient: 0, malformed: 0 }, next: undefined, total: 2 })
  })

  it("leaves another patient's resource out of the list, and says that it did @164.312(c)(1)", async () => {
    server.intercept = (asked, response) =>
      asked.path.startsWith('AllergyIntolerance') &&
      json(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: allergy('a1', 'ann', 'x') }, { resource: allergy('b1', 'bob', 'y') }, { resource: { resourceType: 'Patient' } }, { resource: 7 }, {}] })
    expect(await look(await begin())).toMatchObject({ ids: ['a1'], refused: { wrongPatient: 1, malformed: 3 } })
  })

  it('says "not permitted" of a part that was not granted, asks nothing of the EHR, and shows nothing of before @164.312(a)(2)(i)', async () => {
    const rig = await begin()
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'] })
    const asked = server.asked.length
    rig.send({ kind: 'session', state: 'active', permissions: permissions.filter((permission) => permission !== 'section:allergies') })
    expect(await look(rig, 'allergies', 'kept')).toBe('not-permitted')
    expect(await look(rig)).toBe('not-permitted')
    expect(server.asked).toHaveLength(asked)
    expect(await look(rig, 'flags')).toMatchObject({ ids: [] })
    // Granted again, it is read again: what was kept is gone.
    rig.send({ kind: 'session', state: 'active', permissions })
    expect(await look(rig, 'allergies', 'kept')).toMatchObject({ source: 'network' })
  })

  it('refuses another patient in the place of the one that was asked for', async () => {
    server.intercept = (asked, response) => asked.path.startsWith('Patient/') && json(response, 200, server.resources[1])
    expect(await look(await begin(), 'patient')).toBe('wrong-patient')
  })

  it.each<[string, unknown, string]>([
    ['not a bundle', { resourceType: 'Patient', id: 'x' }, 'malformed'],
    ['a bundle that is no searchset', { resourceType: 'Bundle', type: 'batch', entry: [] }, 'malformed'],
    ['no object at all', [1, 2], 'malformed'],
  ])('says malformed on %s', async (_name, body, kind) => {
    server.intercept = (_asked, response) => json(response, 200, body)
    expect(await look(await begin())).toBe(kind)
  })

  it('says malformed on what is not JSON', async () => {
    server.intercept = (_asked, response) => response.end('<html>') === response
    expect(await look(await begin())).toBe('malformed')
  })

  it('follows the pages of a list whose half would be dangerous', async () => {
    server.pageSize = 10
    server.resources = Array.from({ length: 35 }, (_, index) => allergy(`a${index}`, 'ann', 'x'))
    const found = await look(await begin())
    expect(found).toMatchObject({ total: 35, next: undefined })
    expect(typeof found === 'string' ? [] : found.ids).toHaveLength(35)
  })

  it('gives the newest of a long list first, and the rest on demand', async () => {
    server.pageSize = 10
    server.resources = Array.from({ length: 25 }, (_, index) => ({ resourceType: 'Observation', id: `o${index}`, subject: { reference: 'Patient/ann' } }))
    const rig = await begin()
    const seen: (string | undefined)[] = []
    let next: string | undefined
    do {
      const part = await look(rig, 'laboratory', 'current', next)
      if (typeof part === 'string') throw new Error(part)
      seen.push(...part.ids)
      next = part.next
    } while (next !== undefined)
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
  })

  it('reads on where the EHR does not sort, so that the newest is among what is shown first', async () => {
    server.pageSize = 10
    server.resources = Array.from({ length: 25 }, (_, index) => ({ resourceType: 'Observation', id: `o${index}`, subject: { reference: 'Patient/ann' }, effectiveDateTime: `20${10 + Math.floor(index / 2)}-01-0${1 + (index % 2)}` }))
    const found = await look(await begin(), 'laboratory')
    expect(found).toMatchObject({ next: undefined })
    expect(typeof found === 'string' ? [] : found.ids).toContain('o24')
  })

  it('reads the first page alone where the EHR sorts', async () => {
    server.pageSize = 10
    server.resources = Array.from({ length: 25 }, (_, index) => ({ resourceType: 'Observation', id: `o${index}`, subject: { reference: 'Patient/ann' }, effectiveDateTime: `20${40 - index}-01-01` }))
    const found = await look(await begin(), 'laboratory')
    expect(typeof found === 'string' ? [] : found.ids).toHaveLength(10)
  })

  it.each<[string, (base: string) => string]>([
    ['to another host', () => 'https://elsewhere.example/fhir/R4/AllergyIntolerance?page=2'],
    ['outside the API', (base) => base.replace('/fhir/R4', '/other/AllergyIntolerance')],
    ['above the API', (base) => `${base}/../../AllergyIntolerance`],
    ['with credentials', (base) => `${base.replace('https://', 'https://me:me@')}/AllergyIntolerance?page=2`],
    ['to plain http elsewhere', () => 'http://elsewhere.example/fhir/R4/AllergyIntolerance?page=2'],
    ['to a script', () => 'javascript:alert(1)'],
  ])('does not follow a next link %s', async (_name, link) => {
    const rig = await begin()
    server.intercept = (asked, response) =>
      asked.path.startsWith('AllergyIntolerance') && json(response, 200, { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: link(server.fhirBase) }], entry: [] })
    expect(await look(rig)).toBe('malformed')
    expect(server.asked.filter(({ path }) => path.startsWith('AllergyIntolerance'))).toHaveLength(1)
  })

  it('notices next links that go in a circle', async () => {
    const rig = await begin()
    server.intercept = (asked, response) => {
      if (!asked.path.startsWith('AllergyIntolerance')) return false
      const page = Number(new URLSearchParams(asked.path.split('?')[1]).get('page') ?? '0')
      return json(response, 200, { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: `${server.fhirBase}/AllergyIntolerance?page=${(page % 3) + 1}` }], entry: [] })
    }
    expect(await look(rig)).toBe('malformed')
    expect(server.asked.length).toBeLessThan(6)
  })

  it.each([
    [403, 'forbidden'],
    [404, 'not-found'],
    [410, 'gone'],
    [400, 'server'],
  ])('says what a status of %i means', async (status, kind) => {
    server.intercept = (_asked, response) => json(response, status, { resourceType: 'OperationOutcome', issue: [{ code: 'processing', diagnostics: 'Ann Quill' }] })
    const rig = await begin()
    expect(await look(rig)).toBe(kind)
    expect(JSON.stringify(rig.told.filter(({ kind: told }) => told === 'log'))).not.toContain('Quill')
  })

  it('asks again after a failure that may pass, twice at most', async () => {
    const rig = await begin()
    let failures = 2
    server.intercept = (_asked, response) => {
      failures -= 1
      return failures >= 0 && json(response, 503, {})
    }
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'] })
    failures = 100
    expect(await look(rig, 'problems')).toBe('server')
    expect(server.asked.filter(({ path }) => path.startsWith('Condition'))).toHaveLength(3)
  })

  it('asks for a new token once when the EHR refuses the old one, whoever else waits', async () => {
    const rig = await begin()
    server.token = 'token-2'
    await Promise.all([look(rig), look(rig, 'problems'), look(rig, 'patient')])
    expect(rig.told.filter((message) => message.kind === 'want-token').map((message) => 'refused' in message && message.refused)).toEqual([false, true])
    server.token = 'token-3'
    expect(await look(rig)).toBe('unauthorized')
  })

  it('never puts a name or a record number into an address', async () => {
    const rig = await begin()
    await rig.workspace().call('patients.search', { text: 'Quill, Ann' })
    await rig.workspace().call('patients.search', { text: '4471' })
    const addresses = server.asked.map(({ path }) => path).join(' ')
    expect(addresses).not.toMatch(/Quill|Ann|4471/)
    expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(2)
  })
})

describe('what was read is kept @164.312(a)(2)(iv)', () => {
  it('opens with the network cut, also after a restart, after the PIN, and says how old it is', async () => {
    const first = await begin()
    const asOf = now
    await look(first)
    await first.stop()
    cut()
    now += hour
    const second = await resume()
    expect(await look(second)).toMatchObject({ ids: ['a1', 'a2'], source: 'cache', asOf })
    expect(await look(second, 'allergies', 'kept')).toMatchObject({ ids: ['a1', 'a2'], source: 'cache', asOf })
    expect(await look(second, 'problems')).toBe('offline')
  })

  it('is confirmed by its ETag without being sent again', async () => {
    const rig = await begin()
    await look(rig)
    now += hour
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'], source: 'network', asOf: now })
    expect(server.asked.at(-1)?.etag).toMatch(/^W\//)
    server.resources = server.resources.filter(({ id }) => id !== 'a2')
    expect(await look(rig)).toMatchObject({ ids: ['a1'], source: 'network' })
  })

  it('is not shown when it is older than the policy allows', async () => {
    const rig = await begin({ cache: { maxAgeHours: 2 } })
    await look(rig)
    cut()
    now += 2 * hour + 1
    expect(await look(rig, 'allergies', 'kept')).toBe('offline')
  })

  it('is not shown when it seems to come from the future', async () => {
    const rig = await begin()
    await look(rig)
    cut()
    now -= 2 * hour
    expect(await look(rig)).toBe('offline')
  })

  it('is removed when the EHR says that this user may not see it any more', async () => {
    const rig = await begin()
    await look(rig, 'patient')
    await look(rig)
    server.intercept = (_asked, response) => json(response, 403, {})
    expect(await look(rig, 'patient')).toBe('forbidden')
    cut()
    expect(await look(rig, 'patient', 'kept')).toBe('offline')
    expect(await look(rig, 'allergies', 'kept')).toBe('offline')
    expect(await rig.workspace().call('patients.recent', {})).toMatchObject({ value: { patients: [] } })
  })

  it('leaves out, as a whole, a list with an entry that is labelled not to be kept', async () => {
    const rig = await begin()
    await look(rig)
    server.resources.push({ ...allergy('a3', 'ann', 'secret'), meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'DELAU' }] } })
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2', 'a3'] })
    cut()
    expect(await look(rig, 'allergies', 'kept')).toBe('offline')
  })

  it('is not a substitute for an answer that is a refusal or a danger', async () => {
    const rig = await begin()
    await look(rig)
    server.token = 'nobody has it'
    expect(await look(rig)).toBe('unauthorized')
    server.token = 'token-1'
    server.intercept = (_asked, response) => response.writeHead(302, { location: 'https://elsewhere.example' }).end() === response
    expect(await look(rig)).toBe('redirected')
  })

  it('leaves nothing in clear on the disk', async () => {
    const rig = await begin()
    await look(rig)
    await look(rig, 'patient')
    await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'severe headache', caret: 3, typedAt: now } })
    await rig.stop()
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
    for (const needle of ['penicillin', 'Quill', 'headache', 'AllergyIntolerance', '"ann"', 'user-a', pin]) expect(bytes.includes(needle)).toBe(false)
  })

  it('does not open for another user, even with the same PIN and the same key part', async () => {
    const rig = await begin()
    await look(rig)
    await rig.stop()
    const other = start({ state: 'locked', userKey: 'user-b' })
    expect(await other.workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
  })

  it('stays in memory where the workstation may keep nothing', async () => {
    const rig = start({ folder: undefined })
    await look(rig)
    cut()
    expect(await look(rig, 'allergies', 'kept')).toMatchObject({ ids: ['a1', 'a2'], source: 'cache' })
    expect(await rig.workspace().call('vault.setPin', { pin })).toMatchObject({ failure: 'vault-unavailable' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('goes on from the network when the cache is damaged, and keeps anew', async () => {
    const first = await begin()
    await look(first)
    await first.stop()
    for (const name of readdirSync(folder).filter((name) => name.startsWith('cache.db'))) writeFileSync(join(folder, name), Buffer.alloc(20_000, 7))
    const second = await resume()
    expect(await look(second, 'allergies', 'kept')).toMatchObject({ ids: ['a1', 'a2'], source: 'network' })
    expect(await look(second, 'allergies', 'kept')).toMatchObject({ ids: ['a1', 'a2'], source: 'cache' })
    expect(second.told).toContainEqual({ kind: 'log', event: 'vault.set-aside', fields: { what: 'cache' } })
  })
})

describe('the PIN @164.312(d)', () => {
  it('counts a wrong try before it is known to be wrong, and says how many are left', async () => {
    await (await begin()).stop()
    const page = start({ state: 'locked' }).workspace()
    expect(await page.call('vault.unlock', { pin: 'wrong-1' })).toEqual({ failure: 'pin-wrong', triesLeft: 4 })
    expect(await page.call('vault.unlock', { pin: 'wrong-2' })).toEqual({ failure: 'pin-wrong', triesLeft: 3 })
    expect(keychain.tries).toBe(3)
    expect(await page.call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(keychain.tries).toBe(5)
  })

  it('is void after five wrong tries, even for who knows it', async () => {
    await (await begin()).stop()
    const page = start({ state: 'locked' }).workspace()
    for (let left = 4; left > 0; left -= 1) expect(await page.call('vault.unlock', { pin: 'wrong-x' })).toEqual({ failure: 'pin-wrong', triesLeft: left })
    expect(await page.call('vault.unlock', { pin: 'wrong-x' })).toEqual({ failure: 'pin-void', triesLeft: 0 })
    expect(await page.call('vault.unlock', { pin })).toEqual({ failure: 'pin-void', triesLeft: 0 })
  })

  it('must not be easy to guess; no key is asked for then', async () => {
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: '123456' })).toMatchObject({ failure: 'pin-weak' })
    expect(rig.told.some(({ kind }) => kind === 'want-new-key')).toBe(false)
  })

  it('never leaves over the way to main', async () => {
    const rig = await begin()
    await rig.stop()
    const second = await resume()
    expect(JSON.stringify([rig.told, second.told])).not.toContain(pin)
  })

  it('that is changed while the vault is open keeps what is in it', async () => {
    const rig = await begin()
    await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'note', caret: 0, typedAt: now } })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    await rig.stop()
    const page = start({ state: 'locked' })
    expect(await page.workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
    expect(await page.workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await page.tab('ann').call('draft.read', { patient: ann })).toMatchObject({ value: { draft: { text: 'note' } } })
  })

  it('costs no try where the key file is damaged, missing, from an earlier version or from a later one, and leaves it as it is', async () => {
    await (await begin()).stop()
    const path = join(folder, 'keys.json')
    const good = readFileSync(path, 'utf8')
    const damaged = good.replace(/"wrapped":"(.)/, (_all, first: string) => `"wrapped":"${first === 'A' ? 'B' : 'A'}`)
    for (const [text, kind] of [[damaged, 'vault-corrupt'], [good.slice(0, 50), 'vault-corrupt'], ['{}', 'vault-corrupt'], ['{"format":2,"slots":[]}', 'vault-older'], ['{"format":4,"more":[]}', 'vault-newer']] as const) {
      writeFileSync(path, text)
      expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: kind })
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
    expect(await start().workspace().call('vault.setPin', { pin })).toMatchObject({ failure: 'vault-newer' })
    expect(readFileSync(path, 'utf8')).toBe('{"format":4,"more":[]}')
    rmSync(path)
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-corrupt' })
    expect(keychain.tries).toBe(5)
  })
})

describe('a forgotten PIN @164.312(a)(2)(ii)', () => {
  const note = { text: 'Cough for three days.', caret: 0, typedAt: 1 }

  /** A workstation where a note was written and the PIN is void. */
  async function forgotten(options: Partial<RigOptions> = {}): Promise<void> {
    const rig = await begin(options)
    await look(rig)
    await rig.tab('ann').call('draft.save', { patient: ann, draft: note })
    await rig.stop()
    keychain.tries = 0
  }
  const draftIn = async (rig: Rig) => rig.tab('ann').call('draft.read', { patient: ann })
  const nothingIsAside = () => expect(readdirSync(folder).filter((name) => name.includes('aside'))).toEqual([])

  it('loses no draft: the share that the EHR releases after a full sign-in opens the vault for a new one', async () => {
    await forgotten()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
    await rig.stop()
    nothingIsAside()
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'pin-wrong' })
    const again = start({ state: 'locked' })
    expect(await again.workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(again)).toEqual({ value: { draft: note } })
  })

  it.each([
    ['is out of reach', cut],
    ['refuses it, as to who is locked out or was refreshed', () => void (server.intercept = (asked, response) => asked.path === sharePath && json(response, 403, { error: 'needs-full-sign-in' }))],
    ['gives what is no share', () => void (server.share = 'short')],
    ['gives another one', () => void (server.share = Buffer.alloc(32, 7).toString('base64url'))],
    ['holds none any more', () => void (server.share = undefined)],
  ])('changes nothing while the EHR %s, until its owner says to go on without', async (_what, happens) => {
    await forgotten()
    const before = readFileSync(join(folder, 'keys.json'), 'utf8')
    happens()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe(before)
    nothingIsAside()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one', withoutKept: true })).toEqual({ value: {} })
    expect(readdirSync(folder)).toContain('work.aside-1.db')
  })

  it('opens with the share once the EHR can be reached again, in the same session', async () => {
    await forgotten()
    cut()
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    server.intercept = () => false
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
  })

  it('asks for no share where nobody has just signed in, and asks once where somebody has', async () => {
    await forgotten()
    expect(server.shareAsks).toHaveLength(1)
    await start({ state: 'locked' }).heard('ready')
    const rig = start({ hasJustSignedIn: false })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(server.shareAsks).toHaveLength(1)
  })

  it('is helped by a share that came later, at an unlock after a full sign-in', async () => {
    server.share = undefined
    await forgotten()
    server.share = Buffer.alloc(32, 9).toString('base64url')
    keychain.tries = 5
    const rig = start({ state: 'locked', hasJustSignedIn: true })
    await vi.waitFor(() => expect(server.shareAsks).toHaveLength(2))
    await look(rig)
    expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
    await rig.stop()
    keychain.tries = 0
    const forgetful = start()
    expect(await forgetful.workspace().call('vault.setPin', { pin: 'another-one' })).toEqual({ value: {} })
    expect(await draftIn(forgetful)).toEqual({ value: { draft: note } })
  })

  it('that is replaced while main dies before it hears of it costs another sign-in, and no draft', async () => {
    await forgotten()
    keychain.settles = false
    expect(await start().workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'keychain-locked' })
    expect(keychain.parts).toHaveLength(2)
    keychain.settles = true
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'third-time-lucky' })).toEqual({ value: {} })
    expect(await draftIn(rig)).toEqual({ value: { draft: note } })
    expect(keychain.parts).toHaveLength(1)
  })

  it('never lets the share pass through main', async () => {
    await forgotten()
    const rig = start()
    await rig.workspace().call('vault.setPin', { pin: 'another-one' })
    expect(JSON.stringify(rig.told)).not.toContain(server.share)
  })
})

describe('an older copy of what is kept @164.312(c)(1)', () => {
  const draft = (text: string) => ({ text, caret: 0, typedAt: 1 })
  const noticed = (rig: Rig) => rig.told.filter((message) => message.kind === 'log' && message.event === 'vault.noticed').map((message) => 'fields' in message && message.fields)
  let copy: string
  beforeEach(() => (copy = mkdtempSync(join(tmpdir(), 'chartkeep-copy-'))))
  afterEach(() => rmSync(copy, { recursive: true, force: true }))

  async function writes(rig: Rig, text: string): Promise<void> {
    await look(rig)
    expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: draft(text) })).toMatchObject({ value: {} })
  }
  const bringBack = () => {
    rmSync(folder, { recursive: true })
    cpSync(copy, folder, { recursive: true })
  }

  it('is noticed, recorded and told; the notes in it are there, and the cache is made anew', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    cpSync(folder, copy, { recursive: true })
    const second = await resume()
    await writes(second, 'of the evening')
    await second.stop()
    expect(noticed(second)).toEqual([])

    bringBack()
    const third = start({ state: 'locked' })
    const page = third.workspace()
    expect(await page.call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(noticed(third)).toEqual([{ what: 'work', standing: 'older' }, { what: 'cache', standing: 'older' }])
    expect(third.audit).toContainEqual(expect.objectContaining({ event: 'vault.older', failure: 'vault-rolled-back' }))
    expect(page.events).toContainEqual({ event: 'keeping', trouble: { what: 'found', failure: 'vault-rolled-back' } })
    expect(await third.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: { draft: draft('of the morning') } })
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['work.aside-1.db', 'cache.aside.db']))
    await third.stop()
    // Once noticed it is what there is.
    expect(noticed(await resume())).toEqual([])
  })

  it('that was made while the vault was open is noticed after the lock', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    cpSync(folder, copy, { recursive: true })
    await writes(first, 'of the evening')
    await first.stop()
    bringBack()
    expect(noticed(await resume())).toContainEqual({ what: 'work', standing: 'older' })
  })

  it('is not seen in what a killed process left', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    // As if it had been killed: nothing of it is closed.
    const second = await resume()
    expect(noticed(second)).toEqual([])
    expect(await second.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: { draft: draft('of the morning') } })
  })

  it('is not seen where all was begun anew, nor where a damaged file was made anew before a crash', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    server.share = undefined
    keychain.tries = 0
    const anew = start()
    expect(await anew.workspace().call('vault.setPin', { pin, withoutKept: true })).toEqual({ value: {} })
    await anew.stop()
    expect(noticed(await resume())).toEqual([])

    for (const name of readdirSync(folder).filter((name) => name.startsWith('cache.db'))) writeFileSync(join(folder, name), Buffer.alloc(20_000, 7))
    const hurt = await resume()
    await look(hurt)
    // As if it had been killed: nothing of it is closed.
    expect(noticed(await resume())).toEqual([])
  })

  it('of nothing at all is noticed too', async () => {
    const first = await begin()
    await writes(first, 'of the morning')
    await first.stop()
    for (const name of readdirSync(folder).filter((name) => name.startsWith('work'))) rmSync(join(folder, name))
    expect(noticed(await resume())).toEqual([{ what: 'work', standing: 'missing' }])
  })
})

describe('a vault from an earlier version', () => {
  it('is refused by its own name; a new PIN puts its drafts aside, says so, and keeps again', async () => {
    const first = await begin()
    await first.tab('ann').call('draft.save', { patient: ann, draft: { text: 'note', caret: 0, typedAt: now } })
    await first.stop()
    const path = join(folder, 'keys.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"format":3', '"format":2'))
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin })).toMatchObject({ failure: 'vault-older' })
    const rig = start()
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one' })).toMatchObject({ failure: 'vault-shut' })
    expect(await rig.workspace().call('vault.setPin', { pin: 'another-one', withoutKept: true })).toEqual({ value: {} })
    expect(rig.told).toContainEqual({ kind: 'log', event: 'vault.set-aside', fields: { what: 'drafts' } })
    expect(readdirSync(folder)).toContain('work.aside-1.db')
    expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: { text: 'again', caret: 0, typedAt: now } })).toMatchObject({ value: {} })
    await rig.stop()
    expect(await start({ state: 'locked' }).workspace().call('vault.unlock', { pin: 'another-one' })).toEqual({ value: {} })
  })
})

describe('drafts and place', () => {
  const draft = (text: string) => ({ text, caret: text.length, typedAt: now })

  it('are there again after a lock or a restart, and the PIN', async () => {
    const first = await begin()
    await first.tab('ann').call('draft.save', { patient: ann, draft: draft('what had been typed') })
    const place = { tabs: [{ patient: ann, view: 'summary', scroll: 120 }], front: 0 }
    await first.workspace().call('place.keep', { place })
    await first.stop()
    const second = await resume()
    expect(await second.tab('ann').call('draft.read', { patient: ann })).toEqual({ value: { draft: draft('what had been typed') } })
    expect(await second.workspace().call('place.recall', {})).toEqual({ value: { place } })
  })

  it('keep the last text of many that were sent at once', async () => {
    const rig = await begin()
    const page = rig.tab('ann')
    await Promise.all(Array.from({ length: 30 }, (_, index) => page.call('draft.save', { patient: ann, draft: draft(`text ${index}`) })))
    expect(await page.call('draft.read', { patient: ann })).toMatchObject({ value: { draft: { text: 'text 29' } } })
    await page.call('draft.save', { patient: ann, draft: draft('') })
    expect(await page.call('draft.read', { patient: ann })).toEqual({ value: {} })
  })

  it('are saved while the lock is under way, and by nobody after the flush', async () => {
    const rig = await begin()
    const page = rig.tab('ann')
    rig.send({ kind: 'session', state: 'locked', permissions })
    expect(await page.call('draft.save', { patient: ann, draft: draft('the last word') })).toEqual({ value: {} })
    expect(await page.call('draft.read', { patient: ann })).toMatchObject({ failure: 'locked' })
    rig.send({ kind: 'flush', request: 1 })
    await rig.heard('flushed')
    expect(await page.call('draft.save', { patient: ann, draft: draft('too late') })).toMatchObject({ failure: 'locked' })
  })

  it('say that they are not safe where nothing may be kept', async () => {
    const rig = start({ folder: undefined })
    expect(await rig.tab('ann').call('draft.save', { patient: ann, draft: draft('x') })).toMatchObject({ failure: 'vault-unavailable' })
    expect(await rig.tab('ann').call('draft.read', { patient: ann })).toMatchObject({ value: { draft: { text: 'x' } } })
  })
})

describe('lists of patients', () => {
  it('hold for a record number who has exactly that one, and nobody else', async () => {
    const page = (await begin()).workspace()
    expect(await page.call('patients.search', { text: '4471' })).toMatchObject({ value: { patients: [{ id: 'ann' }] } })
    expect(await page.call('patients.search', { text: '447' })).toMatchObject({ value: { patients: [] } })
  })

  it('put the exact family name before a longer one', async () => {
    const page = (await begin()).workspace()
    expect(await page.call('patients.search', { text: 'quill' })).toMatchObject({ value: { patients: [{ id: 'ann' }, { id: 'bob' }], cut: false } })
  })

  it('hold who has a family name of several words, where the EHR compares no more than the beginning of each part', async () => {
    const berg = { resourceType: 'Patient', id: 'jan', name: [{ family: 'van der Berg', given: ['Jan'] }] }
    const begins = (word: string) => ['van der berg', 'jan'].some((part) => part.startsWith(word))
    server.intercept = (asked, response) =>
      asked.path.startsWith('Patient/_search') &&
      json(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: new URLSearchParams(asked.body).getAll('name').every(begins) ? [{ resource: berg }] : [] })
    const page = (await begin()).workspace()
    for (const text of ['van der berg', 'jan van']) expect(await page.call('patients.search', { text })).toMatchObject({ value: { patients: [{ id: 'jan' }] } })
  })

  it('hold those in whose care team the user is, also with the network cut', async () => {
    server.resources.push({ resourceType: 'CareTeam', id: 't1', status: 'active', subject: { reference: 'Patient/bob' }, participant: [{ member: { reference: 'Practitioner/dr-a' } }] })
    const page = (await begin()).workspace()
    expect(await page.call('patients.mine', {})).toMatchObject({ value: { patients: [{ id: 'bob' }], freshness: { source: 'network' } } })
    cut()
    expect(await page.call('patients.mine', {})).toMatchObject({ value: { patients: [{ id: 'bob' }], freshness: { source: 'cache' } } })
  })

  it('hold whose chart was opened here, newest first, and not who was only refreshed', async () => {
    const rig = await begin()
    await look(rig, 'patient')
    const bob = PatientId.parse('bob')
    await rig.tab('bob').call('chart.section', { patient: bob, section: 'patient', cause: 'refresh', want: 'current' })
    expect(await rig.workspace().call('patients.recent', {})).toMatchObject({ value: { patients: [{ id: 'ann' }] } })
    await rig.tab('bob').call('chart.section', { patient: bob, section: 'patient', cause: 'look', want: 'current' })
    expect(await rig.workspace().call('patients.recent', {})).toMatchObject({ value: { patients: [{ id: 'bob' }, { id: 'ann' }] } })
  })
})

describe('who may ask', () => {
  it('no audit, no data: not even from the cache @164.312(b)', async () => {
    const rig = await begin()
    await look(rig)
    rig.refuseAudit()
    const before = server.asked.length
    expect(await look(rig, 'allergies', 'kept')).toBe('audit-unavailable')
    expect(server.asked).toHaveLength(before)
  })

  it('announces each look with its patient, and a search with its text encrypted to the EHR alone @164.312(b)', async () => {
    const rig = await begin()
    await look(rig)
    await rig.workspace().call('patients.search', { text: 'quill' })
    expect(rig.audit).toContainEqual(expect.objectContaining({ event: 'chart.section', outcome: 'intent', cause: 'look', patient: 'ann' }))
    const search = rig.audit.find(({ event }) => event === 'patients.search')
    expect(await server.open(search?.sealed ?? '')).toBe('quill')
    expect(JSON.stringify(rig.audit)).not.toContain('quill')
  })

  it("a tab speaks of its own patient alone, and another epoch's port of none", async () => {
    const rig = await begin()
    expect(await rig.tab('bob').call('chart.section', { patient: ann, section: 'allergies', cause: 'look', want: 'current' })).toMatchObject({ failure: 'wrong-patient' })
    expect(await rig.tab('ann', 6).call('chart.section', { patient: ann, section: 'allergies', cause: 'look', want: 'current' })).toMatchObject({ failure: 'stale' })
    expect(await rig.workspace(6).call('patients.recent', {})).toMatchObject({ failure: 'stale' })
    expect(server.asked).toHaveLength(0)
  })

  it('a tab cannot ask what belongs to the window, nor for the rest of another list', async () => {
    const rig = await begin()
    expect(await rig.tab('ann').call('vault.unlock', { pin })).toMatchObject({ failure: 'unknown-procedure' })
    expect(await look(rig, 'laboratory', 'current', 'f'.repeat(32))).toBe('stale')
  })

  it('nobody while the session is locked', async () => {
    const rig = start({ state: 'locked' })
    expect(await look(rig)).toBe('locked')
    expect(await rig.workspace().call('patients.recent', {})).toMatchObject({ failure: 'locked' })
  })

  it('drops what is no call, and goes on', async () => {
    const rig = await begin()
    const page = rig.workspace()
    for (const rubbish of [7, null, '', '{', '[]', '{"id":1}', `{"id":1,"name":"x","input":"${'x'.repeat(5_000_000)}"}`]) page.send(rubbish)
    expect(await page.call('patients.recent', {})).toMatchObject({ value: { patients: [] } })
    const drops = rig.told.filter((message) => message.kind === 'log' && message.event === 'rpc.dropped')
    expect(drops).toHaveLength(7)
  })
})

describe('a policy that changes under way', () => {
  const limits = (cache: object, minLength = 6) => ({ kind: 'limits', limits: { cache: { enabled: true, maxAgeHours: 72, maxMegabytes: 512, ...cache }, pin: { minLength } } }) as const

  it('and forbids the cache takes away what is kept, at once, and keeps nothing more', async () => {
    const rig = await begin()
    await look(rig, 'patient')
    await look(rig)
    rig.send(limits({ enabled: false }))
    cut()
    expect(await look(rig)).toBe('offline')
    expect(await rig.workspace().call('patients.recent', {})).toMatchObject({ value: { patients: [] } })
    server.intercept = () => false
    await look(rig)
    // Allowed again, it begins empty: nothing was kept in secret.
    rig.send(limits({}))
    cut()
    expect(await look(rig)).toBe('offline')
  })

  it('and shortens the age of what may be shown, shortens it at once', async () => {
    const rig = await begin()
    await look(rig)
    now += 2 * hour
    cut()
    expect(await look(rig)).toMatchObject({ source: 'cache' })
    rig.send(limits({ maxAgeHours: 1 }))
    expect(await look(rig)).toBe('offline')
  })

  it('and wants longer PINs refuses a shorter one from then on', async () => {
    const rig = start()
    rig.send(limits({}, 12))
    expect(await rig.workspace().call('vault.setPin', { pin })).toMatchObject({ failure: 'pin-weak' })
    expect(await rig.workspace().call('vault.setPin', { pin: 'kestrel over fen' })).toEqual({ value: {} })
  })
})

describe('the window knows whether the EHR answers', () => {
  it('from the first failure to the first answer', async () => {
    const rig = await begin()
    const page = rig.workspace()
    const offline = page.event()
    cut()
    await look(rig)
    expect(await offline).toEqual({ event: 'connection', online: false, since: now })
    const online = page.event()
    server.intercept = () => false
    await look(rig)
    expect(await online).toMatchObject({ event: 'connection', online: true })
    expect(rig.workspace().event()).toBeDefined()
  })
})
