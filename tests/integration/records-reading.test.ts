import { describe, expect, it } from 'vitest'
import { PatientId } from '../../shared/contract/ids.ts'
import { permissions } from '../../shared/contract/index.ts'
import { json } from '../../electron/records/testing/fhir-server.ts'
import { allergy, ann, begin, cut, hour, look, now, pass, pin, server, start } from '../../electron/records/testing/workplace.ts'

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

  it('tells that the EHR was heard where it took the token, now and then, and not where it refused', async () => {
    const rig = await begin()
    const told = () => rig.told.filter(({ kind }) => kind === 'heard').length
    await Promise.all([look(rig), look(rig, 'problems'), look(rig, 'patient')])
    expect(told()).toBe(1)
    pass(60_000)
    server.token = 'token-3'
    expect(await look(rig)).toBe('unauthorized')
    expect(told()).toBe(1)
    server.token = 'token-2'
    expect(await look(rig)).toMatchObject({ source: 'network' })
    expect(told()).toBe(2)
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
  const limits = (cache: object, minLength = 6) => ({ kind: 'limits', limits: { cache: { enabled: true, maxAgeHours: 72, maxMegabytes: 512, ...cache }, pin: { minLength, supportTries: 3 } } }) as const

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
    pass(2 * hour)
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
