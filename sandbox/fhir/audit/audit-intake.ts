import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from '@medplum/fhirtypes'
import { refuse } from '../outcomes.ts'
import { servedType } from '../access/served-types.ts'

/**
 * What may be reported: the profiles of IHE Basic Audit Log Patterns (BALP 1.1) that a client has use for, and the DICOM events
 * (PS3.16 CID 400 to 403) that BALP leaves to others. Sources: https://profiles.ihe.net/ITI/BALP/ for type, subtype, action, the
 * roles of the two machines, and the entities; DICOM for log-in, log-out, emergency override and the other security alerts.
 */
interface Form {
  readonly name: string
  /** `system|code` */
  readonly type: string
  readonly subtypes: readonly string[]
  readonly action: NonNullable<AuditEvent['action']>
  /** The roles of the two machines, each of which must be there once, with who it is and how it is reached. */
  readonly machines: readonly string[]
  readonly entity: 'data' | 'query' | 'disclosed' | 'none'
  readonly isEmergency: boolean
}

const dicom = (code: string) => `http://dicom.nema.org/resources/ontology/DCM|${code}`
const interaction = (code: string) => `http://hl7.org/fhir/restful-interaction|${code}`
const rest = 'http://terminology.hl7.org/CodeSystem/audit-event-type|rest'
const application = dicom('110150')
const destination = dicom('110152')
const source = dicom('110153')
const custodian = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type|custodian'
const disclose = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle|disclose'
const emergencies: ReadonlySet<string> = new Set(['BTG', 'ETREAT'].map((code) => `http://terminology.hl7.org/CodeSystem/v3-ActReason|${code}`))

const restful = (name: string, codes: readonly string[], action: Form['action'], machines: readonly string[], entity: 'data' | 'query'): Form => ({
  name, type: rest, subtypes: codes.map(interaction), action, machines, entity, isEmergency: false,
})

const forms: readonly Form[] = [
  restful('Read', ['read', 'vread'], 'R', [destination, source], 'data'),
  restful('Query', ['search', 'search-type', 'search-system'], 'E', [source, destination], 'query'),
  restful('Create', ['create'], 'C', [source, destination], 'data'),
  restful('Update', ['update', 'patch'], 'U', [source, destination], 'data'),
  restful('Delete', ['delete'], 'D', [application, custodian], 'data'),
  { name: 'User Authentication', type: dicom('110114'), subtypes: [dicom('110122'), dicom('110123')], action: 'E', machines: [], entity: 'none', isEmergency: false },
  { name: 'Privacy Disclosure at Source', type: dicom('110106'), subtypes: [disclose], action: 'R', machines: [source, destination], entity: 'disclosed', isEmergency: false },
  { name: 'Emergency Override', type: dicom('110113'), subtypes: [dicom('110127'), dicom('110128')], action: 'E', machines: [], entity: 'none', isEmergency: true },
  // What a workstation reports of itself: that it was started, its rules, its keys, its alerts, and the checkpoints of its chain.
  { name: 'Application Activity', type: dicom('110100'), subtypes: [dicom('110120'), dicom('110121')], action: 'E', machines: [], entity: 'none', isEmergency: false },
  { name: 'Audit Log Used', type: dicom('110101'), subtypes: ['chain.checkpoint', 'chart.signals', 'audit.events', 'audit.export', 'audit.export-write', 'audit.disclosures', 'audit.text', 'audit.print'].map((event) => `urn:chartkeep:audit-event|${event}`), action: 'E', machines: [], entity: 'none', isEmergency: false },
  {
    name: 'Security Alert', type: dicom('110113'), subtypes: ['110129', '110130', '110131', '110132', '110133', '110134', '110135', '110136', '110137', '110138'].map(dicom),
    action: 'E', machines: [], entity: 'none', isEmergency: false,
  },
]

const tokenOf = ({ system, code }: Coding) => `${system ?? ''}|${code ?? ''}`
const entityType = (code: string) => `http://terminology.hl7.org/CodeSystem/audit-entity-type|${code}`
const objectRole = (code: string) => `http://terminology.hl7.org/CodeSystem/object-role|${code}`
const isOf = (entity: AuditEventEntity, type: string) => entity.type !== undefined && tokenOf(entity.type) === entityType(type)
const requestId = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType|XrequestId'

const refused = (form: string, why: string) => refuse('unprocessable', `The AuditEvent is not of the profile ${form}: ${why}.`)

