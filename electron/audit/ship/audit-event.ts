import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from '@medplum/fhirtypes'
import { assertNever } from '../../../shared/assert-never.ts'
import { type Kind, type Line, lineOf } from './lines.ts'
import type { ChainLine, ToldLine } from './place.ts'
import { reportId, requestSystem } from './report-id.ts'

/** The two machines of a report: how each is reached, as BALP wants it. */
export interface Machines {
  /** Name of the workstation in its network. */
  readonly workstation: string
  readonly fhirBase: string
}

const dicom = (code: string, display: string): Coding => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code, display })
const hl7 = (name: string, code: string, display: string): Coding => ({ system: `http://terminology.hl7.org/CodeSystem/${name}`, code, display })
const interaction = (code: string): Coding => ({ system: 'http://hl7.org/fhir/restful-interaction', code })

const rest = hl7('audit-event-type', 'rest', 'RESTful Operation')
const authentication = dicom('110114', 'User Authentication')
const activity = dicom('110100', 'Application Activity')
const securityAlert = dicom('110113', 'Security Alert')
const logUsed = dicom('110101', 'Audit Log Used')
const securityDisplays: Readonly<Record<Extract<Line, { as: 'security' }>['code'], string>> = {
  '110130': 'Security Configuration',
  '110132': 'Software Configuration',
  '110133': 'Use of Restricted Function',
  '110134': 'Audit Recording Stopped',
  '110135': 'Audit Recording Started',
  '110136': 'Object Security Attributes Changed',
  '110138': 'User security Attributes Changed',
}
/** Our own words, where no code system has one. */
const ours = 'urn:chartkeep:audit-event'
const requestType: Coding = { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId', display: 'X-Request-Id' }

type Action = NonNullable<AuditEvent['action']>
type Typed = Required<Pick<AuditEvent, 'type' | 'subtype'>> & { readonly action: Action; readonly profile: string | undefined }

const profile = (name: string) => `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${name}`

function typed(line: Line, event: string, isOfPatient: boolean): Typed {
  const balp = (name: string) => profile(isOfPatient ? `Patient${name}` : name)
  switch (line.as) {
    case 'read':
      return { type: rest, subtype: [interaction('read')], action: 'R', profile: balp('Read') }
    case 'query':
      return { type: rest, subtype: [interaction('search')], action: 'E', profile: balp('Query') }
    case 'create':
      return { type: rest, subtype: [interaction('create')], action: 'C', profile: balp('Create') }
    case 'update':
      return { type: rest, subtype: [interaction('update')], action: 'U', profile: balp('Update') }
    case 'login':
      return { type: authentication, subtype: [dicom('110122', 'Login')], action: 'E', profile: undefined }
    case 'logout':
      return { type: authentication, subtype: [dicom('110123', 'Logout')], action: 'E', profile: undefined }
    case 'start':
      return { type: activity, subtype: [dicom('110120', 'Application Start')], action: 'E', profile: undefined }
    case 'stop':
      return { type: activity, subtype: [dicom('110121', 'Application Stop')], action: 'E', profile: undefined }
    case 'audit-log':
      return { type: logUsed, subtype: [{ system: ours, code: event }], action: 'E', profile: undefined }
    case 'security':
      return { type: securityAlert, subtype: [dicom(line.code, securityDisplays[line.code])], action: 'E', profile: undefined }
    default:
      return assertNever(line)
  }
}

/**
 * An entry as an AuditEvent. Pure, and the same for the same entry and person. The line of the chain goes with it
 * unchanged, so that the chain can be proven from what the EHR holds.
 */
export function auditEvent(line: ToldLine, machines: Machines): AuditEvent {
  const { entry } = line
  const event = text(entry, 'event') ?? ''
  const patient = text(entry, 'patient')
  const form = lineOf(event)
  const { profile: name, ...code } = typed(form, event, patient !== undefined)
  const outcome = text(entry, 'outcome')
  return {
    resourceType: 'AuditEvent',
    ...(name === undefined ? {} : { meta: { profile: [name] } }),
    ...code,
    recorded: new Date(Number(entry['wall'])).toISOString(),
    outcome: outcome === 'failed' ? '8' : outcome === 'refused' ? '4' : '0',
    ...(outcome === 'intent' ? { outcomeDesc: 'Announced before it was done; how it ended has the same correlation.' } : {}),
    agent: [requestor(line), ...machinesOf(form.as, entry, machines)],
    source: { site: machines.workstation, observer: device(entry), type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '1', display: 'User Device' }] },
    entity: [...patientEntity(patient), ...objectEntity(form.as, event, patient), chainEntity(line, event)],
  }
}

