import type { DocumentReference, Observation, OperationOutcome, Patient, Resource } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const send = (who: Who, method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.ask(who, path, { method, body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/fhir+json', ...headers } })

// The bodies below are what the server under test sent; each test looks at what it needs of them.
const json = async <T>(response: Response): Promise<T> => response.json()
const status = async (response: Promise<Response>) => {
  const answer = await response
  await answer.arrayBuffer()
  return answer.status
}

const note = (of: string, type = '11506-3', more: Partial<DocumentReference> = {}): DocumentReference => ({
  resourceType: 'DocumentReference', status: 'current', subject: { reference: `Patient/${of}` },
  type: { coding: [{ system: 'http://loinc.org', code: type }] },
  content: [{ attachment: { contentType: 'text/plain', data: 'bm90ZQ==' } }],
  ...more,
})
const pulse = (of: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation', status: 'final', code: { text: 'Pulse' }, subject: { reference: `Patient/${of}` }, ...more,
})

describe('creating', () => {
  it('answers 201 with the place, the version and the record, which is then found', async () => {
    const response = await send('ada', 'POST', 'DocumentReference', note('ann'))
    expect(response.status).toBe(201)
    expect(response.headers.get('etag')).toBe('W/"1"')
    const created = await json<DocumentReference>(response)
    expect(response.headers.get('location')).toBe(`${server.base}/DocumentReference/${created.id}/_history/1`)
    expect(created.meta).toMatchObject({ versionId: '1', lastUpdated: '2026-11-01T08:00:00.000Z' })
    const read = await server.ask('ada', `DocumentReference/${created.id}`)
    expect(await json<Resource>(read)).toEqual(created)
    const found = await server.ask('ada', 'DocumentReference?patient=ann&type=11506-3')
    expect(await found.text()).toContain(created.id)
  })

  it('names and dates the record itself, whatever was sent', async () => {
    const created = await json<Resource>(
      await send('ada', 'POST', 'Observation', pulse('ann', { id: 'pulse', meta: { versionId: '77', lastUpdated: '1999-01-01T00:00:00Z' } })),
    )
    expect(created.id).not.toBe('pulse')
    expect(created.meta).toMatchObject({ versionId: '1', lastUpdated: '2026-11-01T08:00:00.000Z' })
  })

  it('returns nothing, or an outcome, where that is preferred', async () => {
    const minimal = await send('ada', 'POST', 'Observation', pulse('ann'), { prefer: 'return=minimal' })
    expect([minimal.status, await minimal.text()]).toEqual([201, ''])
    const outcome = await send('ada', 'POST', 'Observation', pulse('ann'), { prefer: 'return=OperationOutcome' })
    expect((await json<OperationOutcome>(outcome)).resourceType).toBe('OperationOutcome')
  })

  it('happens once where If-None-Exist names it: a note sent again after a broken line is the same note', async () => {
    const identified = note('ann', '11506-3', { identifier: [{ system: 'urn:chartkeep:outbox', value: 'k-1' }] })
    const once = { 'if-none-exist': 'identifier=urn:chartkeep:outbox|k-1' }
    const first = await send('ada', 'POST', 'DocumentReference', identified, once)
    const second = await send('ada', 'POST', 'DocumentReference', identified, once)
    expect([first.status, second.status]).toEqual([201, 200])
    expect((await json<Resource>(second)).id).toBe((await json<Resource>(first)).id)
  })

  it('happens once also when it is sent ten times together', async () => {
    const identified = note('ann', '11506-3', { identifier: [{ system: 'urn:chartkeep:outbox', value: 'k-2' }] })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send('ada', 'POST', 'DocumentReference', identified, { 'if-none-exist': 'identifier=urn:chartkeep:outbox|k-2' })),
    )
    const created = await Promise.all(answers.map((answer) => json<Resource>(answer)))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect(new Set(created.map(({ id }) => id)).size).toBe(1)
  })

  it('is refused where If-None-Exist is not understood: it must not create a second one', async () => {
    for (const condition of ['favourite-colour=red', 'identifier:wrong=1', '', '_count=1']) {
      expect(await status(send('ada', 'POST', 'DocumentReference', note('ann'), { 'if-none-exist': condition }))).toBe(400)
    }
  })
})