function checkMachine(form: Form, role: string, agents: readonly AuditEventAgent[]): void {
  const found = agents.filter(({ type }) => (type?.coding ?? []).some((coding) => tokenOf(coding) === role))
  const [machine] = found
  if (found.length !== 1 || machine === undefined) throw refused(form.name, `one agent is ${role}`)
  if (machine.who === undefined) throw refused(form.name, `the agent ${role} says who it is`)
  if (machine.network?.address === undefined && role !== custodian) throw refused(form.name, `the agent ${role} has a network address`)
}

const local = /^(?:https:\/\/[^\s?#]{1,300}\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const typeNamed = (entity: AuditEventEntity) => local.exec(entity.what?.reference ?? '')?.[1]

/** Whether an entity names a patient as BALP asks. */
const isPatient = (entity: AuditEventEntity) =>
  isOf(entity, '1') && entity.role !== undefined && tokenOf(entity.role) === objectRole('1') && typeNamed(entity) === 'Patient'

function checkEntities(form: Form, entities: readonly AuditEventEntity[]): void {
  const patients = entities.filter(isPatient)
  if (entities.some((entity) => isOf(entity, '1') && !isPatient(entity))) throw refused(form.name, 'the entity of a person is a Patient in that role')
  if (patients.length > 1) throw refused(form.name, 'an event is about one patient; several make one event each')
  const objects = entities.filter((entity) => isOf(entity, '2'))
  switch (form.entity) {
    case 'data': {
      const [data] = objects
      if (objects.length !== 1 || data?.what === undefined || data.role === undefined) throw refused(form.name, 'one entity is the data, with its role')
      const about = servedType(typeNamed(data) ?? '')?.about
      if ((about === 'patient' || about === 'self') && patients.length === 0) throw refused(form.name, 'data of a patient comes with the patient')
      return
    }
    case 'query': {
      const [query] = objects
      const isQuery = query?.query !== undefined && query.what === undefined && query.role !== undefined && tokenOf(query.role) === objectRole('24')
      if (objects.length !== 1 || !isQuery) throw refused(form.name, 'one entity is the query, in base64')
      return
    }
    case 'disclosed':
      if (patients.length !== 1 || entities.length < 2) throw refused(form.name, 'the entities are the patient and what was disclosed')
      return
    default:
      if (form.isEmergency && patients.length !== 1) throw refused(form.name, 'one entity is the patient')
  }
}

/** An override says why: the purpose by code, and in words when it begins. */
function checkEmergency(form: Form, event: AuditEvent): void {
  const purposes = [...(event.purposeOfEvent ?? []), ...event.agent.flatMap(({ purposeOfUse }) => purposeOfUse ?? [])]
  if (!purposes.some(({ coding }) => (coding ?? []).some((one) => emergencies.has(tokenOf(one))))) throw refused(form.name, 'the purpose is an emergency')
  const begins = (event.subtype ?? []).some((coding) => tokenOf(coding) === dicom('110127'))
  const words = [
    ...purposes.map(({ text }) => text),
    ...(event.entity ?? []).flatMap(({ detail }) => detail ?? []).filter(({ type }) => type === 'reason').map(({ valueString }) => valueString),
  ]
  if (begins && !words.some((text) => (text ?? '').trim() !== '')) throw refused(form.name, 'the reason is given in words')
}

/**
 * Checks an AuditEvent on arrival, whose shape has been checked. An event of no profile is refused: what cannot be read by those who
 * review it is no audit.
 * @throws 422; the text names the profile and the rule, and nothing of the event
 */
export function checkAuditEvent(event: AuditEvent): void {
  const type = tokenOf(event.type)
  const subtypes = (event.subtype ?? []).map(tokenOf)
  const form = forms.find((one) => one.type === type && subtypes.some((subtype) => one.subtypes.includes(subtype)))
  if (form === undefined) throw refuse('unprocessable', 'The AuditEvent is of no profile that is taken here: type and subtype name none.')
  if (event.action !== form.action) throw refused(form.name, `the action is ${form.action}`)
  if (event.outcome === undefined) throw refused(form.name, 'it has an outcome')
  const users = event.agent.filter(({ requestor }) => requestor)
  if (users.length !== 1 || users[0]?.who === undefined) throw refused(form.name, 'one agent is the requestor, and says who it is')
  for (const role of form.machines) checkMachine(form, role, event.agent)
  checkEntities(form, event.entity ?? [])
  if (form.isEmergency) checkEmergency(form, event)
}

/** The `X-Request-Id` that an event names (BALP's entity for it): by it the event is the same one when it is sent again. */
export function requestIdOf(event: AuditEvent): string | undefined {
  for (const { type, what } of event.entity ?? []) {
    if (type !== undefined && tokenOf(type) === requestId && what?.identifier?.value !== undefined) {
      return `${what.identifier.system ?? ''}|${what.identifier.value}`
    }
  }
  return undefined
}
