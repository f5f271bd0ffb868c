import type { AuditEvent, Bundle, OperationOutcome } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const dicom = (code: string) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code })
const hl7 = (name: string, code: string) => ({ system: `http://terminology.hl7.org/CodeSystem/${name}`, code })
const rest = (code: string) => ({ system: 'http://hl7.org/fhir/restful-interaction', code })
const user = { type: { coding: [hl7('v3-ParticipationType', 'IRCP')] }, who: { reference: 'Practitioner/dr-ada' }, requestor: true }
const machine = (code: string) => ({ type: { coding: [dicom(code)] }, who: { display: 'machine' }, requestor: false, network: { address: '127.0.0.1', type: '2' as const } })
const patient = (id: string) => ({ what: { reference: `Patient/${id}` }, type: hl7('audit-entity-type', '1'), role: hl7('object-role', '1') })
const data = (reference: string) => ({ what: { reference }, type: hl7('audit-entity-type', '2'), role: hl7('object-role', '4') })
const request = (value: string) => ({
  what: { identifier: { system: 'urn:chartkeep:audit', value } }, type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
})
const common = { resourceType: 'AuditEvent', recorded: '2026-11-01T07:59:00Z', outcome: '0', source: { observer: { display: 'Chartkeep' } } } as const

const read: AuditEvent = {
  ...common, type: hl7('audit-event-type', 'rest'), subtype: [rest('read')], action: 'R',
  agent: [user, machine('110152'), machine('110153')], entity: [data('Observation/pulse'), patient('ann')],
}
const query: AuditEvent = {
  ...common, type: hl7('audit-event-type', 'rest'), subtype: [rest('search')], action: 'E', agent: [user, machine('110153'), machine('110152')],
  entity: [{ type: hl7('audit-entity-type', '2'), role: hl7('object-role', '24'), query: 'T2JzZXJ2YXRpb24/cGF0aWVudD1hbm4=' }, patient('ann')],
}
const login: AuditEvent = { ...common, type: dicom('110114'), subtype: [dicom('110122')], action: 'E', agent: [user] }
const disclosure: AuditEvent = {
  ...common, type: dicom('110106'), subtype: [hl7('iso-21089-lifecycle', 'disclose')], action: 'R',
  agent: [user, machine('110153'), machine('110152')], entity: [patient('ann'), data('DocumentReference/ann-psych')],
}
const purpose = { coding: [hl7('v3-ActReason', 'BTG')], text: 'Unconscious in the emergency room' }
const override: AuditEvent = {
  ...common, type: dicom('110113'), subtype: [dicom('110127')], action: 'E', purposeOfEvent: [purpose], agent: [user], entity: [patient('vip')],
}

const post = (who: Who, event: unknown, headers: Record<string, string> = {}) =>
  server.ask(who, 'AuditEvent', { method: 'POST', body: JSON.stringify(event), headers: { 'content-type': 'application/fhir+json', ...headers } })
const status = async (response: Promise<Response>) => {
  const answer = await response
  await answer.arrayBuffer()
  return answer.status
}
const found = async (who: Who, path: string) => ((await (await server.ask(who, path)).json()) as Bundle).entry?.length ?? 0