const device = (entry: ChainLine['entry']) => ({ identifier: { system: 'urn:chartkeep:device', value: text(entry, 'device') ?? 'unknown' }, display: 'Chartkeep workstation' })

/** Who did it: the person by the EHR's own reference where their sign-in told it, by the key of the workstation where not; else the workstation. */
function requestor({ entry, person: reference }: ToldLine): AuditEventAgent {
  const user = text(entry, 'user')
  if (user === undefined) return { type: { coding: [dicom('110150', 'Application')] }, who: device(entry), requestor: true }
  const who = { identifier: { system: 'urn:chartkeep:user', value: user }, ...(reference === undefined ? {} : { reference }) }
  return { type: { coding: [hl7('v3-ParticipationType', 'IRCP', 'information recipient')] }, who, requestor: true }
}

/** BALP: who sends data is the source (110153), who gets them the destination (110152). */
function machinesOf(kind: Kind, entry: ChainLine['entry'], { workstation, fhirBase }: Machines): AuditEventAgent[] {
  if (kind !== 'read' && kind !== 'query' && kind !== 'create' && kind !== 'update') return []
  const [source, destination] = [dicom('110153', 'Source Role ID'), dicom('110152', 'Destination Role ID')]
  const [mine, theirs] = kind === 'read' ? [destination, source] : [source, destination]
  return [
    { type: { coding: [mine] }, who: device(entry), requestor: false, network: { address: workstation, type: '1' } },
    { type: { coding: [theirs] }, who: { display: 'EHR' }, requestor: false, network: { address: fhirBase, type: '5' } },
  ]
}

const person = hl7('audit-entity-type', '1', 'Person')
const system = hl7('audit-entity-type', '2', 'System Object')

function patientEntity(patient: string | undefined): AuditEventEntity[] {
  return patient === undefined ? [] : [{ what: { reference: `Patient/${patient}` }, type: person, role: hl7('object-role', '1', 'Patient') }]
}

function objectEntity(kind: Kind, event: string, patient: string | undefined): AuditEventEntity[] {
  switch (kind) {
    case 'read':
    case 'create':
    case 'update': {
      const what = patient === undefined ? { identifier: { system: ours, value: event } } : { reference: `Patient/${patient}` }
      return [{ what, type: system, role: hl7('object-role', '4', 'Domain Resource') }]
    }
    case 'query':
      // What was typed is never here: see `sealed` below.
      return [{ type: system, role: hl7('object-role', '24', 'Query'), query: Buffer.from('Patient/_search', 'utf8').toString('base64') }]
    default:
      return []
  }
}

function chainEntity(line: ChainLine, event: string): AuditEventEntity {
  const sealed = text(line.entry, 'sealed')
  return {
    what: { identifier: { system: requestSystem, value: reportId(line) } },
    type: requestType,
    detail: [
      { type: 'event', valueString: event },
      { type: 'correlation', valueString: text(line.entry, 'correlation') ?? '-' },
      // As it is kept: encrypted to the EHR's auditors (ADR 0096).
      ...(sealed === undefined ? [] : [{ type: 'sealed', valueString: sealed }]),
      { type: 'line', valueBase64Binary: Buffer.from(line.text, 'utf8').toString('base64') },
    ],
  }
}

const text = (entry: ChainLine['entry'], name: string): string | undefined => (typeof entry[name] === 'string' ? entry[name] : undefined)