describe('changing', () => {
  it('makes a new version of what was read, and keeps the old one', async () => {
    const created = await json<Observation>(await send('ada', 'POST', 'Observation', pulse('ann')))
    const path = `Observation/${created.id}`
    const changed = await send('ada', 'PUT', path, { ...created, status: 'amended' }, { 'if-match': 'W/"1"' })
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"'])
    expect((await json<Observation>(changed)).status).toBe('amended')
    expect((await json<Observation>(await server.ask('ada', `${path}/_history/1`))).status).toBe('final')
    expect((await json<Observation>(await server.ask('ada', path))).status).toBe('amended')
  })

  it('is refused with 412 where someone else was first', async () => {
    const created = await json<Observation>(await send('ada', 'POST', 'Observation', pulse('ann')))
    const path = `Observation/${created.id}`
    expect(await status(send('ada', 'PUT', path, { ...created, status: 'amended' }, { 'if-match': 'W/"1"' }))).toBe(200)
    expect(await status(send('cleo', 'PUT', path, { ...created, status: 'cancelled' }, { 'if-match': 'W/"1"' }))).toBe(412)
  })

  it('lets one of ten through who change the same version together', async () => {
    const created = await json<Observation>(await send('ada', 'POST', 'Observation', pulse('ann')))
    const answers = await Promise.all(Array.from({ length: 10 }, () => status(send('ada', 'PUT', `Observation/${created.id}`, created, { 'if-match': 'W/"1"' }))))
    expect(answers.toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 9 }, () => 412)])
  })

  it('does not take an If-Match that it cannot read for none', async () => {
    expect(await status(send('ada', 'PUT', 'Observation/pulse', { ...pulse('ann'), id: 'pulse' }, { 'if-match': '1' }))).toBe(400)
  })

  it('does not create: the server names its records', async () => {
    expect(await status(send('ada', 'PUT', 'Observation/mine', { ...pulse('ann'), id: 'mine' }))).toBe(404)
  })

  it('is refused where address and record differ', async () => {
    expect(await status(send('ada', 'PUT', 'Observation/pulse', { ...pulse('ann'), id: 'other' }))).toBe(400)
    expect(await status(send('ada', 'PUT', 'Condition/pulse', { ...pulse('ann'), id: 'pulse' }))).toBe(400)
    expect(await status(send('ada', 'POST', 'Condition', pulse('ann')))).toBe(400)
  })
})

describe('withdrawing', () => {
  it('leaves 410 behind, and nothing in a search', async () => {
    const created = await json<Resource>(await send('ada', 'POST', 'DocumentReference', note('ann')))
    const path = `DocumentReference/${created.id}`
    expect(await status(server.ask('ada', path, { method: 'DELETE' }))).toBe(204)
    expect(await status(server.ask('ada', path))).toBe(410)
    expect(await status(send('ada', 'PUT', path, created))).toBe(410)
    expect(await (await server.ask('ada', 'DocumentReference?patient=ann')).text()).not.toContain(created.id)
    expect(await status(server.ask('ada', `${path}/_history/1`))).toBe(200)
  })

  it('is not for the clinical record, nor for patients', async () => {
    for (const path of ['Observation/pulse', 'Patient/ann', 'CareTeam/team-ann']) {
      expect(await status(server.ask('ada', path, { method: 'DELETE' }))).toBe(403)
    }
  })
})

describe('someone who may not write @164.312(a)(1) @164.312(c)(1)', () => {
  it.each<[string, Who, string, string, unknown]>([
    ['a physician into a chart where they are in no care team', 'ben', 'POST', 'Observation', pulse('ann')],
    ['a physician whose care team is no longer active', 'ada', 'POST', 'Observation', pulse('bob')],
    ['a physician into a restricted chart', 'ada', 'POST', 'Observation', pulse('vip')],
    ['a nurse a note of a physician', 'cleo', 'POST', 'DocumentReference', note('ann')],
    ['a nurse an order', 'cleo', 'POST', 'MedicationRequest', { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'x' }, subject: { reference: 'Patient/ann' } }],
    ['the front desk an observation', 'dan', 'POST', 'Observation', pulse('ann')],
    ['a sign-in that was granted reading', 'reader', 'POST', 'Observation', pulse('ann')],
    ['anyone a care team', 'ada', 'POST', 'CareTeam', { resourceType: 'CareTeam', status: 'active', subject: { reference: 'Patient/vip' }, participant: [{ member: { reference: 'Practitioner/dr-ada' } }] }],
    ['anyone the care team that is there', 'ada', 'PUT', 'CareTeam/team-vip', { resourceType: 'CareTeam', id: 'team-vip', status: 'active', subject: { reference: 'Patient/vip' }, participant: [{ member: { reference: 'Practitioner/dr-ada' } }] }],
    ['the front desk a restricted patient', 'dan', 'PUT', 'Patient/vip', { resourceType: 'Patient', id: 'vip', name: [{ family: 'Open' }] }],
    ['the front desk a label', 'dan', 'PUT', 'Patient/ann', { resourceType: 'Patient', id: 'ann', meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] } }],
    ['a physician from outside over a restricted note', 'ben', 'PUT', 'DocumentReference/ann-psych', { ...note('ann'), id: 'ann-psych' }],
    ['a physician of the team the label off a restricted note', 'ada', 'PUT', 'DocumentReference/ann-psych', { ...note('ann'), id: 'ann-psych' }],
    ['a nurse over the note of a physician, as a nursing note', 'cleo', 'PUT', 'DocumentReference/ann-psych', { ...note('ann', '34746-8'), id: 'ann-psych' }],
  ])('is refused with 403: %s', async (_what, who, method, path, body) => {
    const before = server.store.count()
    expect(await status(send(who, method, path, body))).toBe(403)
    expect(server.store.count()).toBe(before)
  })

  it('is not a nurse with a nursing note, nor the front desk with a corrected address', async () => {
    expect(await status(send('cleo', 'POST', 'DocumentReference', note('ann', '34746-8')))).toBe(201)
    const ann = await json<Patient>(await server.ask('dan', 'Patient/ann'))
    expect(await status(send('dan', 'PUT', 'Patient/ann', { ...ann, address: [{ city: 'Newtown' }] }, { 'if-match': 'W/"1"' }))).toBe(200)
  })

  it('cannot move a record into another chart, or lose it', async () => {
    for (const subject of [{ reference: 'Patient/bob' }, { reference: 'Patient/vip' }, { reference: 'Patient/nobody' }, { display: 'someone' }]) {
      const answer = await status(send('ada', 'PUT', 'Observation/pulse', { ...pulse('ann'), id: 'pulse', subject }))
      expect([403, 422]).toContain(answer)
    }
    expect((await json<Observation>(await server.ask('ada', 'Observation/pulse'))).subject?.reference).toBe('Patient/ann')
  })
})