describe('a report of what was done @164.312(b)', () => {
  it.each<[string, AuditEvent]>([
    ['a read', read],
    ['a query', query],
    ['a note that was created', { ...read, subtype: [rest('create')], action: 'C', agent: [user, machine('110153'), machine('110152')] }],
    ['a sign-in', login],
    ['one that failed', { ...login, outcome: '8' }],
    ['a sign-out', { ...login, subtype: [dicom('110123')] }],
    ['an export', disclosure],
    ['an emergency that began', override],
    ['an emergency that ended', { ...override, subtype: [dicom('110128')], purposeOfEvent: [{ coding: purpose.coding }] }],
    ['a workstation that was started', { ...login, type: dicom('110100'), subtype: [dicom('110120')] }],
    ['an alert', { ...login, type: dicom('110113'), subtype: [dicom('110133')], entity: [patient('ann')] }],
    ['a checkpoint of a workstation’s chain', { ...login, type: dicom('110101'), subtype: [{ system: 'urn:chartkeep:audit-event', code: 'chain.checkpoint' }] }],
    ['a read of the directory, which is about no patient', { ...read, entity: [data('Practitioner/dr-ada')] }],
    ['a read of somebody who is not here', { ...read, entity: [data('Observation/elsewhere'), patient('elsewhere')] }],
  ])('is taken: %s', async (_what, event) => {
    for (const who of ['ada', 'dan', 'sam'] as const) expect(await status(post(who, event))).toBe(201)
  })

  it.each<[string, unknown]>([
    ['of no profile', { ...read, type: hl7('audit-event-type', 'other') }],
    ['of a type without its subtype', { ...read, subtype: [rest('delete-everything')] }],
    ['without a subtype', { ...read, subtype: undefined }],
    ['a read that executes', { ...read, action: 'E' }],
    ['without an outcome', { ...read, outcome: undefined }],
    ['of nobody', { ...read, agent: [{ ...user, requestor: false }, machine('110152'), machine('110153')] }],
    ['of two people', { ...read, agent: [user, user, machine('110152'), machine('110153')] }],
    ['of one who is not named', { ...read, agent: [{ ...user, who: undefined }, machine('110152'), machine('110153')] }],
    ['without the client', { ...read, agent: [user, machine('110153')] }],
    ['without the address of the server', { ...read, agent: [user, machine('110152'), { ...machine('110153'), network: undefined }] }],
    ['of data of a patient without the patient', { ...read, entity: [data('Observation/pulse')] }],
    ['about two patients', { ...read, entity: [data('Observation/pulse'), patient('ann'), patient('bob')] }],
    ['about a person who is no patient', { ...read, entity: [data('Observation/pulse'), { ...patient('ann'), what: { reference: 'Practitioner/x' } }] }],
    ['of a query without the query', { ...query, entity: [patient('ann')] }],
    ['of an export of nothing', { ...disclosure, entity: [patient('ann')] }],
    ['of an alert of no kind', { ...login, type: dicom('110113'), subtype: [dicom('110999')] }],
    ['of an emergency without a reason', { ...override, purposeOfEvent: [{ coding: purpose.coding }] }],
    ['of an emergency for another purpose', { ...override, purposeOfEvent: [{ coding: [hl7('v3-ActReason', 'TREAT')], text: 'x' }] }],
    ['of an emergency of nobody', { ...override, entity: [] }],
  ])('is refused %s, and says by which rule', async (_what, event) => {
    const response = await post('ada', event)
    expect([400, 422]).toContain(response.status)
    const text = await response.text()
    expect((JSON.parse(text) as OperationOutcome).resourceType).toBe('OperationOutcome')
    expect(text).not.toMatch(/pulse|Unconscious|dr-ada/)
    expect(await found('cora', 'AuditEvent')).toBe(0)
  })

  it('is one report, however often it is sent, by its request id', async () => {
    const event = { ...read, entity: [...(read.entity ?? []), request('k-1')] }
    const answers = await Promise.all(Array.from({ length: 5 }, () => status(post('ada', event))))
    expect(answers.filter((answer) => answer === 201)).toHaveLength(1)
    expect(answers.filter((answer) => answer === 200)).toHaveLength(4)
    expect(await found('cora', 'AuditEvent?entity:identifier=urn:chartkeep:audit|k-1')).toBe(1)
    // Another event under the same name neither replaces it nor is lost in silence.
    expect(await status(post('ada', { ...event, outcome: '8' }))).toBe(409)
    expect(await status(post('ada', { ...read, entity: [...(read.entity ?? []), request('k-2')] }))).toBe(201)
  })

  it('is sent by hundreds in one bundle', async () => {
    const entry = Array.from({ length: 200 }, (_, n) => ({
      resource: { ...read, entity: [...(read.entity ?? []), request(`b-${n}`)] }, request: { method: 'POST', url: 'AuditEvent' },
    }))
    const send = () => server.ask('ada', '', { method: 'POST', body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }), headers: { 'content-type': 'application/fhir+json' } })
    const states = async () => new Set(((await (await send()).json()) as Bundle).entry?.map(({ response }) => response?.status))
    expect(await states()).toEqual(new Set(['201 Created']))
    expect(await states()).toEqual(new Set(['200 OK']))
  })
})

describe('what was reported @164.312(b)', () => {
  it('is read by compliance and privacy, of restricted patients too, and by nobody else', async () => {
    expect(await status(post('ada', override))).toBe(201)
    for (const who of ['cora', 'pia'] as const) expect(await found(who, 'AuditEvent?patient=vip')).toBe(1)
    for (const who of ['ada', 'ben', 'cleo', 'dan', 'sam'] as const) expect(await status(server.ask(who, 'AuditEvent'))).toBe(403)
    expect(await found('cora', 'AuditEvent?agent=Practitioner/dr-ada&subtype=110127&date=2026-11-01')).toBe(1)
    expect(await found('cora', 'AuditEvent?patient=ann')).toBe(0)
    expect(await found('ben', 'Patient?_id=vip&_has:AuditEvent:patient:outcome=0')).toBe(0)
  })

  it('is changed and withdrawn by nobody, at any address', async () => {
    expect(await status(post('ada', read))).toBe(201)
    const { entry } = (await (await server.ask('cora', 'AuditEvent')).json()) as Bundle
    const event = entry?.[0]?.resource
    for (const who of ['ada', 'cora', 'pia', 'sam'] as const) {
      for (const [method, path] of [['PUT', `AuditEvent/${event?.id}`], ['DELETE', `AuditEvent/${event?.id}`], ['PUT', 'AuditEvent?type=rest'], ['DELETE', 'AuditEvent?type=rest']] as const) {
        expect(await status(server.ask(who, path, { method, body: JSON.stringify(event), headers: { 'content-type': 'application/fhir+json' } }))).toBe(403)
      }
    }
    expect(await found('cora', 'AuditEvent/_history')).toBe(1)
  })
})
