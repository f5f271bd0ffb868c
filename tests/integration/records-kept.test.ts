import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { permissions } from '../../shared/contract/index.ts'
import { json } from '../../electron/records/testing/fhir-server.ts'
import { allergy, ann, begin, cut, folder, hour, look, now, pass, pin, resume, server, start } from '../../electron/records/testing/workplace.ts'

describe('what was read is kept @164.312(a)(2)(iv)', () => {
  it('opens with the network cut, also after a restart, after the PIN, and says how old it is', async () => {
    const first = await begin()
    const asOf = now
    await look(first)
    await first.stop()
    cut()
    pass(hour)
    const second = await resume()
    expect(await look(second)).toMatchObject({ ids: ['a1', 'a2'], source: 'cache', asOf })
    expect(await look(second, 'allergies', 'kept')).toMatchObject({ ids: ['a1', 'a2'], source: 'cache', asOf })
    expect(await look(second, 'problems')).toBe('offline')
  })

  it('is confirmed by its ETag without being sent again', async () => {
    const rig = await begin()
    await look(rig)
    pass(hour)
    expect(await look(rig)).toMatchObject({ ids: ['a1', 'a2'], source: 'network', asOf: now })
    expect(server.asked.at(-1)?.etag).toMatch(/^W\//)
    server.resources = server.resources.filter(({ id }) => id !== 'a2')
    expect(await look(rig)).toMatchObject({ ids: ['a1'], source: 'network' })
  })

  it('is not shown when it is older than the policy allows', async () => {
    const rig = await begin({ cache: { maxAgeHours: 2 } })
    await look(rig)
    cut()
    pass(2 * hour + 1)
    expect(await look(rig, 'allergies', 'kept')).toBe('offline')
  })

  it('is not shown when it seems to come from the future', async () => {
    const rig = await begin()
    await look(rig)
    cut()
    pass(-2 * hour)
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

  it('are counted for main, which gets numbers and nothing else, and again as soon as the PIN has opened them', async () => {
    const first = await begin()
    const counted = (rig: typeof first) => rig.told.filter(({ kind }) => kind === 'unsent')
    expect(counted(first)).toEqual([{ kind: 'unsent', drafts: 0, changes: 0 }])
    for (const text of ['a', 'ab']) await first.tab('ann').call('draft.save', { patient: ann, draft: draft(text) })
    expect(counted(first).slice(1)).toEqual([{ kind: 'unsent', drafts: 1, changes: 0 }])
    await first.stop()
    const shut = start({ state: 'locked' })
    expect(await shut.workspace().call('vault.unlock', { pin: 'wrong-1' })).toMatchObject({ failure: 'pin-wrong' })
    expect(counted(shut)).toEqual([])
    expect(await shut.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
    expect(counted(shut)).toEqual([{ kind: 'unsent', drafts: 1, changes: 0 }])
    await shut.tab('ann').call('draft.save', { patient: ann, draft: draft('') })
    expect(counted(shut).at(-1)).toEqual({ kind: 'unsent', drafts: 0, changes: 0 })
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