describe('a physician with two patients @164.312(c)(1)', () => {
  it('cannot move a record from the one to the other', async () => {
    server.store.put({
      resourceType: 'CareTeam', id: 'team-nil', status: 'active', subject: { reference: 'Patient/nil' },
      participant: [{ member: { reference: 'Practitioner/dr-ada' } }],
    })
    expect(await status(send('ada', 'POST', 'Observation', pulse('nil')))).toBe(201)
    expect(await status(send('ada', 'PUT', 'Observation/pulse', { ...pulse('nil'), id: 'pulse' }))).toBe(422)
  })
})

describe('a body that is not what it should be', () => {
  const deep = `${'{"extension":['.repeat(20_000)}${']}'.repeat(20_000)}`
  it.each<[string, string, number]>([
    ['not JSON', '{"resourceType":', 400],
    ['empty', '', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['a number', '7', 400],
    ['without a type', '{"status":"final"}', 400],
    ['a prototype', '{"resourceType":"Observation","__proto__":{"isAdmin":true}}', 400],
    ['of the wrong types', JSON.stringify({ ...pulse('ann'), status: 7, code: 'x' }), 400],
    ['with members that do not exist', JSON.stringify({ ...pulse('ann'), colour: 'red' }), 400],
    ['without what is required', JSON.stringify({ resourceType: 'Observation', subject: { reference: 'Patient/ann' } }), 400],
    ['nested beyond reason', `{"resourceType":"Observation","contained":[${deep}]}`, 400],
    ['too large', JSON.stringify(pulse('ann', { note: [{ text: 'x'.repeat(3_000_000) }] })), 413],
    ['about nobody', JSON.stringify({ ...pulse('ann'), subject: undefined }), 422],
    ['about somebody who is not here', JSON.stringify(pulse('nobody')), 422],
  ])('is refused: %s', async (_what, body, expected) => {
    const response = await send('ada', 'POST', 'Observation', body)
    expect(response.status).toBe(expected)
    expect((await json<OperationOutcome>(response)).resourceType).toBe('OperationOutcome')
  })

  it('is refused in another format', async () => {
    expect(await status(send('ada', 'POST', 'Observation', '<Observation/>', { 'content-type': 'application/fhir+xml' }))).toBe(415)
  })

  it('about two patients is refused', async () => {
    const participant = ['ann', 'bob'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' }))
    expect(await status(send('dan', 'POST', 'Appointment', { resourceType: 'Appointment', status: 'proposed', participant }))).toBe(422)
  })

  it('is not repeated in the answer', async () => {
    for (const body of ['{"Quillfeather', JSON.stringify({ ...pulse('ann'), code: 'Quillfeather' }), JSON.stringify({ ...pulse('ann'), effectiveDateTime: 'Quillfeather' })]) {
      const response = await send('ada', 'POST', 'Observation', body)
      expect(response.status).toBe(400)
      expect(await response.text()).not.toContain('Quillfeather')
    }
  })
})

describe('when the store fails', () => {
  it('answers 500 with an outcome that says nothing of the inside', async () => {
    server.store.database.exec('ALTER TABLE token RENAME TO elsewhere')
    for (const response of [await send('ada', 'POST', 'Observation', pulse('ann')), await server.ask('ada', 'Patient?gender=male')]) {
      expect(response.status).toBe(500)
      const text = await response.text()
      expect(text).toContain('OperationOutcome')
      expect(text).not.toMatch(/token|sql|elsewhere/i)
    }
  })
})
